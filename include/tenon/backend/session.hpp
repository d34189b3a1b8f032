#pragma once

#include <cstdint>
#include <source_location>
#include <string_view>

#include <tenon/backend/statement.hpp>
#include <tenon/export.hpp>
#include <tenon/role.hpp>

namespace tenon::backend {

/// Whom a call is made for. The backend binds it so that the database itself enforces it, where it can.
/// `tenant` is empty only for an administrator.
struct Principal {
  std::string_view tenant;
  Role role = Role::customer;
  std::string_view actor;
};

enum class Isolation : std::uint8_t { read_committed, repeatable_read, serializable };

struct TransactionOptions {
  Access access = Access::write;
  /// SQLite is always serializable; a backend gives at least what is asked for.
  Isolation isolation = Isolation::read_committed;
  Deadline deadline = Deadline::max();  ///< for the whole transaction
  /// Of the host's call, for the report of a connection that does not come back.
  std::source_location taken_at = std::source_location::current();
};

/// An open transaction on a connection of its own, bound to one principal. Destruction rolls back.
///
/// Thread safety: none; it belongs to the thread that began it.
///
/// After a statement failed, only rollback() or rollback_to() are certain to work; the others may throw.
class TENON_API Session {
 public:
  virtual ~Session() = default;

  /// Runs one statement; returns the number of rows it changed, or returned for a read.
  virtual std::uint64_t execute(const Call& call) = 0;
  virtual std::uint64_t insert(const BatchInsert& batch) = 0;

  /// Savepoints nest: `depth` is 1 for the outermost.
  virtual void savepoint(unsigned depth) = 0;
  virtual void release(unsigned depth) = 0;
  virtual void rollback_to(unsigned depth) = 0;

  /// Throws `Error` (outcome_unknown) when the connection was lost before the answer came; any other
  /// error means that nothing was committed. Ends the session either way.
  virtual void commit() = 0;
  /// Never throws: a connection that cannot roll back is closed, which does the same.
  virtual void rollback() noexcept = 0;
};

}  // namespace tenon::backend
