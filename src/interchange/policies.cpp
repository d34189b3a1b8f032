#include <tenon/interchange.hpp>
#include <tenon/policy_expression.hpp>

#include "record.hpp"
#include "stores/limits.hpp"

namespace tenon::interchange {
namespace {

void check_expression(const Node& record, const Policy& policy) {
  if (!policy.expression_json) return;
  const auto problem = check_policy_expression(policy.expression_json->text());
  if (!problem) return;
  const auto expression = record.find("expression");
  const Node at = expression ? *expression : record.require("expression_json");
  at.nearest(problem->pointer).refuse(problem->message);
}

Policy read_policy(const Node& record) {
  Policy policy;
  read_record(record, policy, {"id", "name"}, "expression", "expression_json");
  if (policy.id.empty()) record.require("id").refuse("an id must not be empty");
  if (policy.budget) refuse_negative(record, "budget", *policy.budget);
  if (policy.budget && *policy.budget > dearest) record.require("budget").refuse("must not be above 1e18");
  if (policy.version < 1 || policy.version > latest_version)
    record.require("version").refuse("a version is 1 to 2^53");
  check_expression(record, policy);
  return policy;
}

}  // namespace

std::vector<Policy> read_policies(std::string_view json, std::string_view source) {
  const Source file{json, source};
  std::vector<Policy> policies;
  SeenOnce ids;
  for (const Node& record : one_or_many(Node(file))) {
    policies.push_back(read_policy(record));
    ids.note(record, policies.back().id, "this id");
  }
  return policies;
}

}  // namespace tenon::interchange
