#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <tenon/backend/value.hpp>

namespace tenon::sqlite {

// Room for a row, on the stack for all but very wide ones.
class RowBuffer {
 public:
  explicit RowBuffer(std::size_t columns) {
    if (columns <= inline_.size()) {
      row_ = std::span(inline_).first(columns);
    } else {
      wide_.resize(columns);
      row_ = wide_;
    }
  }
  RowBuffer(const RowBuffer&) = delete;
  RowBuffer& operator=(const RowBuffer&) = delete;
  [[nodiscard]] std::span<backend::Value> row() noexcept { return row_; }

 private:
  std::array<backend::Value, 64> inline_;
  std::vector<backend::Value> wide_;
  std::span<backend::Value> row_;
};

}  // namespace tenon::sqlite
