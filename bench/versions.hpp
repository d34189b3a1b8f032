#pragma once

#include <string>

#include <benchmark/benchmark.h>

// What Google Benchmark has changed in 1.8.
namespace tenon_bench {

template <class Run>
inline constexpr bool before_1_8 = requires(const Run& run) {
  run.error_occurred;
};

/// Why the run was skipped, or null.
template <class Run>
const std::string* failure_of(const Run& run) {
  if constexpr (before_1_8<Run>) {
    return run.error_occurred ? &run.error_message : nullptr;
  } else {
    return static_cast<int>(run.skipped) != 0 ? &run.skip_message : nullptr;
  }
}

/// Later ones want the unit named, older ones refuse it.
inline std::string min_time(const std::string& seconds) {
  return "--benchmark_min_time=" + seconds + (before_1_8<benchmark::BenchmarkReporter::Run> ? "" : "s");
}

}  // namespace tenon_bench
