#include <algorithm>
#include <ostream>

#include <tenon/config.hpp>
#include <tenon/config_source.hpp>
#include <tenon/error.hpp>

#include "reader.hpp"

namespace tenon {
namespace {

[[noreturn]] void refuse(std::string_view member, const char* why) {
  throw Error(Error::Kind::invalid_argument, "configuration: " + std::string(member) + " " + why);
}

template <class Rep, class Period>
void require_not_negative(std::string_view member, std::chrono::duration<Rep, Period> value) {
  if (value.count() < 0) refuse(member, "is negative");
}

void require_positive(std::string_view member, std::chrono::milliseconds value) {
  if (value.count() <= 0) refuse(member, "must be above zero");
}

}  // namespace

std::string Config::scheme() const {
  std::string scheme = url.substr(0, url.find(':'));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return scheme;
}

std::string Config::display_url() const {
  // The user part ends at the last '@', and a password may hold '?', '#' or '/': it goes first.
  std::string shown = url;
  const std::size_t authority = shown.find("://");
  if (authority != std::string::npos) {
    const std::size_t at = shown.rfind('@');
    if (at != std::string::npos && at > authority) shown.erase(authority + 3, at - authority - 2);
  }
  return shown.substr(0, shown.find_first_of("?#"));
}

Config Config::from_url(std::string_view url) {
  detail::ConfigReader reader;
  reader.take_url(url, "the database URL");
  return reader.finish().config;
}

Config Config::from_env() {
  return read_config().config;
}

void Config::validate() const {
  if (pool.size + pool.max_overflow == 0) refuse("pool.size", "and pool.max_overflow are both 0");
  require_not_negative("pool.acquire_timeout", pool.acquire_timeout);
  require_positive("pool.connect_timeout", pool.connect_timeout);
  require_not_negative("pool.max_lifetime", pool.max_lifetime);
  require_not_negative("pool.idle_timeout", pool.idle_timeout);
  require_not_negative("pool.overflow_linger", pool.overflow_linger);
  require_not_negative("pool.ping_after_idle", pool.ping_after_idle);
  require_positive("pool.ping_timeout", pool.ping_timeout);
  require_not_negative("pool.leak_after", pool.leak_after);
  require_positive("pool.backoff_min", pool.backoff_min);
  if (pool.backoff_max < pool.backoff_min) refuse("pool.backoff_max", "is below pool.backoff_min");
  if (pool.max_connecting == 0) refuse("pool.max_connecting", "must be above zero");
  if (pool.min_idle > pool.size) refuse("pool.min_idle", "is above pool.size");
  require_not_negative("sqlite.busy_timeout", sqlite.busy_timeout);
  require_not_negative("call_timeout", call_timeout);
  require_not_negative("statement_timeout", statement_timeout);
  if (sqlite.readers == 0) refuse("sqlite.readers", "must be above zero");
  constexpr std::size_t largest_cache = 1'048'576;  // a terabyte
  if (sqlite.cache_megabytes > largest_cache) refuse("sqlite.cache_megabytes", "is above 1048576");
}

std::ostream& operator<<(std::ostream& out, const Config& config) {
  if (!config.enabled) out << "disabled: ";
  return out << config.display_url() << " (pool of " << config.pool.size << " and "
             << config.pool.max_overflow << " overflow)";
}

}  // namespace tenon
