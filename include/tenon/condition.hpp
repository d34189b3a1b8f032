#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenon/backend/value.hpp>
#include <tenon/codec.hpp>
#include <tenon/detail/columns.hpp>
#include <tenon/detail/condition_kinds.hpp>
#include <tenon/detail/sql_text.hpp>

// Typed conditions: `field<&Site::name> == "shop" && field<&Site::created_at> >= since`.
//
// A condition is a type; its SQL text follows from the type alone and is made at compile time, so only the
// values travel. NULL behaves as in SQL: a comparison with a NULL column is neither true nor false, so the
// row is not found; use is_null().

namespace tenon {

/// What `where` takes: the result of comparing fields, joined by `&&`, `||` and `!`.
template <class C>
concept Condition = requires {
  typename C::tenon_condition;
};

namespace detail {

template <class M>
struct bare {
  using type = M;
};
template <class M>
struct bare<std::optional<M>> {
  using type = M;
};

template <auto Member>
using field_type = typename bare<typename member_pointer<decltype(Member)>::type>::type;

// Types whose order and equality the databases do not agree on.
template <class M>
concept comparable_in_sql =
    Codec<M>::type != backend::Type::json&& Codec<M>::type != backend::Type::decimal;

template <class T, auto Member>
constexpr void write_column(SqlText& out) {
  out.column(Columns<T>::names[column_of<T, Member>()]);
}

enum class Comparison { equal, not_equal, less, less_equal, greater, greater_equal };

constexpr std::string_view spelling(Comparison c) noexcept {
  constexpr std::array<std::string_view, 6> all{" = ", " <> ", " < ", " <= ", " > ", " >= "};
  return all[static_cast<std::size_t>(c)];
}

template <auto Member, Comparison comparison>
struct Compare : ConditionValue<field_type<Member>> {
  using Operand = field_type<Member>;
  using Values = ConditionValue<Operand>;
  static_assert(comparable_in_sql<Operand>,
                "tenon: Json and Decimal members cannot be compared in SQL; keep a double or text member "
                "beside them");
  static_assert(comparison == Comparison::equal || comparison == Comparison::not_equal ||
                    !DescribedEnum<Operand>,
                "tenon: enums have no order in SQL, where they are their names; use in()");

  explicit Compare(Operand&& value) : Values(std::move(value)) {}
  template <class T>
  static constexpr void write(SqlText& out, const Compare*) {
    write_column<T, Member>(out);
    (out << spelling(comparison)).placeholder();
  }
};

template <auto Member, bool null>
struct IsNull : StaticCondition {
  static constexpr std::array<backend::Type, 0> parameter_types{};
  template <class T>
  static constexpr void write(SqlText& out, const IsNull*) {
    static_assert(is_optional<typename member_pointer<decltype(Member)>::type>::value,
                  "tenon: is_null() on a member that is not std::optional is never true");
    write_column<T, Member>(out);
    out << (null ? " IS NULL" : " IS NOT NULL");
  }
  [[nodiscard]] std::size_t parameter_count() const noexcept { return 0; }
  backend::Value* encode(backend::Value* out, Scratch&) const { return out; }
};

template <auto Member, bool at_start>
struct HasText : StaticCondition {
  static_assert(std::same_as<field_type<Member>, std::string>,
                "tenon: contains() and starts_with() are for text members");
  static constexpr std::array parameter_types{backend::Type::text};
  std::string part;

  explicit HasText(std::string text) : part(std::move(text)) {}
  template <class T>
  static constexpr void write(SqlText& out, const HasText*) {
    out << (out.flavour() == backend::Flavour::postgres ? "strpos(" : "instr(");
    write_column<T, Member>(out);
    (out << ", ").placeholder() << (at_start ? ") = 1" : ") > 0");
  }
  [[nodiscard]] std::size_t parameter_count() const noexcept { return 1; }
  backend::Value* encode(backend::Value* out, Scratch&) const {
    *out++ = backend::Value::text(part);
    return out;
  }
};

template <auto Member>
struct OneOf : DynamicCondition {
  static constexpr std::size_t most = 4000;
  using Operand = field_type<Member>;
  static_assert(comparable_in_sql<Operand>,
                "tenon: Json and Decimal members cannot be compared in SQL; keep a double or text member "
                "beside them");
  std::vector<Operand> operands;

  // Counts are rounded up to a power of two, so that few texts occur and stay cached.
  [[nodiscard]] std::size_t parameter_count() const noexcept {
    std::size_t count = operands.empty() ? 0 : 1;
    while (count < operands.size()) count *= 2;
    return count;
  }
  template <class T>
  static void write(SqlText& out, const OneOf* self) {
    if (self->operands.empty()) {
      out << "FALSE";
      return;
    }
    write_column<T, Member>(out);
    out << " IN (";
    Separator comma(", ");
    for (std::size_t i = 0; i < self->parameter_count(); ++i) {
      comma(out);
      out.placeholder();
    }
    out << ")";
  }
  backend::Value* encode(backend::Value* out, Scratch& scratch) const {
    if (operands.size() > most) refuse_value("in() takes at most 4000 values");
    const std::size_t count = parameter_count();
    for (std::size_t i = 0; i < count; ++i)
      *out++ = Codec<Operand>::encode(operands[i < operands.size() ? i : operands.size() - 1], scratch);
    return out;
  }
};

template <class A, class B>
constexpr auto joined(const A& a, const B& b) {
  std::array<backend::Type, std::tuple_size_v<A> + std::tuple_size_v<B>> all{};
  std::size_t n = 0;
  for (const backend::Type type : a) all[n++] = type;
  for (const backend::Type type : b) all[n++] = type;
  return all;
}

template <class L, class R, bool both>
struct Join {
  using tenon_condition = void;
  static constexpr bool is_static = L::is_static && R::is_static;
  static constexpr auto parameter_types = [] {
    if constexpr (is_static) {
      return joined(L::parameter_types, R::parameter_types);
    } else {
      return std::array<backend::Type, 0>{};
    }
  }();
  L left;
  R right;

  Join(L l, R r) : left(std::move(l)), right(std::move(r)) {}
  template <class T>
  static constexpr void write(SqlText& out, const Join* self) {
    out << "(";
    L::template write<T>(out, self != nullptr ? &self->left : nullptr);
    out << (both ? " AND " : " OR ");
    R::template write<T>(out, self != nullptr ? &self->right : nullptr);
    out << ")";
  }
  [[nodiscard]] std::size_t parameter_count() const noexcept {
    return left.parameter_count() + right.parameter_count();
  }
  backend::Value* encode(backend::Value* out, Scratch& scratch) const {
    return right.encode(left.encode(out, scratch), scratch);
  }
};

template <class C>
struct Not {
  using tenon_condition = void;
  static constexpr bool is_static = C::is_static;
  static constexpr auto parameter_types = [] {
    if constexpr (is_static) {
      return C::parameter_types;
    } else {
      return std::array<backend::Type, 0>{};
    }
  }();
  C condition;

  explicit Not(C c) : condition(std::move(c)) {}
  template <class T>
  static constexpr void write(SqlText& out, const Not* self) {
    out << "NOT (";
    C::template write<T>(out, self != nullptr ? &self->condition : nullptr);
    out << ")";
  }
  [[nodiscard]] std::size_t parameter_count() const noexcept { return condition.parameter_count(); }
  backend::Value* encode(backend::Value* out, Scratch& scratch) const {
    return condition.encode(out, scratch);
  }
};

struct Everything : StaticCondition {
  static constexpr std::array<backend::Type, 0> parameter_types{};
  template <class T>
  static constexpr void write(SqlText& out, const Everything*) {
    out << "TRUE";
  }
  [[nodiscard]] std::size_t parameter_count() const noexcept { return 0; }
  backend::Value* encode(backend::Value* out, Scratch&) const { return out; }
};

}  // namespace detail

/// A column in a condition. Use the variable `field<&Entity::member>`.
template <auto Member>
class Field {
 public:
  using Value = detail::field_type<Member>;

  [[nodiscard]] constexpr auto is_null() const noexcept { return detail::IsNull<Member, true>{}; }
  [[nodiscard]] constexpr auto is_not_null() const noexcept { return detail::IsNull<Member, false>{}; }
  /// The text holds `part` somewhere; bytes are compared, case matters.
  [[nodiscard]] auto contains(std::string part) const {
    return detail::HasText<Member, false>(std::move(part));
  }
  [[nodiscard]] auto starts_with(std::string part) const {
    return detail::HasText<Member, true>(std::move(part));
  }
  /// The column is one of the values; of no values, none is.
  /// At most 4000 values; more are refused (invalid_argument).
  [[nodiscard]] auto in(std::initializer_list<Value> values) const {
    return detail::OneOf<Member>{{}, values};
  }
  [[nodiscard]] auto in(std::vector<Value> values) const {
    return detail::OneOf<Member>{{}, std::move(values)};
  }
};

template <auto Member>
inline constexpr Field<Member> field{};

/// What a field can be compared with: a value of its type, or one that converts to it without loss. An
/// std::optional is none: use is_null(), or Filter::equal for a filter that may be absent.
template <auto Member, class V>
concept ComparableWith = !std::same_as<std::remove_cvref_t<V>, std::nullopt_t> &&
                         detail::stands_for<detail::field_type<Member>, V>;

namespace detail {

template <auto Member, Comparison comparison, class V>
auto compare(V&& value) {
  using Operand = field_type<Member>;
  constexpr bool comparable = ComparableWith<Member, V>;
  static_assert(comparable,
                "tenon: a field is compared with a value of its member's type, or one that converts to it "
                "without loss. For NULL write is_null(); for a filter that may be absent, Filter::equal");
  if constexpr (comparable)
    return Compare<Member, comparison>(checked_value<Operand>(std::forward<V>(value)));
  else
    return Everything{};
}

}  // namespace detail

template <auto Member, class V>
auto operator==(const Field<Member>&, V&& value) {
  return detail::compare<Member, detail::Comparison::equal>(std::forward<V>(value));
}
template <auto Member, class V>
auto operator!=(const Field<Member>&, V&& value) {
  return detail::compare<Member, detail::Comparison::not_equal>(std::forward<V>(value));
}
template <auto Member, class V>
auto operator<(const Field<Member>&, V&& value) {
  return detail::compare<Member, detail::Comparison::less>(std::forward<V>(value));
}
template <auto Member, class V>
auto operator<=(const Field<Member>&, V&& value) {
  return detail::compare<Member, detail::Comparison::less_equal>(std::forward<V>(value));
}
template <auto Member, class V>
auto operator>(const Field<Member>&, V&& value) {
  return detail::compare<Member, detail::Comparison::greater>(std::forward<V>(value));
}
template <auto Member, class V>
auto operator>=(const Field<Member>&, V&& value) {
  return detail::compare<Member, detail::Comparison::greater_equal>(std::forward<V>(value));
}

// Beside the conditions, where a host finds them without `using namespace tenon`.
namespace detail {

template <Condition L, Condition R>
auto operator&&(L left, R right) {
  return Join<L, R, true>(std::move(left), std::move(right));
}
template <Condition L, Condition R>
auto operator||(L left, R right) {
  return Join<L, R, false>(std::move(left), std::move(right));
}
template <Condition C>
auto operator!(C condition) {
  return Not<C>(std::move(condition));
}

}  // namespace detail

}  // namespace tenon
