#include "accounts.hpp"

#include <algorithm>
#include <charconv>

#include <tenon/error.hpp>
#include <tenon/repository.hpp>

#include "password.hpp"

namespace hosting {
namespace {

using tenon::Error;
using tenon::Repository;

constexpr std::int64_t house = 0;

// For whom there is no user: costs as much as a real one, and no password has it.
const std::string& nobodys_hash() {
  static const std::string hash = "scrypt$15$8$3$" + std::string(32, '0') + "$" + std::string(64, '0');
  return hash;
}

// In lower case, so that one address is one user.
std::string address(std::string email) {
  std::ranges::transform(email, email.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return email;
}

bool is_address(const std::string& email) {
  const std::size_t at = email.find('@');
  return at != 0 && at != std::string::npos && at == email.rfind('@') && at + 1 < email.size() &&
         email.size() <= 254 &&
         std::ranges::none_of(email, [](char c) { return c <= ' ' || c == '/' || c == '\x7f'; });
}

}  // namespace

void set_up(const tenon::Database& database, const std::string& email, const tenon::Secret& password) {
  const User administrator = new_user(email, UserRole::administrator, password);
  with_tenant_context(database, {house, UserRole::customer, email}, [&](tenon::Transaction& transaction) {
    add_customer(transaction, "house", Plan::business);
    add_user(transaction, administrator);
  });
}

void add_customer(tenon::Transaction& transaction, const std::string& name, Plan plan) {
  if (name.empty()) throw Error(Error::Kind::invalid_argument, "customer: give a name");
  try {
    Repository<Customer>(transaction).insert({name, plan, {}});
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::already_exists) throw;
    throw Error(error.kind(), "customer " + transaction.context().tenant() + " is there already");
  }
}

Customer customer_of(tenon::Transaction& transaction) {
  const auto found = Repository<Customer>(transaction).find();
  if (found.items.empty())
    throw Error(Error::Kind::not_found, "there is no customer " + transaction.context().tenant());
  return found.items.front();
}

User new_user(const std::string& email, UserRole role, const tenon::Secret& password) {
  if (!is_address(email)) throw Error(Error::Kind::invalid_argument, "user: no e-mail address: " + email);
  return {address(email), role, hash_password(password), {}};
}

void add_user(tenon::Transaction& transaction, const User& user) {
  (void)customer_of(transaction);
  try {
    Repository<User>(transaction).insert(user);
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::already_exists) throw;
    throw Error(error.kind(), "user " + user.email + " is there already");
  }
}

Principal sign_in(const tenon::Database& database, const std::string& name, const tenon::Secret& password) {
  std::int64_t customer_id = -1;
  const std::size_t slash = std::min(name.find('/'), name.size());
  const auto [end, error] = std::from_chars(name.data(), name.data() + slash, customer_id);
  if (error != std::errc{} || end != name.data() + slash || slash == name.size())
    throw Error(Error::Kind::invalid_argument, "sign in: write the user as CUSTOMER/EMAIL");
  const Principal seeker{customer_id, UserRole::customer, name};
  const auto user = Repository<User>(tenant_scope(database, seeker)).get(address(name.substr(slash + 1)));
  if (!is_password(password, user ? user->password_hash : nobodys_hash()) || !user)
    throw Error(Error::Kind::permission_denied, "sign in: unknown user or wrong password");
  return {customer_id, user->role, user->email};
}

}  // namespace hosting
