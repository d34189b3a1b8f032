#pragma once

#include <optional>
#include <string_view>
#include <type_traits>

#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

namespace tenon {

/// An enum with BOOST_DESCRIBE_ENUM. It is stored as text, by its enumerators' names.
template <class E>
concept DescribedEnum = std::is_enum_v<E> && boost::describe::has_describe_enumerators<E>::value;

namespace detail {
// Member and enumerator names may end in an underscore to stay clear of keywords.
constexpr std::string_view without_escape(std::string_view name) noexcept {
  return name.size() > 1 && name.back() == '_' ? name.substr(0, name.size() - 1) : name;
}
}  // namespace detail

/// Calls `visit(value, name)` for every enumerator in its order; a trailing underscore of a name is
/// dropped.
template <DescribedEnum E, class Visit>
constexpr void for_each_enumerator(Visit&& visit) {
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto d) { visit(d.value, detail::without_escape(d.name)); });
}

namespace detail {
// False for `a` and `a_`, of which only one would come back.
template <DescribedEnum E>
constexpr bool has_distinct_names() {
  bool distinct = true;
  for_each_enumerator<E>([&](E, std::string_view name) {
    int found = 0;
    for_each_enumerator<E>([&](E, std::string_view other) { found += name == other ? 1 : 0; });
    distinct = distinct && found == 1;
  });
  return distinct;
}
}  // namespace detail

/// The enumerator's name; empty for a value that is none of them.
template <DescribedEnum E>
[[nodiscard]] constexpr std::string_view enum_name(E value) {
  std::string_view found;
  for_each_enumerator<E>([&](E candidate, std::string_view name) {
    if (candidate == value) found = name;
  });
  return found;
}

/// The enumerator of this name, if there is one.
template <DescribedEnum E>
[[nodiscard]] constexpr std::optional<E> parse_enum(std::string_view text) {
  std::optional<E> found;
  for_each_enumerator<E>([&](E candidate, std::string_view name) {
    if (name == text) found = candidate;
  });
  return found;
}

}  // namespace tenon
