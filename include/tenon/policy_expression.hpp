#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon {

/// Where and why a policy's expression is not one.
struct ExpressionProblem {
  std::string pointer;  ///< JSON pointer (RFC 6901) to the field, "" for the whole
  std::string message;
};

/// Checks a policy's `expression_json`. It is one rule or one group:
///
///     {"field": "estimated_monthly_cost", "operator": ">", "value": 1000}
///     {"and": [ …rules and groups… ]}      {"or": [ … ]}
///
/// Operators: == != > >= < <= in contains starts_with ends_with. `in` takes an array, > >= < <= a number or
/// a text, starts_with and ends_with a text. Groups, and a value, are nested 64 levels deep at most.
/// Returns the first problem, or nothing.
[[nodiscard]] TENON_API std::optional<ExpressionProblem> check_policy_expression(std::string_view json);

}  // namespace tenon
