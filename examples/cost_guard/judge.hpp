#pragma once

#include <string>
#include <vector>

#include <tenon/policy.hpp>

#include "change.hpp"

/// A policy that a change violates, and why.
struct Violation {
  std::string policy_id;
  std::string policy_name;
  tenon::OnViolation on_violation = tenon::OnViolation::advisory;
  std::string reason;
};

/// Holds the change against every policy, all of which are enabled, and records in its analysis the worst
/// outcome and the first policy that led to it.
std::vector<Violation> judge(Change& change, const std::vector<tenon::Policy>& policies);
