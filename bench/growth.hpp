#pragma once

#include <functional>
#include <string>

#include <tenon/config.hpp>

#include "scale.hpp"

namespace tenon_bench {

/// Adds get, page, insert and remove_older_than of tenon, and on SQLite the first three by hand, on a table
/// of that size, which `database` makes when it is first asked for. The contenders' names are the scales,
/// so that a report shows the growth.
void add_growth(const std::string& prefix, const Scale& scale,
                const std::function<tenon::Config(const Scale&)>& database);

}  // namespace tenon_bench
