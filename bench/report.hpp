#pragma once

#include <fstream>
#include <string>

#include <benchmark/benchmark.h>

#include "results.hpp"

namespace tenon_bench {

/// Collects the repetitions of several runs of Google Benchmark. Latencies that a benchmark counts become
/// scenarios of their own: "mixed, 4 threads, p99 of writes".
class Reporter final : public benchmark::BenchmarkReporter {
 public:
  /// Everything goes into a file as well, in Google Benchmark's JSON; "": no file.
  explicit Reporter(const std::string& json_file);

  /// Gives a benchmark, `scenario/contender`, its place in the table. Those of a scenario come together.
  void expect(const std::string& benchmark) { (void)results_.of(benchmark); }

  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  /// After the last run: ends the file.
  void finish();

  [[nodiscard]] const Results& results() const noexcept { return results_; }
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  Results results_;
  bool failed_ = false;
  bool context_reported_ = false;
  std::ofstream json_file_;
  benchmark::JSONReporter json_;
};

}  // namespace tenon_bench
