#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/time.hpp>

namespace tenon::cli {

/// Rows for people: aligned columns, as wide as a terminal shows their text.
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// As many cells as there are columns. Control characters, which a terminal would obey, become '?'.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Columns that a terminal needs for valid UTF-8 text: 0 for combining marks, 2 for wide characters.
[[nodiscard]] std::size_t display_width(std::string_view text);
/// The text with every control character, and every byte that is not UTF-8, replaced by '?'.
[[nodiscard]] std::string printable(std::string_view text);

/// Two decimals.
[[nodiscard]] std::string money(double amount);
/// "12.5%" of 0.125.
[[nodiscard]] std::string percent(double rate);
/// To the second, in UTC.
[[nodiscard]] std::string time_text(Timestamp time);
[[nodiscard]] inline std::string or_dash(const std::optional<std::string>& text) {
  return text ? *text : "-";
}

}  // namespace tenon::cli
