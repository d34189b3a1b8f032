#pragma once

#include <vector>

#include <tenon/analysis.hpp>
#include <tenon/policy.hpp>

/// Holds an analysis against the budgets of the policies, which are enabled, and notes in it how it fares
/// and which policy decided: the first that blocks, else the first that advises.
void decide(tenon::Analysis& analysis, const std::vector<tenon::Policy>& policies);
