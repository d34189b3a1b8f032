#include "settings.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include <tenon/error.hpp>

#include "../accounts.hpp"
#include "../schema.hpp"

namespace hosting {
namespace {

using tenon::Error;

tenon::Secret first_line(std::istream& in, const std::string& what) {
  std::string line;
  std::getline(in, line);
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty()) throw Error(Error::Kind::invalid_argument, what);
  return tenon::Secret(std::move(line));
}

}  // namespace

tenon::Database Settings::open() const {
  return tenon::Database::open(
      configured(url.empty() ? tenon::Config::from_env() : tenon::Config::from_url(url)));
}

Principal Settings::sign_in(const tenon::Database& database) const {
  if (user.empty())
    throw Error(Error::Kind::permission_denied, "sign in: give --user CUSTOMER/EMAIL or HOSTING_USER");
  if (!password_file.empty()) {
    std::ifstream in(password_file);
    return hosting::sign_in(database, user,
                            first_line(in, "sign in: there is no password in " + password_file));
  }
  const char* password = std::getenv("HOSTING_PASSWORD");  // NOLINT(concurrency-mt-unsafe)
  if (password == nullptr)
    throw Error(Error::Kind::permission_denied, "sign in: give --password-file FILE or HOSTING_PASSWORD");
  return hosting::sign_in(database, user, tenon::Secret(password));
}

Keyring Settings::keyring() const {
  return keys_file.empty() ? Keyring() : Keyring::read(keys_file);
}

tenon::Secret read_line_of_input(const std::string& what) {
  return first_line(std::cin, what + ": give it on standard input");
}

tenon::Secret read_input() {
  return tenon::Secret(std::string(std::istreambuf_iterator<char>(std::cin), {}));
}

}  // namespace hosting
