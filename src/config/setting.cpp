#include "setting.hpp"

#include <algorithm>

#include <tenon/detail/nearest.hpp>
#include <tenon/error.hpp>

#include "value_text.hpp"

namespace tenon::detail {
namespace {

// Zero says that there is no limit.
template <auto... Path>
constexpr bool limits = false;
template <>
constexpr bool limits<&Config::pool, &PoolOptions::max_lifetime> = true;
template <>
constexpr bool limits<&Config::pool, &PoolOptions::idle_timeout> = true;
template <>
constexpr bool limits<&Config::pool, &PoolOptions::leak_after> = true;
template <>
constexpr bool limits<&Config::call_timeout> = true;
template <>
constexpr bool limits<&Config::statement_timeout> = true;

// A setting that is a member of Config, reached by a path of member pointers.
template <auto... Path>
constexpr Setting of(std::string_view name, std::string_view first = {}, std::string_view second = {}) {
  return {name,
          {first, second},
          [](Config& config, std::string_view text) {
            if constexpr (limits<Path...>) {
              read_limit(text, (config.*....*Path));
            } else {
              read_value(text, (config.*....*Path));
            }
          },
          [](const Config& config) { return value_text((config.*....*Path)); }};
}

template <auto Member>
constexpr Setting pool(std::string_view name, std::string_view first = {}, std::string_view second = {}) {
  return of<&Config::pool, Member>(name, first, second);
}

template <auto Member>
constexpr Setting sqlite(std::string_view name) {
  return of<&Config::sqlite, Member>(name);
}

template <auto... Path>
constexpr Setting postgres(std::string_view name) {
  return of<&Config::postgres, Path...>(name);
}

constexpr std::array all{
    // What these two mean depends on the others; the reader applies them.
    Setting{preset_setting, {"DB_POOL_PRESET", ""}, nullptr, nullptr},
    pool<&PoolOptions::size>("pool.size", "DB_POOL_SIZE", "DB_MAX_IDLE_CONNS"),
    pool<&PoolOptions::max_overflow>("pool.max_overflow", "DB_MAX_OVERFLOW", "DB_POOL_OVERFLOW"),
    Setting{max_open_setting, {"DB_MAX_OPEN_CONNS", ""}, nullptr, nullptr},
    pool<&PoolOptions::acquire_timeout>("pool.acquire_timeout", "DB_POOL_TIMEOUT"),
    pool<&PoolOptions::connect_timeout>("pool.connect_timeout", "DB_CONNECT_TIMEOUT"),
    pool<&PoolOptions::max_lifetime>("pool.max_lifetime", "DB_POOL_RECYCLE", "DB_CONN_MAX_LIFETIME"),
    pool<&PoolOptions::min_idle>("pool.min_idle"),
    pool<&PoolOptions::idle_timeout>("pool.idle_timeout", "DB_CONN_MAX_IDLE_TIME"),
    pool<&PoolOptions::overflow_linger>("pool.overflow_linger"),
    pool<&PoolOptions::ping_after_idle>("pool.ping_after_idle"),
    pool<&PoolOptions::ping_timeout>("pool.ping_timeout"),
    pool<&PoolOptions::leak_after>("pool.leak_after"),
    pool<&PoolOptions::max_connecting>("pool.max_connecting"),
    pool<&PoolOptions::backoff_min>("pool.backoff_min"),
    pool<&PoolOptions::backoff_max>("pool.backoff_max"),
    of<&Config::call_timeout>("call_timeout"),
    of<&Config::statement_timeout>("statement_timeout"),
    of<&Config::tenant_ids>("tenant_ids"),
    sqlite<&SqliteOptions::synchronous>("sqlite.synchronous"),
    sqlite<&SqliteOptions::readers>("sqlite.readers"),
    sqlite<&SqliteOptions::busy_timeout>("sqlite.busy_timeout"),
    sqlite<&SqliteOptions::cache_megabytes>("sqlite.cache_megabytes"),
    sqlite<&SqliteOptions::memory_statistics>("sqlite.memory_statistics"),
    sqlite<&SqliteOptions::raw_schemas>("sqlite.raw_schemas"),
    sqlite<&SqliteOptions::fence_raw_sql>("sqlite.fence_raw_sql"),
    sqlite<&SqliteOptions::open_tenants>("sqlite.open_tenants"),
    postgres<&PostgresOptions::password_file>("postgres.password_file"),
    postgres<&PostgresOptions::application_role>("postgres.application_role"),
    postgres<&PostgresOptions::read_only_role>("postgres.read_only_role"),
    postgres<&PostgresOptions::administrator_role>("postgres.administrator_role"),
    postgres<&PostgresOptions::search_path>("postgres.search_path"),
    postgres<&PostgresOptions::settings, &SessionSettings::tenant>("postgres.tenant_setting"),
    postgres<&PostgresOptions::settings, &SessionSettings::role>("postgres.role_setting"),
    postgres<&PostgresOptions::settings, &SessionSettings::actor>("postgres.actor_setting"),
    postgres<&PostgresOptions::prepared_statements>("postgres.prepared_statements"),
    postgres<&PostgresOptions::statement_cache>("postgres.statement_cache"),
};

}  // namespace

std::vector<std::string> Setting::all_variables() const {
  std::string own = "TENON_";
  for (const char c : name)
    own += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  std::vector<std::string> names{own};
  for (const std::string_view variable : variables)
    if (!variable.empty()) names.emplace_back(variable);
  return names;
}

std::span<const Setting> settings() {
  return all;
}

std::span<const std::string_view> setting_parameters() {
  static const auto texts = [] {
    std::array<std::string, all.size()> made;
    std::transform(all.begin(), all.end(), made.begin(),
                   [](const Setting& setting) { return "tenon." + std::string(setting.name); });
    return made;
  }();
  static const std::vector<std::string_view> names(texts.begin(), texts.end());
  return names;
}

const Setting& find_setting(std::string_view name) {
  for (const Setting& setting : all)
    if (setting.name == name) return setting;
  throw Error(Error::Kind::invalid_argument,
              "the database URL has an " +
                  unknown_name("parameter", "tenon." + std::string(name), setting_parameters()));
}

}  // namespace tenon::detail
