#pragma once

#include <span>
#include <string_view>

namespace tenon_bench {

/// What the project promises: the time of `contender`, divided by that of `baseline` in the same run, is at
/// most `most`. A promise of n times the throughput is one of 1/n of the time.
struct Target {
  std::string_view scenario;
  std::string_view contender;
  std::string_view baseline;
  double most;
};

[[nodiscard]] std::span<const Target> targets();

}  // namespace tenon_bench
