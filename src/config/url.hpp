#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/detail/url_text.hpp>
#include <tenon/secret.hpp>

// Database URLs taken apart as far as it is the same for every backend: `scheme:…?name=value&name=value`.

namespace tenon::detail {

struct Url {
  std::string base;                      // up to the '?'
  std::vector<UrlParameter> parameters;  // the backend's own

  [[nodiscard]] std::string text() const;
};

// A URL without what is tenon's: its parameters, by name without `tenon.`, and the password.
struct SplitUrl {
  Url url;
  std::vector<std::pair<std::string, std::string>> own;
  Secret password;
};

// Throws Error invalid_argument; the message never holds a piece of the URL that may be a password.
[[nodiscard]] SplitUrl split_url(std::string_view url);

// Where a server's database is, as the environment says it. Empty: not said.
struct ServerPlace {
  std::string host;  // a name, an address, a socket's folder, or several with commas
  std::string port;
  std::string database;
  std::string user;
  std::string sslmode;
};
[[nodiscard]] std::string postgres_url(const ServerPlace& place);

// The URL for people: with its user, but `***` for a password and for parameters that are secret by name.
[[nodiscard]] std::string masked_url(std::string_view url);

// Whether an '@' stands where no user can: most likely behind a password, and the scheme was forgotten.
[[nodiscard]] bool may_lack_its_scheme(std::string_view url);

}  // namespace tenon::detail
