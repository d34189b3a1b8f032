#include "table.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <utility>

#include <tenon/detail/utf8.hpp>

namespace tenon::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// The ranges that matter of Unicode 15's EastAsianWidth.txt (W and F) and of its combining marks.
constexpr std::array<Range, 8> wide{{{0x1100, 0x115F},
                                     {0x2E80, 0xA4CF},
                                     {0xAC00, 0xD7A3},
                                     {0xF900, 0xFAFF},
                                     {0xFE30, 0xFE6F},
                                     {0xFF00, 0xFF60},
                                     {0x1F300, 0x1FAFF},
                                     {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 4> zero{
    {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

// Takes one code point of UTF-8 off the front; a byte that begins none is U+0080, a control character.
char32_t take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = tenon::detail::utf8_sequence_length(text);
  if (length == 0) {
    text.remove_prefix(1);
    return 0x80;
  }
  char32_t c = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) c = (c << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(length);
  return c;
}

std::string formatted(const char* format, double value) {
  std::string text(static_cast<std::size_t>(std::snprintf(nullptr, 0, format, value)), '\0');
  std::snprintf(text.data(), text.size() + 1, format, value);
  return text;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const char32_t c = take_code_point(text);
    width += within(zero, c) ? 0 : within(wide, c) ? 2 : 1;
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t c = take_code_point(text);
    if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) {
      shown += '?';
    } else {
      shown += before.substr(0, before.size() - text.size());
    }
  }
  return shown;
}

void Table::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(column.title.size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));

  std::string out;
  const auto put = [&](std::size_t i, const std::string& cell) {
    const std::string space(widths[i] - display_width(cell), ' ');
    if (i > 0) out += "  ";
    out += columns_[i].align == Align::right ? space + cell : cell;
    if (columns_[i].align == Align::left && i + 1 < columns_.size()) out += space;
  };
  for (std::size_t i = 0; i < columns_.size(); ++i) put(i, columns_[i].title);
  out += '\n';
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) put(i, row[i]);
    out += '\n';
  }
  return out;
}

std::string money(double amount) {
  return formatted("%.2f", amount);
}

std::string percent(double rate) {
  return formatted("%.1f%%", rate * 100);
}

std::string time_text(Timestamp time) {
  std::string text = to_string(time);
  return text.erase(text.find('.')) + "Z";
}

}  // namespace tenon::cli
