#include "scenarios.hpp"

#include <algorithm>

namespace tenon_bench {

std::vector<AddedScenario>& added_scenarios() {
  static std::vector<AddedScenario> scenarios;
  return scenarios;
}

std::string detail::note_added(const std::string& scenario, const std::string& contender,
                               std::function<void()> close, bool takes_seconds) {
  std::vector<AddedScenario>& all = added_scenarios();
  auto found =
      std::find_if(all.begin(), all.end(), [&](const AddedScenario& one) { return one.name == scenario; });
  if (found == all.end()) found = all.insert(all.end(), AddedScenario{scenario, {}});
  return found->contenders
      .emplace_back(AddedScenario::Contender{scenario + "/" + contender, takes_seconds, std::move(close)})
      .benchmark;
}

void add_measured(const std::string& scenario, const std::string& contender,
                  std::function<double()> measure) {
  const std::string name = detail::note_added(scenario, contender, nullptr, true);
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
