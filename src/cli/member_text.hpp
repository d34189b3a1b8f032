#pragma once

#include <optional>
#include <string>

#include <tenon/interchange.hpp>
#include <tenon/json.hpp>

namespace tenon::cli {

// A member of an entity or report for people; "-" where there is nothing. Texts are as they are, so they go
// through `printable` or a Table.

[[nodiscard]] inline std::string member_text(const std::string& text) {
  return text;
}
[[nodiscard]] inline std::string member_text(const Json& json) {
  return json.text() == "null" ? "-" : json.text();
}
template <class M>
[[nodiscard]] std::string member_text(const std::optional<M>& member);
// Numbers, and what JSON has as a text without anything to escape: times, UUIDs, names of enumerators.
template <class M>
[[nodiscard]] std::string member_text(const M& member) {
  std::string text;
  interchange::detail::append_value(text, member);
  return text.starts_with('"') ? text.substr(1, text.size() - 2) : text;
}
template <class M>
[[nodiscard]] std::string member_text(const std::optional<M>& member) {
  return member ? member_text(*member) : "-";
}

}  // namespace tenon::cli
