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
#include <tenon/uuid.hpp>

namespace tenon {

/// How an analysis fared against the tenant's policies.
enum class PolicyStatus : std::uint8_t { not_evaluated, pass, advisory, block };
BOOST_DESCRIBE_ENUM(PolicyStatus, not_evaluated, pass, advisory, block)

/// One cost analysis of an infrastructure change. Costs are in the host's currency, never negative.
struct Analysis {
  Uuid id{};                 ///< AnalysisStore::insert makes a time-ordered one when it is nil
  std::string request_id{};  ///< the host's own, unique within the tenant
  Timestamp started_at{};
  std::optional<Timestamp> completed_at{};
  std::optional<std::int64_t> duration_ms{};
  std::string iac_type{};  ///< for example "terraform"
  std::string environment{};
  double estimated_monthly_cost = 0;
  double estimated_first_week_cost = 0;
  std::int64_t resource_count = 0;
  PolicyStatus policy_status = PolicyStatus::not_evaluated;
  std::optional<std::string> policy_id{};  ///< the policy that decided; it may be gone by now
  Json risk_flags{"[]"};                   ///< an array
  std::int64_t recommendations_count = 0;
  Json result_json{};  ///< the whole result, byte for byte
  Timestamp created_at{};
  Timestamp updated_at{};

  friend TENON_API bool operator==(const Analysis& a, const Analysis& b);
};
BOOST_DESCRIBE_STRUCT(Analysis, (),
                      (id, request_id, started_at, completed_at, duration_ms, iac_type, environment,
                       estimated_monthly_cost, estimated_first_week_cost, resource_count, policy_status,
                       policy_id, risk_flags, recommendations_count, result_json, created_at, updated_at))

template <>
struct Table<Analysis> {
  static constexpr auto name = "tenon.analyses";
  static constexpr auto key = std::tuple{&Analysis::id};
};

/// A projection of Analysis for lists: everything but the JSON.
struct AnalysisSummary {
  Uuid id{};
  std::string request_id{};
  Timestamp started_at{};
  std::string iac_type{};
  std::string environment{};
  double estimated_monthly_cost = 0;
  std::int64_t resource_count = 0;
  PolicyStatus policy_status = PolicyStatus::not_evaluated;
  std::optional<std::string> policy_id{};
};
BOOST_DESCRIBE_STRUCT(AnalysisSummary, (),
                      (id, request_id, started_at, iac_type, environment, estimated_monthly_cost,
                       resource_count, policy_status, policy_id))

}  // namespace tenon
