#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "contenders/raw_sqlite.hpp"
#include "scale.hpp"

namespace tenon_bench {

/// The growth scenarios with SQLite's C API by hand, in a copy of the file that tenon filled: what of the
/// growth is SQLite's own. Nobody writes to that file while it is copied, and its log is empty.
class RawGrowth {
 public:
  /// `made`: how many rows were ever made, by whose numbers the next go on.
  RawGrowth(const std::string& file, const Scale& scale, std::uint64_t made);

  void get(benchmark::State& state);
  void short_page(benchmark::State& state);
  void insert(benchmark::State& state);

 private:
  [[nodiscard]] std::size_t tenant_of(std::size_t row) const noexcept {
    return row / (scale_.rows / scale_.tenants);
  }

  Scale scale_;
  std::vector<std::string> tenants_;
  std::vector<Row> rows_;
  RawSqlite raw_;
  std::size_t read_ = 0;   // the row
  std::size_t paged_ = 0;  // the tenant
  std::uint64_t made_;     // rows
  std::int64_t newest_;    // when it began
};

}  // namespace tenon_bench
