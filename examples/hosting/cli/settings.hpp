#pragma once

#include <string>
#include <utility>

#include <tenon/database.hpp>
#include <tenon/secret.hpp>

#include "../keyring.hpp"
#include "../tenant_context.hpp"

namespace hosting {

/// What the command line says before its command.
struct Settings {
  std::string url;
  std::string user;
  std::string password_file;
  std::string keys_file;

  [[nodiscard]] tenon::Database open() const;
  /// The user with the password of the file, or of HOSTING_PASSWORD.
  [[nodiscard]] Principal sign_in(const tenon::Database& database) const;
  /// Empty when no file is given.
  [[nodiscard]] Keyring keyring() const;

  /// Runs `work(tenon::Transaction&)` for the customer whose user is signed in.
  template <class Work>
  auto as_customer(Work&& work) const {
    const tenon::Database database = open();
    return with_tenant_context(database, sign_in(database), std::forward<Work>(work));
  }
};

/// One line of standard input, without its end. Throws tenon::Error (invalid_argument) when it is empty.
[[nodiscard]] tenon::Secret read_line_of_input(const std::string& what);
/// All of standard input.
[[nodiscard]] tenon::Secret read_input();

}  // namespace hosting
