#pragma once

#include <string>
#include <vector>

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

namespace tenon::cli {

/// The names of a described enum, in its order.
template <class E>
[[nodiscard]] std::vector<std::string> names_of() {
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto d) { names.emplace_back(d.name); });
  return names;
}

/// Empty for a value that has no name.
template <class E>
[[nodiscard]] std::string name_of(E value) {
  std::string name;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    if (d.value == value) name = d.name;
  });
  return name;
}

/// The value of a name that names_of lists.
template <class E>
[[nodiscard]] E from_name(const std::string& name) {
  E value{};
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    if (name == d.name) value = d.value;
  });
  return value;
}

}  // namespace tenon::cli
