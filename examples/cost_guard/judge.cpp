#include "judge.hpp"

#include <iomanip>
#include <sstream>

#include <tenon/json_document.hpp>

#include "rules.hpp"

namespace {

using nlohmann::json;

std::string money(double amount) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(2) << amount;
  return text.str();
}

json facts_of(const Change& change) {
  const tenon::Analysis& analysis = change.analysis;
  json facts{{"estimated_monthly_cost", analysis.estimated_monthly_cost},
             {"estimated_first_week_cost", analysis.estimated_first_week_cost},
             {"resource_count", analysis.resource_count},
             {"environment", analysis.environment},
             {"iac_type", analysis.iac_type},
             {"risk_flags", json::array()},
             {"actions", json::array()}};
  for (const json& flag : tenon::document(analysis.risk_flags))
    if (flag.is_object()) facts["risk_flags"].push_back(flag.value("type", ""));
  for (const Resource& resource : change.resources) facts["actions"].push_back(resource.action);
  return facts;
}

json facts_of(const Resource& resource) {
  return {{"address", resource.address},
          {"type", resource.type},
          {"action", resource.action},
          {"monthly_cost", resource.monthly_cost},
          {"values", resource.values}};
}

// The reasons for which the change violates the expression; none when it does not.
std::vector<std::string> broken_by(const Change& change, const json& expression, json& facts) {
  std::vector<std::string> reasons;
  if (!is_per_resource(expression)) {
    if (auto why = broken_rule(expression, facts)) reasons.push_back("wanted " + *why);
    return reasons;
  }
  for (const Resource& resource : change.resources) {
    facts["resource"] = facts_of(resource);
    if (auto why = broken_rule(expression, facts)) reasons.push_back(resource.address + ": wanted " + *why);
  }
  return reasons;
}

void record(tenon::Analysis& analysis, const tenon::Policy& policy) {
  using tenon::PolicyStatus;
  const bool blocks = policy.on_violation == tenon::OnViolation::block;
  if (analysis.policy_status == PolicyStatus::block ||
      (analysis.policy_status == PolicyStatus::advisory && !blocks))
    return;
  analysis.policy_status = blocks ? PolicyStatus::block : PolicyStatus::advisory;
  analysis.policy_id = policy.id;
}

}  // namespace

std::vector<Violation> judge(Change& change, const std::vector<tenon::Policy>& policies) {
  tenon::Analysis& analysis = change.analysis;
  analysis.policy_status = tenon::PolicyStatus::pass;
  analysis.policy_id.reset();
  json facts = facts_of(change);
  std::vector<Violation> violations;
  const auto violated = [&](const tenon::Policy& policy, std::string reason) {
    violations.push_back({policy.id, policy.name, policy.on_violation, std::move(reason)});
    record(analysis, policy);
  };
  for (const tenon::Policy& policy : policies) {
    if (policy.budget && analysis.estimated_monthly_cost > *policy.budget)
      violated(policy, money(analysis.estimated_monthly_cost) + " a month is over the budget of " +
                           money(*policy.budget));
    if (policy.expression_json)
      for (std::string& reason : broken_by(change, tenon::document(*policy.expression_json), facts))
        violated(policy, std::move(reason));
  }
  return violations;
}
