#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <tenon/backend/value.hpp>
#include <tenon/codec.hpp>

namespace tenon::detail {

// A condition whose text is fixed by its type. `self` in `write` is null while the text is made at compile
// time.
struct StaticCondition {
  using tenon_condition = void;
  static constexpr bool is_static = true;
};

// A condition whose text is known only with its values.
struct DynamicCondition {
  using tenon_condition = void;
  static constexpr bool is_static = false;
  static constexpr std::array<backend::Type, 0> parameter_types{};
};

// The value of a condition with one, for all members of its type.
template <class M>
struct ConditionValue : StaticCondition {
  static constexpr std::array parameter_types{Codec<M>::type};
  M operand;

  explicit ConditionValue(M&& value) : operand(std::move(value)) {}
  ConditionValue(const ConditionValue&) = default;
  [[gnu::noinline]] ConditionValue(ConditionValue&& other) noexcept(std::is_nothrow_move_constructible_v<M>)
      : operand(std::move(other.operand)) {}
  ConditionValue& operator=(const ConditionValue&) = default;
  ConditionValue& operator=(ConditionValue&&) = default;
  [[gnu::noinline]] ~ConditionValue() {}  // NOLINT(modernize-use-equals-default): not inlined
  [[nodiscard]] std::size_t parameter_count() const noexcept { return 1; }
  backend::Value* encode(backend::Value* out, Scratch& scratch) const {
    *out++ = Codec<M>::encode(operand, scratch);
    return out;
  }
};

}  // namespace tenon::detail
