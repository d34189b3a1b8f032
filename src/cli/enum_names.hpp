#pragma once

#include <string>
#include <vector>

#include <tenon/enum_name.hpp>

namespace tenon::cli {

/// The names of a described enum, in its order.
template <DescribedEnum E>
[[nodiscard]] std::vector<std::string> names_of() {
  std::vector<std::string> names;
  for_each_enumerator<E>([&](E, std::string_view name) { names.emplace_back(name); });
  return names;
}

}  // namespace tenon::cli
