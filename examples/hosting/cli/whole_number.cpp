#include "whole_number.hpp"

#include <charconv>
#include <limits>
#include <string>

#include <system_error>

namespace hosting {

CLI::Validator whole_number(std::int64_t least) {
  const auto take = [least](std::string& text) -> std::string {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < least)
      return text + " is no whole number from " + std::to_string(least) + " to " +
             std::to_string(std::numeric_limits<std::int64_t>::max());
    text = std::to_string(number);
    return {};
  };
  return {take, "NUMBER"};
}

}  // namespace hosting
