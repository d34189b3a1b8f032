#include <algorithm>
#include <cstdlib>

#include <tenon/config.hpp>
#include <tenon/error.hpp>

namespace tenon {
namespace {

bool scheme_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '-' || c == '.';
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
  const std::size_t colon = url.find(':');
  if (colon == 0 || colon == std::string_view::npos ||
      !std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(colon), scheme_character))
    throw Error(Error::Kind::invalid_argument,
                "the database URL has no scheme; write sqlite:PATH or postgresql://HOST/DATABASE");
  Config config;
  config.url = url;
  return config;
}

Config Config::from_env() {
  const char* url = std::getenv("DATABASE_URL");  // NOLINT(concurrency-mt-unsafe): read once at start-up
  return url != nullptr && *url != '\0' ? from_url(url) : Config{};
}

}  // namespace tenon
