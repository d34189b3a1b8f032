#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include <tenon/config.hpp>

namespace tenon_bench {

/// How many rows, over how many tenants.
struct Scale {
  std::size_t rows;
  std::size_t tenants;

  [[nodiscard]] std::string name() const {
    return std::to_string(rows) + " rows, " + std::to_string(tenants) +
           (tenants == 1 ? " tenant" : " tenants");
  }
};

/// Adds get, page, insert and remove_older_than of tenon on a table of that size, which `database` makes
/// when it is first asked for. The contenders' names are the scales, so that a report shows the growth.
void add_growth(const std::string& prefix, const Scale& scale,
                const std::function<tenon::Config(const Scale&)>& database);

}  // namespace tenon_bench
