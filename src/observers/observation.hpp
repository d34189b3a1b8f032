#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tenon/backend/round_trips.hpp>
#include <tenon/observer.hpp>

#include "state.hpp"

namespace tenon::detail {

[[nodiscard]] DatabaseIdentity identity_of(const Config& config);
// What stands for the tenant in events: the first 64 bits of HMAC-SHA-256(key, tenant) (RFC 2104), or
// nothing without a key.
[[nodiscard]] std::optional<std::uint64_t> tenant_hash(const Config& config, const TenantContext& context);
// Makes the pool's events reach the observer too, when there is one.
void observe_pool(PoolOptions& pool, const std::shared_ptr<Observer>& observer,
                  const std::shared_ptr<const DatabaseIdentity>& identity);
void tell_opened(const std::shared_ptr<DatabaseState>& state) noexcept;

// One call on the database while somebody observes it.
class Observation {
 public:
  struct Subject {
    std::string_view name;
    std::string_view sql{};
    bool writes = false;
    bool in_transaction = false;
    std::size_t batch = 0;
  };

  Observation(const ScopeState& scope, const Subject& subject);
  void succeeded(std::uint64_t rows) noexcept;
  // In a handler: tells of the exception that is being handled.
  void failed() noexcept;

 private:
  void tell() noexcept;

  const ScopeState& scope_;
  StatementEvent event_;
  backend::RoundTripCount round_trips_;
  std::chrono::steady_clock::time_point start_;
};

// Runs `work()`, which may return the number of rows, and tells the database's observer, if there is one.
template <class Work>
auto observe(const ScopeState& scope, const Observation::Subject& subject, Work&& work) {
  if (!scope.database->config.observer) [[likely]]
    return work();
  Observation observation(scope, subject);
  try {
    if constexpr (std::is_integral_v<std::invoke_result_t<Work&>>) {
      const auto rows = work();
      observation.succeeded(rows);
      return rows;
    } else if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
      work();
      observation.succeeded(0);
    } else {
      auto result = work();
      observation.succeeded(0);
      return result;
    }
  } catch (...) {
    observation.failed();
    throw;
  }
}

}  // namespace tenon::detail
