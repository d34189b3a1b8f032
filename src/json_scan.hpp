#pragma once

#include <optional>
#include <string>
#include <string_view>

// The parts of a text that is known to be JSON, found by scanning: nothing is built, so numbers of any size
// and repeated keys stay as they are, and no depth of nesting costs stack. Whatever Json takes can be read
// so.

namespace tenon::detail {

// The value without the space around it.
[[nodiscard]] std::string_view trimmed_json(std::string_view text);

// Takes the value at the front of `rest`, with the space around it.
[[nodiscard]] std::string_view take_json_value(std::string_view& rest);

// What a string holds; nothing when an escape in it is half of a surrogate pair, which is no character.
[[nodiscard]] std::optional<std::string> unescaped_json(std::string_view string);

// A member's value, as it is written; of a name that stands twice the last.
[[nodiscard]] std::optional<std::string_view> find_json_member(std::string_view object,
                                                               std::string_view name);

// Calls `visit(name, value)`, both as they are written, for every member of an object.
template <class Visit>
void for_each_json_member(std::string_view object, Visit&& visit) {
  std::string_view rest = trimmed_json(object.substr(1));
  while (rest.front() != '}') {
    const std::string_view name = take_json_value(rest);
    rest.remove_prefix(1);  // :
    visit(name, take_json_value(rest));
    if (rest.front() == ',') rest.remove_prefix(1);
  }
}

}  // namespace tenon::detail
