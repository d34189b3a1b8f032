#include "check.hpp"

#include <iomanip>
#include <iostream>
#include <utility>

#include <tenon/enum_name.hpp>
#include <tenon/json_document.hpp>
#include <tenon/policy_store.hpp>

#include "../common/output.hpp"
#include "../common/store_analysis.hpp"
#include "assess.hpp"
#include "offline.hpp"

namespace {

using common::printable;
using nlohmann::json;
using tenon::PolicyStatus;

// The tenant's policies, and the scope to store under unless the database is away.
class Reach {
 public:
  explicit Reach(const Settings& settings) : settings_(settings) {
    try {
      scope_ = settings.scope();
      policies_ = tenon::PolicyStore{*scope_}.enabled();
      if (keeps()) catch_up();
    } catch (const tenon::Error& error) {
      if (!may_go_on(error)) throw;
      policies_ = offline().remembered();
    }
  }

  [[nodiscard]] const std::vector<tenon::Policy>& policies() const noexcept { return policies_; }

  void store(const tenon::Analysis& analysis) {
    if (scope_) {
      try {
        common::store_analyses(*scope_, {&analysis, 1});
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
  void catch_up() const {
    offline().remember(policies_);
    if (const std::size_t count = offline().store_postponed(*scope_); count > 0)
      std::cout << "The database is back: " << count << " earlier analyses were stored.\n";
  }

  const Settings& settings_;
  std::optional<tenon::TenantScope> scope_;
  std::vector<tenon::Policy> policies_;
};

void print(const Change& change, const Assessment& assessment) {
  const tenon::Analysis& analysis = change.analysis;
  std::cout << printable(analysis.request_id) << "\n  " << printable(analysis.environment) << ", "
            << analysis.resource_count << " resources, " << std::fixed << std::setprecision(2)
            << analysis.estimated_monthly_cost << " a month\n";
  for (const json& flag : tenon::document(analysis.risk_flags))
    std::cout << "  risk: " << printable(flag.value("type", ""))
              << (flag.contains("resource") ? " " + printable(flag.value("resource", "")) : "") << '\n';
  for (const Violation& violation : assessment.violations)
    std::cout << "  " << tenon::enum_name(violation.on_violation) << ": " << printable(violation.policy_id)
              << " (" << printable(violation.policy_name) << "): " << printable(violation.reason) << '\n';
  for (const std::string& line : assessment.advice) std::cout << "  advice: " << printable(line) << '\n';
  std::cout << "  verdict: " << tenon::enum_name(analysis.policy_status) << '\n';
}

PolicyStatus assess_and_store(Change& change, Reach& reach) {
  const Assessment assessment = assess(change, reach.policies());
  reach.store(change.analysis);
  print(change, assessment);
  return change.analysis.policy_status;
}

}  // namespace

PolicyStatus check(const Settings& settings, const ChangeDocuments& documents) {
  std::vector<Change> changes = read_changes(documents);
  Reach reach(settings);
  PolicyStatus worst = PolicyStatus::pass;
  for (Change& change : changes) worst = std::max(worst, assess_and_store(change, reach));
  return worst;
}
