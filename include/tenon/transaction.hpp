#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenon/backend/session.hpp>
#include <tenon/export.hpp>
#include <tenon/tenant_context.hpp>

namespace tenon {

class Savepoint;
class TenantScope;

namespace detail {
struct ScopeState;
struct TransactionState;
class Executor;
}  // namespace detail

struct TransactOptions {
  backend::Access access =
      backend::Access::write;  ///< read: no writes, and on SQLite no waiting for the writer
  backend::Isolation isolation = backend::Isolation::read_committed;
  unsigned attempts = 10;  ///< of transact(), the first included
  /// Longest time for one attempt; zero: the configuration's call_timeout.
  std::chrono::milliseconds timeout{0};
};

/// An open transaction for one tenant on a connection of its own. The destructor rolls back: only commit()
/// keeps anything. While one of its statements calls the host (the visitor of for_each, the range of
/// insert_all) it takes no other: `Error` (invalid_argument); a rollback() then comes into force right
/// after.
///
/// Thread safety: none; it and the stores made on it belong to the thread that began it. Movable.
class TENON_API Transaction {
 public:
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  [[nodiscard]] const TenantContext& context() const noexcept;
  /// False after commit() or rollback(); a store made on it then throws `Error` (invalid_argument).
  [[nodiscard]] bool is_open() const noexcept;

  /// Throws `Error`: outcome_unknown when the connection was lost before the answer, or on SQLite the disk
  /// failed when it synchronized the log; with any other kind
  /// nothing was committed. The transaction is over either way. One round trip.
  void commit();
  void rollback() noexcept;

  /// Marks a point to which the transaction can go back without ending.
  [[nodiscard]] Savepoint savepoint();
  /// Runs `work()` under a savepoint: kept when it returns, undone when it throws.
  template <class Work>
  auto nested(Work&& work);

  /// SQL of the host's own behind the same walls, defined in <tenon/raw_sql.hpp>, which says more: the rows
  /// of a reading statement, its only row or nothing, the number of rows that a writing one changed, or the
  /// rows that its RETURNING gives. Values take the places of `$1`, `$2`, … in the order in which these
  /// first appear.
  template <class P, class... Values>
  [[nodiscard]] std::vector<P> query(std::string_view sql, const Values&... values);
  template <class P, class... Values>
  [[nodiscard]] std::optional<P> query_one(std::string_view sql, const Values&... values);
  template <class... Values>
  std::uint64_t execute(std::string_view sql, const Values&... values);
  template <class P, class... Values>
  std::vector<P> execute_returning(std::string_view sql, const Values&... values);

  /// As TenantScope::notify, when the transaction commits; never when it does not. Throws `Error`
  /// (read_only) in a transaction begun for reading.
  void notify(std::string_view channel, std::string_view payload = {});

 private:
  friend class TenantScope;
  friend class Savepoint;
  friend class detail::Executor;
  explicit Transaction(std::shared_ptr<detail::TransactionState> state) noexcept;
  [[nodiscard]] const std::shared_ptr<detail::TransactionState>& state() const;
  // Or, moved away, somewhere else may have.
  [[nodiscard]] bool may_have_committed() const noexcept;
  // The host has ended it neither way: it is open, or was undone by something else.
  [[nodiscard]] bool wants_commit() const noexcept;

  std::shared_ptr<detail::TransactionState> state_;
};

/// A savepoint of a transaction. The destructor goes back to it unless release() was called; where that
/// fails, the whole transaction is undone, and its next statement and its commit throw what failed.
/// Savepoints nest: end the inner one first.
class TENON_API Savepoint {
 public:
  Savepoint(Savepoint&& other) noexcept;
  Savepoint& operator=(Savepoint&&) = delete;
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  ~Savepoint();

  /// Keeps what was done since, as part of the transaction. Throws `Error` (invalid_argument) when an
  /// inner savepoint is still open or the transaction has ended.
  void release();
  /// Undoes what was done since; also makes a transaction usable again after a statement failed.
  void rollback();

 private:
  friend class Transaction;
  Savepoint(std::shared_ptr<detail::TransactionState> state, std::uint64_t serial) noexcept;
  [[nodiscard]] unsigned depth() const noexcept;

  std::shared_ptr<detail::TransactionState> state_;
  std::uint64_t serial_;
};

template <class Work>
auto Transaction::nested(Work&& work) {
  Savepoint point = savepoint();
  if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
    work();
    point.release();
  } else {
    auto result = work();
    point.release();
    return result;
  }
}

}  // namespace tenon
