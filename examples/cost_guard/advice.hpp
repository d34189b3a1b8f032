#pragma once

#include <string>
#include <vector>

#include "change.hpp"

/// Adds to the analysis's risk flags what the plan puts at risk: data that is destroyed, storage that is
/// not encrypted, ports that are open to the world.
void flag_risks(Change& change);

/// Where the same would cost less; counted in the analysis.
std::vector<std::string> recommend(Change& change);
