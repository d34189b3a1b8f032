#include "url.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <tenon/config_source.hpp>
#include <tenon/detail/nearest.hpp>
#include <tenon/detail/url_text.hpp>
#include <tenon/error.hpp>

namespace tenon::sqlite {
namespace {

[[noreturn]] void refuse(const std::string& reason) {
  throw Error(Error::Kind::invalid_argument, "open: the SQLite URL " + reason);
}

std::string decoded_path(std::string_view text) {
  std::optional<std::string> plain = detail::percent_decoded(text);
  if (!plain) refuse("has a '%' that two hexadecimal digits do not follow; write %25 for a percent sign");
  return *std::move(plain);
}

// Whether there is to be one file per tenant, the only parameter that is SQLite's own.
bool read_parameters(std::string_view url) {
  const auto parameters = detail::url_parameters(url);
  if (parameters.empty()) return false;
  const auto& [name, value] = parameters.front();
  if (name == "tenants") {
    if (value != "files" || parameters.size() > 1)
      refuse("has a parameter tenants that is not 'files'; leave it out for one file for all tenants");
    return true;
  }
  std::vector<std::string> known{"tenants"};
  for (const SettingName& setting : setting_names()) known.push_back("tenon." + setting.name);
  const std::vector<std::string_view> names(known.begin(), known.end());
  // from_url() takes the known ones out.
  if (std::find(known.begin(), known.end(), name) != known.end())
    refuse("has the parameter '" + name + "', which Config::from_url() reads; open what it returns");
  refuse("has an " + detail::unknown_name("parameter", name, names));
}

Location in_memory(const Location& location) {
  if (location.tenant_files) refuse("asks for one file per tenant in memory; name a directory");
  return {.path = {}, .memory = true};
}

}  // namespace

Location parse_url(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos) refuse("has no scheme; write sqlite:path");
  std::string_view rest = url.substr(colon + 1);
  Location location;
  location.tenant_files = read_parameters(url);
  rest = rest.substr(0, rest.find('?'));
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    if (rest.empty()) return in_memory(location);
    if (rest.front() != '/') {
      refuse("names a host; write three slashes for a relative path, four for an absolute one");
    }
    location.path = decoded_path(rest.substr(1));
  } else {
    location.path = rest;
  }
  if (location.path == ":memory:") return in_memory(location);
  if (location.path.empty()) refuse("has no path; write sqlite:path or sqlite::memory:");
  if (location.path.find('\0') != std::string::npos) refuse("has a NUL byte in its path");
  // SQLite reads a name that begins with "file:" as a URI of its own, and one with ':' as special.
  if (location.path.starts_with("file:") || location.path.front() == ':') location.path.insert(0, "./");
  return location;
}

}  // namespace tenon::sqlite
