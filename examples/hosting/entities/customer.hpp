#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <tenon/table.hpp>
#include <tenon/time.hpp>

namespace hosting {

enum class Plan : std::uint8_t { basic, business };
BOOST_DESCRIBE_ENUM(Plan, basic, business)

/// A tenant: its number is the scope's, in column customer_id. Number 0 is the house itself.
struct Customer {
  std::string name{};
  Plan plan = Plan::basic;
  tenon::Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(Customer, (), (name, plan, created_at))

}  // namespace hosting

template <>
struct tenon::Table<hosting::Customer> {
  static constexpr auto name = "hosting.customers";
  static constexpr auto key = std::tuple{&hosting::Customer::name};  // each customer has one row
  static constexpr auto tenant_column = "customer_id";
  using tenant_type = std::int64_t;
};
