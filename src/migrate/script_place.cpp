#include "migrate/script_place.hpp"

#include <algorithm>

namespace tenon::detail {
namespace {

constexpr std::size_t widest_excerpt = 96;  // characters

bool starts_character(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

std::size_t characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

// Bytes of the first `count` characters.
std::size_t bytes_of(std::string_view text, std::size_t count) noexcept {
  std::size_t at = 0;
  for (; at < text.size(); ++at)
    if (starts_character(text[at]) && count-- == 0) break;
  return at;
}

}  // namespace

Place place_of(std::string_view sql, std::size_t offset, std::size_t first_line) {
  const std::string_view before = sql.substr(0, std::min(offset, sql.size()));
  const std::size_t newline = before.rfind('\n');
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  std::string_view line = sql.substr(start, sql.find('\n', start) - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return {first_line + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
          characters(before.substr(start)) + 1, line};
}

std::size_t offset_of_character(std::string_view sql, std::size_t position) noexcept {
  return bytes_of(sql, position == 0 ? 0 : position - 1);
}

std::string to_string(const Place& place, std::string_view file) {
  const std::string line = std::to_string(place.line);
  const std::string column = std::to_string(place.column);
  if (file.empty()) return "line " + line + ", column " + column;
  return std::string(file) + ":" + line + ":" + column;
}

std::string excerpt(const Place& place) {
  const std::size_t caret = place.column - 1;
  const std::size_t skipped = caret > widest_excerpt * 2 / 3 ? caret - widest_excerpt * 2 / 3 : 0;
  const std::string_view rest = place.line_text.substr(bytes_of(place.line_text, skipped));
  const std::string_view shown = rest.substr(0, bytes_of(rest, widest_excerpt));
  const std::string number = std::to_string(place.line);

  std::string text = "  " + number + " | " + (skipped > 0 ? "…" : "") + std::string(shown) +
                     (shown.size() < rest.size() ? "…" : "") + "\n  " + std::string(number.size(), ' ') +
                     " | " + (skipped > 0 ? " " : "");
  // Tabs are kept, so that the caret stands below its character however wide they are.
  const std::string_view left = shown.substr(0, bytes_of(shown, caret - skipped));
  for (const char c : left)
    if (starts_character(c)) text += c == '\t' ? '\t' : ' ';
  return text + "^";
}

}  // namespace tenon::detail
