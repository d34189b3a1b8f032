#include "assess.hpp"

#include <tenon/json_document.hpp>
#include <tenon/time.hpp>

#include "advice.hpp"

namespace {

using nlohmann::json;

tenon::Json result_of(const Change& change, const Assessment& assessment) {
  json result{
      {"violations", json::array()}, {"recommendations", assessment.advice}, {"resources", json::array()}};
  for (const Violation& violation : assessment.violations)
    result["violations"].push_back({{"policy", violation.policy_id}, {"reason", violation.reason}});
  for (const Resource& resource : change.resources)
    result["resources"].push_back({{"address", resource.address},
                                   {"type", resource.type},
                                   {"action", resource.action},
                                   {"monthly_cost", resource.monthly_cost}});
  return tenon::to_json_text(result);
}

}  // namespace

Assessment assess(Change& change, const std::vector<tenon::Policy>& policies) {
  Assessment assessment;
  flag_risks(change);
  assessment.advice = recommend(change);
  assessment.violations = judge(change, policies);
  change.analysis.result_json = result_of(change, assessment);
  change.analysis.completed_at = tenon::now();
  return assessment;
}
