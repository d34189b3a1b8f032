#include "bad_member.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tenon::detail {
namespace {

[[noreturn]] void throw_bad(std::string_view member, const char* why, std::string_view beside = {}) {
  throw BadMember{member, beside, why};
}

template <class Rep, class Period>
void require_not_negative(std::string_view member, std::chrono::duration<Rep, Period> value) {
  if (value.count() < 0) throw_bad(member, "is negative");
}

void require_positive(std::string_view member, std::chrono::milliseconds value) {
  if (value.count() <= 0) throw_bad(member, "must be above zero");
}

// PostgreSQL takes it for the login itself (PostgreSQL docs, SET ROLE), so statements would run with its
// rights.
void require_role(std::string_view member, const std::string& name) {
  if (name.empty()) throw_bad(member, "is empty");
  if (name == "none") throw_bad(member, "is 'none', which is no role");
}

// In whatever case, as PostgreSQL has it.
bool same_setting(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char one, char other) { return lower(one) == lower(other); });
}

// A setting without a dot is one of PostgreSQL's own, such as `role`; two of one name would let whoever is
// named as the actor be the tenant.
void require_settings(const SessionSettings& settings) {
  const std::pair<std::string_view, const std::string&> all[] = {
      {"postgres.tenant_setting", settings.tenant},
      {"postgres.role_setting", settings.role},
      {"postgres.actor_setting", settings.actor}};
  for (const auto& [member, name] : all) {
    if (name.empty() && &name != &settings.tenant) continue;
    if (name.find('.') == std::string::npos) throw_bad(member, "has no dot, as app.name has");
    for (const auto& [other, taken] : all)
      if (&name != &taken && same_setting(name, taken))
        throw_bad(member, "is the name of another setting, too", other);
  }
}

}  // namespace

std::string BadMember::text() const {
  return std::string(member) + " " + why;
}

void check_members(const Config& config) {
  const PoolOptions& pool = config.pool;
  const SqliteOptions& sqlite = config.sqlite;
  constexpr std::size_t most_connections = 100'000;
  if (pool.size + pool.max_overflow == 0)
    throw_bad("pool.size", "and pool.max_overflow are both 0", "pool.max_overflow");
  if (pool.size > most_connections || pool.max_overflow > most_connections - pool.size)
    throw_bad("pool.size", "and pool.max_overflow are above 100000 together", "pool.max_overflow");
  require_positive("pool.acquire_timeout", pool.acquire_timeout);
  require_positive("pool.connect_timeout", pool.connect_timeout);
  require_not_negative("pool.max_lifetime", pool.max_lifetime);
  require_not_negative("pool.idle_timeout", pool.idle_timeout);
  require_not_negative("pool.overflow_linger", pool.overflow_linger);
  require_not_negative("pool.ping_after_idle", pool.ping_after_idle);
  require_positive("pool.ping_timeout", pool.ping_timeout);
  require_not_negative("pool.leak_after", pool.leak_after);
  require_positive("pool.backoff_min", pool.backoff_min);
  if (pool.backoff_max < pool.backoff_min)
    throw_bad("pool.backoff_max", "is below pool.backoff_min", "pool.backoff_min");
  if (pool.max_connecting == 0) throw_bad("pool.max_connecting", "must be above zero");
  if (pool.min_idle > pool.size) throw_bad("pool.min_idle", "is above pool.size", "pool.size");
  require_not_negative("sqlite.busy_timeout", sqlite.busy_timeout);
  require_not_negative("call_timeout", config.call_timeout);
  require_not_negative("statement_timeout", config.statement_timeout);
  require_role("postgres.application_role", config.postgres.application_role);
  require_role("postgres.read_only_role", config.postgres.read_only_role);
  require_role("postgres.administrator_role", config.postgres.administrator_role);
  require_settings(config.postgres.settings);
  if (sqlite.readers == 0) throw_bad("sqlite.readers", "must be above zero");
  constexpr std::size_t largest_cache = 1'048'576;  // a terabyte
  if (sqlite.cache_megabytes > largest_cache) throw_bad("sqlite.cache_megabytes", "is above 1048576");
}

}  // namespace tenon::detail
