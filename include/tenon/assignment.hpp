#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tenon/codec.hpp>
#include <tenon/detail/columns.hpp>
#include <tenon/detail/sql_text.hpp>

// The columns of a partial update: `patch(id, set<&Site::name>("shop"), increase<&Site::visits>(1))`.

namespace tenon {

namespace detail {

// One `SET column = value`.
template <auto Member>
struct Assign {
  using Value = typename member_pointer<decltype(Member)>::type;
  static constexpr backend::Type parameter_type = MemberCodec<Value>::type;
  static constexpr auto member = Member;
  Value value;

  // `old` stands before the column's present value: nothing in UPDATE, the table's alias in ON CONFLICT.
  template <class T>
  static constexpr void write(SqlText& out, std::string_view = {}) {
    out.column(Columns<T>::names[column_of<T, Member>()]);
    (out << " = ").placeholder();
  }
};

// What of a sum its member holds, where the column holds more. Both are empty where it does not.
struct SumRange {
  std::string_view between;  // of an integer: "LEAST AND GREATEST"
  std::string_view below;    // of a floating-point number: the first that is infinite
};

template <class M>
constexpr SumRange sum_range(backend::Flavour flavour) noexcept {
  const bool one_integer_type = flavour == backend::Flavour::sqlite;
  if constexpr (std::floating_point<M>) {
    if constexpr (sizeof(M) < sizeof(double)) return {{}, "3.4028235677973366e38"};
    return {{}, flavour == backend::Flavour::sqlite ? "9e999" : ""};  // PostgreSQL refuses it by itself
  } else if constexpr (std::is_unsigned_v<M>) {
    return {sizeof(M) == 1   ? "0 AND 255"
            : sizeof(M) == 2 ? "0 AND 65535"
            : sizeof(M) == 4 ? "0 AND 4294967295"
                             : "0 AND 9223372036854775807",
            {}};
  } else {
    if constexpr (sizeof(M) == 1) return {"-128 AND 127", {}};
    if (!one_integer_type || sizeof(M) == 8) return {};
    return {sizeof(M) == 2 ? "-32768 AND 32767" : "-2147483648 AND 2147483647", {}};
  }
}

// The sum of a column and the next parameter. Beyond the range it fails in the database: as the magnitude
// of the least integer, which is made from the column, so that no planner computes it beforehand.
constexpr void write_sum(SqlText& out, std::string_view old, std::string_view name, SumRange range) {
  const auto column = [&]() -> SqlText& { return (out << old).column(name); };
  if (range.between.empty() && range.below.empty()) {
    (column() << " + ").placeholder();
    return;
  }
  if (range.below.empty()) {
    out << "CASE WHEN ";
    (column() << " + ").placeholder() << " BETWEEN " << range.between;
  } else {
    out << "CASE WHEN abs(";
    (column() << " + ").placeholder() << ") < " << range.below << " OR abs(";
    column() << ") >= " << range.below;  // what is infinite stays so
  }
  out << " THEN ";
  (column() << " + ").placeholder_again() << " ELSE abs(CAST(";
  column() << " * 0 AS INTEGER) - 9223372036854775807 - 1) END";
}

// `SET column = column + value`: an increment that the database does, safe under concurrency.
template <auto Member>
struct Increase {
  using Counted = typename member_pointer<decltype(Member)>::type;
  // Signed, so that an unsigned member can be decreased.
  using Value = std::conditional_t<std::floating_point<Counted>, double, std::int64_t>;
  static constexpr backend::Type parameter_type = MemberCodec<Value>::type;
  static constexpr auto member = Member;
  Value value;

  template <class T>
  static constexpr void write(SqlText& out, std::string_view old = {}) {
    constexpr std::string_view name = Columns<T>::names[column_of<T, Member>()];
    out.column(name) << " = ";
    write_sum(out, old, name, sum_range<Counted>(out.flavour()));
  }
};

template <class A>
concept Assignment = requires {
  { A::parameter_type } -> std::convertible_to<backend::Type>;
  A::member;
};

// Whether a member of type M can be set to a V: as a comparison takes it, and, where the member is
// nullable, an optional of it or std::nullopt. What only an explicit constructor takes is text, of a view.
template <class M, class V>
constexpr bool takes_value() {
  using Given = std::remove_cvref_t<V>;
  if constexpr (std::same_as<Given, M>) {
    return true;
  } else if constexpr (!is_optional<M>::value) {
    return stands_for<M, V> &&
           (std::is_arithmetic_v<M> || std::same_as<M, std::string> || std::convertible_to<V, M>);
  } else if constexpr (is_optional<Given>::value) {
    return takes_value<typename M::value_type, typename Given::value_type>();
  } else {
    return std::same_as<Given, std::nullopt_t> || takes_value<typename M::value_type, V>();
  }
}

template <class M, class V>
M taken_value(V&& value) {
  using Given = std::remove_cvref_t<V>;
  if constexpr (std::same_as<Given, M>) {
    return std::forward<V>(value);
  } else if constexpr (!is_optional<M>::value) {
    return checked_value<M>(std::forward<V>(value));
  } else if constexpr (std::same_as<Given, std::nullopt_t>) {
    return std::nullopt;
  } else if constexpr (is_optional<Given>::value) {
    if (!value) return std::nullopt;
    return taken_value<typename M::value_type>(*std::forward<V>(value));
  } else {
    return taken_value<typename M::value_type>(std::forward<V>(value));
  }
}

template <class M, class V>
constexpr bool counts_by() {
  if constexpr (integer_member<M>) {
    return integer_member<V>;
  } else {
    return std::floating_point<M> && std::is_arithmetic_v<V> && !std::same_as<V, bool>;
  }
}

}  // namespace detail

/// `set<&Site::name>("shop")`: one column of a partial update, to a value of the member's type or one that
/// converts to it without loss. Throws `Error` (invalid_argument) for an integer that the member cannot
/// hold.
template <auto Member, class V = typename detail::member_pointer<decltype(Member)>::type>
auto set(V&& value) {
  using M = typename detail::member_pointer<decltype(Member)>::type;
  constexpr bool fits = detail::takes_value<M, V>();
  static_assert(
      fits,
      "tenon: a member is set to a value of its type, or one that converts to it without loss; to "
      "std::nullopt where it is std::optional");
  if constexpr (fits)
    return detail::Assign<Member>{detail::taken_value<M>(std::forward<V>(value))};
  else
    return detail::Assign<Member>{};
}

/// `increase<&Site::visits>(1)`: adds in the database, so that concurrent increases all count; a negative
/// amount, of an unsigned member, too, takes away. Throws `Error` (invalid_argument) for an amount that is
/// infinite, NaN or above 2^63-1. A sum that the member cannot hold is refused by the statement
/// (invalid_argument).
template <auto Member, class V>
auto increase(V by) {
  using M = typename detail::member_pointer<decltype(Member)>::type;
  constexpr bool counts = detail::counts_by<M, V>();
  static_assert(
      counts,
      "tenon: increase is for integer and floating-point members, and an integer grows by integers");
  if constexpr (std::floating_point<M> && counts) {
    const auto amount = static_cast<double>(by);
    if (amount - amount != 0) detail::refuse_value("increase takes no number that is infinite or NaN");
    return detail::Increase<Member>{amount};
  } else if constexpr (counts) {
    return detail::Increase<Member>{detail::checked_value<std::int64_t>(by)};
  } else {
    return detail::Increase<Member>{};
  }
}

}  // namespace tenon
