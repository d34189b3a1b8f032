#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <tenon/backend/engine.hpp>
#include <tenon/config.hpp>
#include <tenon/tenant_context.hpp>

namespace tenon::detail {

struct DatabaseState {
  Config config;
  std::unique_ptr<backend::Engine> engine;

  // When a call that begins now must have ended; a `timeout` above zero replaces the configured one.
  [[nodiscard]] backend::Deadline deadline(std::chrono::milliseconds timeout = {}) const {
    const std::chrono::milliseconds limit = timeout.count() > 0 ? timeout : config.call_timeout;
    return limit.count() > 0 ? std::chrono::steady_clock::now() + limit : backend::Deadline::max();
  }
};

// A tenant's scope, or an administrator's when there is no context.
struct ScopeState {
  std::shared_ptr<DatabaseState> database;
  std::optional<TenantContext> context;
  std::string administrator;

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
  unsigned depth = 0;  // open savepoints

  // Throws Error invalid_argument when the transaction has ended.
  [[nodiscard]] backend::Session& open_session() const;
};

// Throws Error invalid_argument when the calling thread has a transaction of another tenant open on the
// same database: one unit of work is for one tenant.
void refuse_other_tenant(const ScopeState& scope);
// Makes `transaction` known to that check, on this thread, for as long as it is open.
void note_open(const std::shared_ptr<TransactionState>& transaction);

}  // namespace tenon::detail
