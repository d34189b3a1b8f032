#include "json_scan.hpp"

#include <algorithm>
#include <cstddef>

#include <nlohmann/json.hpp>

namespace tenon::detail {
namespace {

constexpr std::string_view space = " \t\r\n";

void skip_space(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(space), rest.size()));
}

// Length of the string, quotes included, at the front of `rest`.
std::size_t string_length(std::string_view rest) {
  std::size_t i = 1;
  while (rest[i] != '"') i += rest[i] == '\\' ? 2 : 1;
  return i + 1;
}

std::size_t bracketed_length(std::string_view rest) {
  std::size_t depth = 0;
  for (std::size_t i = 0;; ++i) {
    if (rest[i] == '"') {
      i += string_length(rest.substr(i)) - 1;
    } else if (rest[i] == '{' || rest[i] == '[') {
      ++depth;
    } else if ((rest[i] == '}' || rest[i] == ']') && --depth == 0) {
      return i + 1;
    }
  }
}

}  // namespace

std::string_view trimmed_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(space);
  return first == text.npos ? std::string_view{}
                            : text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::string_view take_json_value(std::string_view& rest) {
  skip_space(rest);
  const std::size_t length = rest.front() == '"' ? string_length(rest)
                             : rest.front() == '{' || rest.front() == '['
                                 ? bracketed_length(rest)
                                 : rest.find_first_of(",]} \t\r\n");
  const std::string_view value = rest.substr(0, length);
  rest.remove_prefix(value.size());
  skip_space(rest);
  return value;
}

std::optional<std::string> unescaped_json(std::string_view string) {
  if (string.find('\\') == string.npos) return std::string(string.substr(1, string.size() - 2));
  try {
    return nlohmann::json::parse(string).get<std::string>();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::optional<std::string_view> find_json_member(std::string_view object, std::string_view name) {
  std::optional<std::string_view> found;
  for_each_json_member(object, [&](std::string_view written, std::string_view value) {
    if (unescaped_json(written) == name) found = value;
  });
  return found;
}

}  // namespace tenon::detail
