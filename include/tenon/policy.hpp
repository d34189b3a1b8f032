#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <tenon/export.hpp>
#include <tenon/json.hpp>
#include <tenon/table.hpp>
#include <tenon/time.hpp>

namespace tenon {

/// What happens when a policy is violated.
enum class OnViolation : std::uint8_t { advisory, block };
BOOST_DESCRIBE_ENUM(OnViolation, advisory, block)

/// A rule about cost or resources that analyses are held against.
struct Policy {
  std::string id{};  ///< chosen by the host; unique within the tenant
  std::string name{};
  std::string description{};
  std::optional<double> budget{};         ///< most that a month may cost, in the host's currency; 0 to 1e18
  std::optional<Json> expression_json{};  ///< rules, see tenon/policy_expression.hpp
  OnViolation on_violation = OnViolation::advisory;
  bool enabled = true;
  std::string created_by{};
  std::string updated_by{};
  std::int64_t version = 1;  ///< 1 to 2^53
  Timestamp created_at{};
  Timestamp updated_at{};

  friend TENON_API bool operator==(const Policy& a, const Policy& b);
};
BOOST_DESCRIBE_STRUCT(Policy, (),
                      (id, name, description, budget, expression_json, on_violation, enabled, created_by,
                       updated_by, version, created_at, updated_at))

template <>
struct Table<Policy> {
  static constexpr auto name = "tenon.policies";
  static constexpr auto key = std::tuple{&Policy::id};
};

}  // namespace tenon
