#include "scenarios.hpp"

#include <algorithm>

namespace tenon_bench {

std::vector<ScenarioNames>& added_scenarios() {
  static std::vector<ScenarioNames> scenarios;
  return scenarios;
}

std::string detail::note_added(const std::string& scenario, const std::string& contender) {
  std::vector<ScenarioNames>& all = added_scenarios();
  auto found = std::find_if(all.begin(), all.end(),
                            [&](const ScenarioNames& names) { return names.scenario == scenario; });
  if (found == all.end()) found = all.insert(all.end(), ScenarioNames{scenario, {}});
  return found->benchmarks.emplace_back(scenario + "/" + contender);
}

}  // namespace tenon_bench
