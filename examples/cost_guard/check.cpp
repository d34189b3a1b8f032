#include "check.hpp"

#include <iomanip>
#include <iostream>
#include <utility>

#include <tenon/analysis_store.hpp>
#include <tenon/enum_name.hpp>
#include <tenon/json_document.hpp>
#include <tenon/policy_store.hpp>

#include "advice.hpp"
#include "judge.hpp"
#include "offline.hpp"

namespace {

using nlohmann::json;
using tenon::PolicyStatus;

// The tenant's policies, and the scope to store under unless the database is away.
class Reach {
 public:
  explicit Reach(const Settings& settings) : settings_(settings) {
    try {
      scope_ = settings.scope();
      policies_ = tenon::PolicyStore{*scope_}.enabled();
    } catch (const tenon::Error& error) {
      if (!may_go_on(error)) throw;
      policies_ = offline().remembered();
    }
    if (scope_ && keeps()) {
      offline().remember(policies_);
      if (const std::size_t count = offline().store_postponed(*scope_); count > 0)
        std::cout << "The database is back: " << count << " earlier analyses were stored.\n";
    }
  }

  [[nodiscard]] const std::vector<tenon::Policy>& policies() const noexcept { return policies_; }

  void store(const tenon::Analysis& analysis) {
    if (scope_) {
      try {
        replace(analysis);
        return;
      } catch (const tenon::Error& error) {
        if (!may_go_on(error)) throw;
      }
    }
    offline().postpone(analysis);
  }

 private:
  [[nodiscard]] bool keeps() const { return !settings_.offline_folder.empty(); }
  [[nodiscard]] Offline offline() const { return {settings_.offline_folder, settings_.tenant}; }
  bool may_go_on(const tenon::Error& error) {
    if (!keeps() || !is_away(error)) return false;
    std::cerr << "cost_guard: the database is away (" << error.what()
              << "); judging by the policies as they last were\n";
    scope_.reset();
    return true;
  }
  // A request that is known is judged anew, so that a CI job may run again.
  void replace(tenon::Analysis analysis) const {
    scope_->transact([&](tenon::Transaction& transaction) {
      const tenon::AnalysisStore analyses{transaction};
      if (const auto known = analyses.get_by_request(analysis.request_id)) {
        analysis.id = known->id;
        analyses.update(analysis);
      } else {
        analyses.insert(analysis);
      }
    });
  }

  const Settings& settings_;
  std::optional<tenon::TenantScope> scope_;
  std::vector<tenon::Policy> policies_;
};

tenon::Json result_of(const Change& change, const std::vector<Violation>& violations,
                      const std::vector<std::string>& advice) {
  json result{{"violations", json::array()}, {"recommendations", advice}, {"resources", json::array()}};
  for (const Violation& violation : violations)
    result["violations"].push_back({{"policy", violation.policy_id}, {"reason", violation.reason}});
  for (const Resource& resource : change.resources)
    result["resources"].push_back({{"address", resource.address},
                                   {"type", resource.type},
                                   {"action", resource.action},
                                   {"monthly_cost", resource.monthly_cost}});
  return tenon::to_json_text(result);
}

void print(const Change& change, const std::vector<Violation>& violations,
           const std::vector<std::string>& advice) {
  const tenon::Analysis& analysis = change.analysis;
  std::cout << analysis.request_id << "\n  " << analysis.environment << ", " << analysis.resource_count
            << " resources, " << std::fixed << std::setprecision(2) << analysis.estimated_monthly_cost
            << " a month\n";
  for (const json& flag : tenon::document(analysis.risk_flags))
    std::cout << "  risk: " << flag.value("type", "")
              << (flag.contains("resource") ? " " + flag.value("resource", "") : "") << '\n';
  for (const Violation& violation : violations)
    std::cout << "  " << tenon::enum_name(violation.on_violation) << ": " << violation.policy_id << " ("
              << violation.policy_name << "): " << violation.reason << '\n';
  for (const std::string& line : advice) std::cout << "  advice: " << line << '\n';
  std::cout << "  verdict: " << tenon::enum_name(analysis.policy_status) << '\n';
}

PolicyStatus judge_and_store(Change& change, Reach& reach) {
  flag_risks(change);
  const std::vector<std::string> advice = recommend(change);
  const std::vector<Violation> violations = judge(change, reach.policies());
  tenon::Analysis& analysis = change.analysis;
  analysis.result_json = result_of(change, violations, advice);
  analysis.completed_at = tenon::now();
  reach.store(analysis);
  print(change, violations, advice);
  return analysis.policy_status;
}

}  // namespace

PolicyStatus check(const Settings& settings, const ChangeFiles& files) {
  std::vector<Change> changes = read_changes(files);
  Reach reach(settings);
  PolicyStatus worst = PolicyStatus::pass;
  for (Change& change : changes) worst = std::max(worst, judge_and_store(change, reach));
  return worst;
}
