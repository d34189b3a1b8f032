#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <source_location>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenon/error.hpp>
#include <tenon/export.hpp>
#include <tenon/tenant_context.hpp>
#include <tenon/transaction.hpp>

namespace tenon {

class Database;
class Listener;

namespace detail {
struct DatabaseState;
struct ScopeState;
class Executor;
// Sleeps before attempt `attempt` + 1: exponential from 2 ms to 250 ms, with full jitter.
TENON_API void back_off(unsigned attempt);
}  // namespace detail

/// The right to work for one tenant. Stores are made from it; there is no other way to make one.
///
/// It holds no connection: each statement on it is a transaction of its own and takes one round trip. It
/// keeps the database open as long as it lives.
///
/// Thread safety: copy and use it freely from several threads.
class TENON_API TenantScope {
 public:
  [[nodiscard]] const TenantContext& context() const noexcept;

  /// Begins a transaction; it commits only when told to. Throws `Error`: timeout or unavailable when no
  /// connection is to be had; permission_denied for a writing transaction, the default, of a read_only
  /// scope; invalid_argument when this thread has a transaction of another tenant open, or on SQLite holds
  /// the writer already; busy when another held SQLite's writer for too long.
  /// `taken_at` is named when the transaction holds its connection for too long (PoolOptions::leak_after).
  [[nodiscard]] Transaction begin(const TransactOptions& options = {},
                                  std::source_location taken_at = std::source_location::current()) const;

  /// Runs `work(Transaction&)` in a transaction and commits when it returns; its result is passed on. When
  /// it throws, everything is rolled back and the exception goes on. After serialization_failure,
  /// deadlock or busy the whole is run again with growing pauses, at most `options.attempts` times: `work`
  /// may run several times, so what it does outside the database should bear that. What `work` committed
  /// by itself is never repeated: the exception goes on.
  template <class Work>
  auto transact(Work&& work, const TransactOptions& options = {},
                std::source_location taken_at = std::source_location::current()) const {
    using Result = std::invoke_result_t<Work&, Transaction&>;
    for (unsigned attempt = 1;; ++attempt) {
      std::optional<Transaction> transaction;
      try {
        transaction.emplace(begin(options, taken_at));
        if constexpr (std::is_void_v<Result>) {
          work(*transaction);
          if (transaction->wants_commit()) transaction->commit();
          return;
        } else {
          Result result = work(*transaction);
          if (transaction->wants_commit()) transaction->commit();
          return result;
        }
      } catch (const Error& error) {
        if (!error.retryable() || attempt >= options.attempts) throw;
        if (transaction && transaction->may_have_committed()) throw;
      }
      transaction.reset();
      detail::back_off(attempt);
    }
  }

  /// SQL of the host's own behind the same walls, defined in <tenon/raw_sql.hpp>, which says more: the rows
  /// of a reading statement, its only row or nothing, the number of rows that a writing one changed, or the
  /// rows that its RETURNING gives. Values take the places of `$1`, `$2`, … in the order in which these
  /// first appear.
  template <class P, class... Values>
  [[nodiscard]] std::vector<P> query(std::string_view sql, const Values&... values) const;
  template <class P, class... Values>
  [[nodiscard]] std::optional<P> query_one(std::string_view sql, const Values&... values) const;
  template <class... Values>
  std::uint64_t execute(std::string_view sql, const Values&... values) const;
  template <class P, class... Values>
  std::vector<P> execute_returning(std::string_view sql, const Values&... values) const;

  /// Tells the tenant's listeners (tenon/listener.hpp) of the channel, in all processes. Throws `Error`:
  /// invalid_argument for a name of no or more than 255 bytes or a payload of 8000 or more or with NUL,
  /// permission_denied on a read_only scope, unsupported on a backend that cannot notify (SQLite). One
  /// round trip.
  void notify(std::string_view channel, std::string_view payload = {}) const;

 private:
  friend class Database;
  friend class Listener;
  friend class detail::Executor;
  TenantScope(std::shared_ptr<detail::DatabaseState> database, TenantContext context);

  std::shared_ptr<const detail::ScopeState> state_;
};

}  // namespace tenon
