#pragma once

#include <cstddef>

#include <tenon/backend/statement.hpp>
#include <tenon/backend/value.hpp>
#include <tenon/codec.hpp>
#include <tenon/detail/row_buffer.hpp>

namespace tenon::detail {

// The values of a statement with a condition, in the order of its text.
class StatementValues {
 public:
  // Room for `others` beside the condition's.
  template <class C>
  StatementValues(const C& condition, std::size_t others) : room_(condition.parameter_count() + others) {}
  StatementValues(const StatementValues&) = delete;
  StatementValues& operator=(const StatementValues&) = delete;

  void add(const backend::Value& value) noexcept { *end_++ = value; }
  template <class C>
  void add(const C& condition, Scratch& scratch) {
    end_ = condition.encode(end_, scratch);
  }
  [[nodiscard]] backend::Values get() noexcept { return {room_.row().data(), end_}; }

 private:
  RowBuffer room_;
  backend::Value* end_ = room_.row().data();
};

}  // namespace tenon::detail
