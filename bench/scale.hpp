#pragma once

#include <cstddef>
#include <string>

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

}  // namespace tenon_bench
