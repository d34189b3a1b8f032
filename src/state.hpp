#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/backend/engine.hpp>
#include <tenon/config.hpp>
#include <tenon/detail/recent_time.hpp>
#include <tenon/observer.hpp>
#include <tenon/tenant_context.hpp>

#include "health/prober.hpp"
#include "observers/pool_figures.hpp"

namespace tenon::detail {

struct DatabaseState {
  DatabaseState() = default;
  DatabaseState(const DatabaseState&) = delete;
  DatabaseState& operator=(const DatabaseState&) = delete;
  ~DatabaseState();

  Config config;
  std::shared_ptr<const DatabaseIdentity> identity;
  std::shared_ptr<backend::Engine> engine;  // shared with checks that outlast the database
  std::unique_ptr<Prober> prober;
  std::shared_ptr<PoolFigures> pool_figures;  // null: nobody asks

  // When a call that begins now must have ended; a `timeout` above zero replaces the configured one.
  [[nodiscard]] backend::Deadline deadline(std::chrono::milliseconds timeout = {}) const {
    const std::chrono::milliseconds limit = timeout.count() > 0 ? timeout : config.call_timeout;
    return limit.count() > 0 ? time_after(limit) : backend::Deadline::max();
  }
  // The same for a statement that begins now, within something that must end at `whole`.
  [[nodiscard]] backend::Deadline statement_deadline(backend::Deadline whole) const {
    if (config.statement_timeout.count() <= 0) return whole;
    return std::min(whole, time_after(config.statement_timeout));
  }
};

// A tenant's scope, or an administrator's when there is no context.
struct ScopeState {
  std::shared_ptr<DatabaseState> database;
  std::optional<TenantContext> context;
  std::string administrator;
  std::optional<std::uint64_t> tenant_hash{};  // when the configuration wants it in events

  [[nodiscard]] std::string_view tenant() const noexcept {
    return context ? std::string_view(context->tenant()) : std::string_view();
  }
  [[nodiscard]] backend::Principal principal() const noexcept {
    if (!context) return {{}, Role::administrator, administrator};
    return {context->tenant(), context->role(), context->actor()};
  }
};

struct TransactionState {
  std::shared_ptr<const ScopeState> scope;
  std::unique_ptr<backend::Session> session;  // null when ended
  backend::Access access = backend::Access::write;
  backend::Deadline deadline = backend::Deadline::max();
  std::vector<std::uint64_t> savepoints;  // the open ones, by serial number
  std::uint64_t last_savepoint = 0;
  bool may_have_committed = false;
  // Why it ended although the host did not end it: nothing of it is kept, and whoever commits it, or goes
  // on with it, is told.
  std::exception_ptr undone_by;
  bool running = false;          // a statement is under way and may be calling the host
  bool rollback_wanted = false;  // asked for meanwhile

  // Throws Error invalid_argument when the transaction has ended, or a statement of it is under way; what
  // undid it.
  [[nodiscard]] backend::Session& open_session() const;
  // Ends it without a commit; once the statement that is under way has ended.
  void rollback() noexcept;
};

// For as long as a statement of a transaction runs: nothing else may run on its connection.
class Running {
 public:
  explicit Running(TransactionState& state) noexcept : state_(state) { state_.running = true; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    state_.running = false;
    if (state_.rollback_wanted) state_.rollback();
  }

 private:
  TransactionState& state_;
};

// Throws Error invalid_argument when the calling thread has a transaction of another tenant open on the
// same database: one unit of work is for one tenant.
void refuse_other_tenant(const ScopeState& scope);
// The same, and for a write also when a writing transaction of the scope's own tenant is open: outside it
// it would be kept whatever becomes of that, and may wait for a row that the transaction holds.
void refuse_beside_noted(const ScopeState& scope, const backend::Statement& statement);
// How many transactions this thread has noted; at 0, the most common case, none can be in the way.
extern constinit thread_local std::size_t noted_here;
inline void refuse_beside_transaction(const ScopeState& scope, const backend::Statement& statement) {
  if (noted_here != 0) refuse_beside_noted(scope, statement);
}
// Makes `transaction` known to that check, on this thread, for as long as it is open.
void note_open(const std::shared_ptr<TransactionState>& transaction);

}  // namespace tenon::detail
