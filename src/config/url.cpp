#include "url.hpp"

#include <algorithm>
#include <array>

#include <tenon/config.hpp>
#include <tenon/error.hpp>

namespace tenon::detail {
namespace {

constexpr std::string_view own_prefix = "tenon.";

bool scheme_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '-' || c == '.';
}

void require_scheme(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == 0 || colon == std::string_view::npos ||
      !std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(colon), scheme_character))
    throw Error(Error::Kind::invalid_argument,
                "the database URL has no scheme; write sqlite:PATH or postgresql://HOST/DATABASE");
}

std::string decoded(std::string_view text) {
  std::optional<std::string> plain = percent_decoded(text);
  if (!plain || plain->find('\0') != std::string::npos)
    throw Error(
        Error::Kind::invalid_argument,
        "the database URL has a '%' that two hexadecimal digits do not follow, or a NUL byte; write "
        "%25 for a percent sign");
  return *std::move(plain);
}

[[noreturn]] void refuse_raw_password() {
  throw Error(
      Error::Kind::invalid_argument,
      "the database URL has an '@' where none can be; write special characters of the password as %XX "
      "(@ is %40, / is %2F, ? is %3F)");
}

// Takes the password out of `user:password@`. A '@' elsewhere beside a ':' is most likely one of a password
// that was not written as %XX, of which nothing may be shown: refused before anything else is looked at.
Secret take_password(std::string& base, std::string_view query) {
  const std::size_t slashes = base.find("://");
  if (slashes == std::string::npos) return {};
  const std::size_t start = slashes + 3;
  const std::size_t end = std::min(base.find_first_of("@/", start), base.size());
  const std::size_t first_colon = base.find(':', start);
  const std::size_t colon = std::min(first_colon, end);
  const bool user = end < base.size() && base[end] == '@';
  const bool path_alone = end == start && !user;  // as in sqlite:////var/a@b:c.db
  if (user ? base.find('@', end + 1) != std::string::npos
           : !path_alone && first_colon != std::string::npos &&
                 (base.find('@', first_colon) != std::string::npos || query.find('@') != std::string::npos))
    refuse_raw_password();
  if (!user || colon == end) return {};
  Secret password(decoded(std::string_view(base).substr(colon + 1, end - colon - 1)));
  base.erase(colon, end - colon);
  return password;
}

// libpq decodes the '%' that stands before the zone: fe80::1%eth0.
std::string in_brackets(const std::string& ipv6) {
  std::string url = "[";
  for (const char c : ipv6) url += c == '%' ? std::string("%25") : std::string(1, c);
  return url + "]";
}

bool is_secret(std::string_view parameter) {
  constexpr std::array<std::string_view, 4> marks{"password", "secret", "scram_client_key",
                                                  "scram_server_key"};
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return parameter.find(mark) != std::string_view::npos; });
}

}  // namespace

std::string Url::text() const {
  std::string url = base;
  char separator = '?';
  for (const UrlParameter& parameter : parameters) {
    url += separator + percent_encoded(parameter.name) + "=" + parameter.value;
    separator = '&';
  }
  return url;
}

SplitUrl split_url(std::string_view url) {
  require_scheme(url);
  require_one_line(url);
  SplitUrl split;
  const std::size_t question = std::min(url.find('?'), url.size());
  split.url.base = url.substr(0, question);
  split.password = take_password(split.url.base, url.substr(question));
  const bool has_authority = split.url.base.find("://") != std::string::npos;
  for (UrlParameter& parameter : url_parameters(url)) {
    if (parameter.name.starts_with(own_prefix)) {
      split.own.emplace_back(parameter.name.substr(own_prefix.size()), decoded(parameter.value));
    } else if (has_authority && parameter.name == "password") {
      split.password = Secret(decoded(parameter.value));
    } else {
      split.url.parameters.push_back(std::move(parameter));
    }
  }
  return split;
}

std::string postgres_url(const ServerPlace& place) {
  // Several hosts, and a socket's folder, stand among the parameters.
  const bool plain = place.host.find_first_of(",/@") == std::string::npos;
  std::string url = "postgresql://";
  if (!place.user.empty()) url += percent_encoded(place.user) + "@";
  if (plain) {
    const bool ipv6 = place.host.find(':') != std::string::npos;
    url += ipv6 ? in_brackets(place.host) : percent_encoded(place.host);
    if (!place.port.empty()) url += ":" + place.port;
  }
  if (!place.database.empty()) url += "/" + percent_encoded(place.database);
  char separator = '?';
  const auto parameter = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    url += separator + std::string(name) + "=" + percent_encoded(value);
    separator = '&';
  };
  if (!plain) {
    parameter("host", place.host);
    parameter("port", place.port);
  }
  parameter("sslmode", place.sslmode);
  return url;
}

bool may_lack_its_scheme(std::string_view url) {
  const std::size_t colon = std::min(url.find(':'), url.size());
  if (url.substr(colon).starts_with("://") || url.find('@') == std::string_view::npos) return false;
  Config config;
  config.url = url.substr(0, colon);
  return config.scheme() != "sqlite";  // whose path may hold one
}

std::string masked_url(std::string_view url) {
  if (may_lack_its_scheme(url)) return "***";
  SplitUrl split = split_url(url);
  for (UrlParameter& parameter : split.url.parameters)
    if (is_secret(parameter.name)) parameter.value = "***";
  return split.url.text();
}

}  // namespace tenon::detail
