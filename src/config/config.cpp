#include <algorithm>
#include <ostream>

#include <tenon/config.hpp>
#include <tenon/config_source.hpp>
#include <tenon/error.hpp>

#include "bad_member.hpp"
#include "reader.hpp"
#include "url.hpp"

namespace tenon {
std::string Config::scheme() const {
  std::string scheme = url.substr(0, url.find(':'));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return scheme;
}

std::string Config::display_url() const {
  if (detail::may_lack_its_scheme(url)) return "***";
  // The user part ends at the last '@', and a password may hold '?', '#' or '/': it goes first.
  std::string shown = url;
  const std::size_t slashes = url.find("://");
  const std::size_t at = url.rfind('@');
  const bool has_at = slashes != std::string::npos && at != std::string::npos && at > slashes;
  if (has_at && url[slashes + 3] != '/') {  // without an authority there is no user
    // Behind a '?' it may be a password's, or stand in the value of a parameter that is secret.
    if (at > url.find('?')) return url.substr(0, slashes + 3) + "***";
    shown.erase(slashes + 3, at - slashes - 2);
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
  try {
    detail::check_members(*this);
  } catch (const detail::BadMember& bad) {
    throw Error(Error::Kind::invalid_argument, "configuration: " + bad.text());
  }
}

std::ostream& operator<<(std::ostream& out, const Config& config) {
  if (!config.enabled) out << "disabled: ";
  return out << config.display_url() << " (pool of " << config.pool.size << " and "
             << config.pool.max_overflow << " overflow)";
}

}  // namespace tenon
