#include "migrate/sections.hpp"

#include <algorithm>

namespace tenon::detail {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool take(std::string_view& line, std::string_view lower_case) {
  const auto equal = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  if (line.size() < lower_case.size() ||
      !std::equal(lower_case.begin(), lower_case.end(), line.begin(),
                  [&](char small, char any) { return equal(any, small); }))
    return false;
  line.remove_prefix(lower_case.size());
  return true;
}

void skip_blanks(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
}

}  // namespace

std::optional<Section> find_section(std::string_view text, std::string_view direction) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t newline = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, newline - at);
    if (take(line, "--")) {
      skip_blanks(line);
      const bool goose = take(line, "+goose");
      const bool mark = goose || take(line, "+migrate") || take(line, "migrate:");
      skip_blanks(line);
      if (mark && take(line, direction) && (line.empty() || blanks.find(line.front()) != blanks.npos))
        return Section{at, goose};
    }
    at = newline + 1;
  }
  return std::nullopt;
}

}  // namespace tenon::detail
