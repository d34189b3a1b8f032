#pragma once

#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

#include <tenon/backend/value.hpp>

namespace tenon::detail {

// Room for a row, on the stack for all but very wide ones. Every value is written before it is read: making
// them NULL first costs more than a lock.
class RowBuffer {
 public:
  explicit RowBuffer(std::size_t columns) {
    if (columns <= narrow) {
      row_ = {reinterpret_cast<backend::Value*>(inline_), columns};
    } else {
      wide_.resize(columns);
      row_ = wide_;
    }
  }
  RowBuffer(const RowBuffer&) = delete;
  RowBuffer& operator=(const RowBuffer&) = delete;
  [[nodiscard]] std::span<backend::Value> row() noexcept { return row_; }

 private:
  static constexpr std::size_t narrow = 64;
  // An implicit-lifetime type (C++20, [class.prop]): it lives in the bytes without a constructor's run.
  static_assert(std::is_trivially_destructible_v<backend::Value> &&
                std::is_trivially_copyable_v<backend::Value>);

  alignas(backend::Value) std::byte inline_[narrow * sizeof(backend::Value)];
  std::vector<backend::Value> wide_;
  std::span<backend::Value> row_;
};

}  // namespace tenon::detail
