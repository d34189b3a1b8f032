#pragma once

#include <vector>

#include <tenon/interchange.hpp>

#include "node.hpp"

namespace tenon::interchange {

// One analysis for each project of an Infracost document (format 0.2).
[[nodiscard]] std::vector<Analysis> read_infracost(const Node& root, const AnalysisOptions& options);

}  // namespace tenon::interchange
