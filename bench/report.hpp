#pragma once

#include <array>
#include <fstream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace tenon_bench {

/// Collects the repetitions of every scenario and contender over several runs of Google Benchmark, and
/// prints each contender beside `raw`. The i-th repetition is compared with raw's i-th: writers' tables
/// have the same size then.
class RatioReporter final : public benchmark::BenchmarkReporter {
 public:
  /// Everything goes into a file as well, in Google Benchmark's JSON; "": no file.
  explicit RatioReporter(const std::string& json_file);

  /// Gives a benchmark, `scenario/contender`, its place in the table. Those of a scenario come together.
  void expect(const std::string& benchmark) { timed(benchmark); }

  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  /// After the last run: ends the file and prints the table.
  void finish();

  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  struct Timed {
    std::string contender;
    std::vector<double> nanoseconds;
  };
  struct Scenario {
    std::string name;
    std::vector<Timed> contenders;
  };

  Timed& timed(const std::string& benchmark);
  void add_lines(const Scenario& scenario, std::vector<std::array<std::string, 6>>& lines) const;

  std::vector<Scenario> scenarios_;
  bool failed_ = false;
  bool context_reported_ = false;
  std::ofstream json_file_;
  benchmark::JSONReporter json_;
};

}  // namespace tenon_bench
