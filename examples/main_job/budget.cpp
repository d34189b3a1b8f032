#include "budget.hpp"

void decide(tenon::Analysis& analysis, const std::vector<tenon::Policy>& policies) {
  using tenon::PolicyStatus;
  analysis.policy_status = PolicyStatus::pass;
  analysis.policy_id.reset();
  for (const tenon::Policy& policy : policies) {
    if (!policy.budget || analysis.estimated_monthly_cost <= *policy.budget) continue;
    const bool blocks = policy.on_violation == tenon::OnViolation::block;
    if (analysis.policy_status == PolicyStatus::advisory && !blocks) continue;
    analysis.policy_status = blocks ? PolicyStatus::block : PolicyStatus::advisory;
    analysis.policy_id = policy.id;
    if (blocks) return;
  }
}
