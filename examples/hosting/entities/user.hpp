#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <tenon/table.hpp>
#include <tenon/time.hpp>

namespace hosting {

enum class UserRole : std::uint8_t {
  customer,      ///< works with what the customer has
  viewer,        ///< only looks at it
  administrator  ///< of the house: reads everybody's, and acts for customers
};
BOOST_DESCRIBE_ENUM(UserRole, customer, viewer, administrator)

struct User {
  std::string email{};
  UserRole role = UserRole::viewer;
  std::string password_hash{};  ///< see password.hpp
  tenon::Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(User, (), (email, role, password_hash, created_at))

}  // namespace hosting

template <>
struct tenon::Table<hosting::User> {
  static constexpr auto name = "hosting.users";
  static constexpr auto key = std::tuple{&hosting::User::email};
  static constexpr auto tenant_column = "customer_id";
  using tenant_type = std::int64_t;
};
