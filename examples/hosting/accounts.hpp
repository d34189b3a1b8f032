#pragma once

#include <string>

#include <tenon/database.hpp>
#include <tenon/secret.hpp>
#include <tenon/transaction.hpp>

#include "entities/customer.hpp"
#include "entities/user.hpp"
#include "tenant_context.hpp"

namespace hosting {

// Functions on a transaction work for its customer.

/// Makes customer 0, the house, and its first administrator. Throws tenon::Error (already_exists) when
/// there is one, whoever was faster.
void set_up(const tenon::Database& database, const std::string& email, const tenon::Secret& password);

/// Throws tenon::Error (already_exists).
void add_customer(tenon::Transaction& transaction, const std::string& name, Plan plan);
/// Throws tenon::Error (not_found).
[[nodiscard]] Customer customer_of(tenon::Transaction& transaction);

/// With the password's hash, so that no transaction waits for it. Throws tenon::Error (invalid_argument)
/// for an e-mail address or a password that is none.
[[nodiscard]] User new_user(const std::string& email, UserRole role, const tenon::Secret& password);
/// Throws tenon::Error: not_found without the customer; already_exists; constraint_violation for an
/// administrator who is not of the house.
void add_user(tenon::Transaction& transaction, const User& user);

/// `name` is CUSTOMER/EMAIL, as in 41/ann@acme.example. Throws tenon::Error (permission_denied), the same
/// for a user who is not there and a wrong password, and after the same time.
[[nodiscard]] Principal sign_in(const tenon::Database& database, const std::string& name,
                                const tenon::Secret& password);

}  // namespace hosting
