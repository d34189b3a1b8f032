#pragma once

#include <string>
#include <vector>

#include <tenon/policy.hpp>

#include "judge.hpp"

/// What is to be said of a change.
struct Assessment {
  std::vector<Violation> violations;
  std::vector<std::string> advice;
};

/// Flags risks, recommends, judges by the policies, and completes the change's analysis with all of it.
Assessment assess(Change& change, const std::vector<tenon::Policy>& policies);
