#include "report.hpp"

#include <iostream>
#include <stdexcept>

#include "versions.hpp"

namespace tenon_bench {
Reporter::Reporter(const std::string& json_file) {
  if (json_file.empty()) return;
  json_file_.open(json_file);
  if (!json_file_) throw std::runtime_error("cannot write " + json_file);
  json_.SetOutputStream(&json_file_);
  json_.SetErrorStream(&std::cerr);
}

bool Reporter::ReportContext(const Context& context) {
  if (json_file_.is_open() && !context_reported_) json_.ReportContext(context);
  context_reported_ = true;
  return true;
}

void Reporter::ReportRuns(const std::vector<Run>& runs) {
  if (json_file_.is_open()) json_.ReportRuns(runs);
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    const std::string& name = run.run_name.function_name;
    if (const std::string* const failure = failure_of(run)) {
      std::cerr << name << ": " << *failure << '\n';
      failed_ = true;
      continue;
    }
    const double once = run.real_accumulated_time / static_cast<double>(run.iterations);
    results_.of(name).push_back(once * 1e9);
    const std::size_t slash = name.rfind('/');
    for (const auto& [latency, seconds] : run.counters)
      results_.of(name.substr(0, slash) + ", " + latency + name.substr(slash))
          .push_back(seconds.value * 1e9);
  }
}

void Reporter::finish() {
  if (!json_file_.is_open()) return;
  json_.Finalize();
  json_file_.close();
}

}  // namespace tenon_bench
