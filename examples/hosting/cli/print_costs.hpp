#pragma once

#include <vector>

#include "../costs.hpp"

namespace hosting {

/// To standard output, with the total.
void print_costs(const std::vector<SiteCosts>& sites);
void print_costs(const std::vector<CustomerCosts>& customers);

}  // namespace hosting
