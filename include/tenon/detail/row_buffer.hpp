#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include <tenon/backend/value.hpp>

namespace tenon::detail {

// Room for a row, on the stack for all but very wide ones.
class RowBuffer {
 public:
  explicit RowBuffer(std::size_t columns) {
    if (columns <= narrow) {
      auto* const first = reinterpret_cast<backend::Value*>(inline_);
      std::uninitialized_default_construct_n(first, columns);  // and not all of them, for every call
      row_ = {first, columns};
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
  static_assert(std::is_trivially_destructible_v<backend::Value>);

  alignas(backend::Value) std::byte inline_[narrow * sizeof(backend::Value)];
  std::vector<backend::Value> wide_;
  std::span<backend::Value> row_;
};

}  // namespace tenon::detail
