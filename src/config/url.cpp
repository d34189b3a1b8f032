#include "url.hpp"

#include <algorithm>

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
  const std::size_t colon = std::min(base.find(':', start), end);
  const bool user = end < base.size() && base[end] == '@';
  if (user ? base.find('@', end + 1) != std::string::npos
           : colon < end &&
                 (base.find('@', end) != std::string::npos || query.find('@') != std::string::npos))
    refuse_raw_password();
  if (!user || colon == end) return {};
  Secret password(decoded(std::string_view(base).substr(colon + 1, end - colon - 1)));
  base.erase(colon, end - colon);
  return password;
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
    url += ipv6 ? "[" + place.host + "]" : percent_encoded(place.host);
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

std::string masked_url(std::string_view url) {
  SplitUrl split = split_url(url);
  for (UrlParameter& parameter : split.url.parameters)
    if (parameter.name.find("password") != std::string::npos) parameter.value = "***";
  return split.url.text();
}

}  // namespace tenon::detail
