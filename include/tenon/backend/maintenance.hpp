#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/detail/function_ref.hpp>
#include <tenon/export.hpp>

namespace tenon::backend {

/// An exclusive connection with the login's own rights and no tenant, for migrations and administration.
/// Not for a host's data path. Closing it rolls back and releases its locks.
///
/// Thread safety: none.
class TENON_API Maintenance {
 public:
  using TextRow = std::vector<std::optional<std::string>>;

  virtual ~Maintenance() = default;

  /// Runs one or several statements separated by semicolons and discards their results. Throws `Error`
  /// whose message carries the database's own text, with the server's hint and the place of the error,
  /// where it tells them, in `detail()`.
  virtual void execute(std::string_view sql) = 0;
  /// Runs a statement that takes rows from its client (PostgreSQL's COPY … FROM STDIN) with these rows.
  /// Throws `Error` as execute does; unsupported where the database has no such statement.
  virtual void copy_in(std::string_view sql, std::string_view data);
  /// Runs one statement with text parameters ($1 …) and returns its rows as text, NULL as nothing.
  virtual std::vector<TextRow> query(std::string_view sql,
                                     std::span<const std::string_view> parameters) = 0;

  /// Gives the session its first settings back, with row security off, and takes away its temporary
  /// objects, so that nothing a migration left of a session reaches the next one. Outside a transaction.
  virtual void reset() = 0;
  /// Begins the transaction in which a migration runs: the one that excludes every other writer of the
  /// schema where the database has such a mode, and with row security off so that a policy in the way
  /// raises instead of hiding rows.
  virtual void begin() = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;
  /// Within a transaction: does `work` with the rights that reset() gives, whatever role a migration took,
  /// and gives the role back. When `work` throws, the rollback does. Nothing to do where there are no
  /// roles.
  virtual void with_own_rights(detail::FunctionRef<void()> work) { work(); }

  /// How long a statement may wait for another program's lock, if that is less than what is configured.
  /// Nothing to do where a statement does not wait by itself.
  virtual void wait_at_most(std::chrono::milliseconds /*longest*/) {}

  /// Takes a database-wide lock by name without waiting; false when another connection has it. The lock
  /// ends with unlock() or with the connection, whichever comes first.
  virtual bool try_lock(std::string_view name) = 0;
  virtual void unlock(std::string_view name) noexcept = 0;
  /// Whether this connection still has the lock that try_lock gave; asked inside a migration's transaction.
  [[nodiscard]] virtual bool holds_lock(std::string_view name) = 0;
  /// Throws `Error` (unsupported, code "transaction-pooler") when what stands between this connection and
  /// the database changes its session between two transactions, so that a lock would be lost. Leaves
  /// nothing behind. Nothing to do where a connection always is a session.
  virtual void require_own_session() {}
};

}  // namespace tenon::backend
