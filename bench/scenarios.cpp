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

void add_measured(const std::string& scenario, const std::string& contender,
                  std::function<double()> measure) {
  const std::string name = detail::note_added(scenario, contender);
  benchmark::RegisterBenchmark(name.c_str(),
                               [measure = std::move(measure)](benchmark::State& state) {
                                 try {
                                   for (auto _ : state) state.SetIterationTime(measure());
                                 } catch (const std::exception& failure) {
                                   state.SkipWithError(failure.what());
                                 }
                               })
      ->UseManualTime()
      ->Iterations(1);
}

}  // namespace tenon_bench
