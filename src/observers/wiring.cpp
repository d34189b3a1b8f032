#include <array>
#include <charconv>
#include <functional>
#include <utility>

#include "migrate/sha256.hpp"
#include "observation.hpp"

namespace tenon::detail {
namespace {

std::string bytes_of(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
    bytes += static_cast<char>(value);
  }
  return bytes;
}

std::string hmac_sha256(std::string key, std::string_view message) {
  constexpr std::size_t block = 64;
  if (key.size() > block) key = bytes_of(sha256(key));
  key.resize(block, '\0');
  std::string inner, outer;
  for (const char c : key) {
    inner += static_cast<char>(c ^ 0x36);
    outer += static_cast<char>(c ^ 0x5c);
  }
  inner += message;
  return sha256(outer + bytes_of(sha256(inner)));
}

}  // namespace

std::optional<std::uint64_t> tenant_hash(const Config& config, const TenantContext& context) {
  if (!config.observer || config.tenant_hash_key.empty()) return std::nullopt;
  const std::string hex = hmac_sha256(config.tenant_hash_key.reveal(), context.tenant());
  std::uint64_t hash = 0;
  std::from_chars(hex.data(), hex.data() + 16, hash, 16);
  return hash;
}

void observe_pool(PoolOptions& pool, const std::shared_ptr<Observer>& observer,
                  const std::shared_ptr<const DatabaseIdentity>& identity) {
  if (!observer) return;
  pool.observer = [before = std::move(pool.observer), observer, identity](const PoolEvent& event) {
    try {
      if (before) before(event);
    } catch (...) {  // one observer does not silence the other
    }
    observer->pool(*identity, event);
  };
}

void tell_opened(const std::shared_ptr<DatabaseState>& state) noexcept {
  try {
    state->pool_figures = std::make_shared<PoolFigures>(*state->engine);
    state->config.observer->opened(*state->identity, AskPool(state->pool_figures));
  } catch (...) {  // an observer changes nothing
  }
}

}  // namespace tenon::detail
