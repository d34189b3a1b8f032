#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon::detail {

// A place in the text of a script.
struct Place {
  std::size_t line = 1;        // from 1
  std::size_t column = 1;      // from 1, in characters
  std::string_view line_text;  // without its line end
};

// The place of a byte. `first_line` is the number of the text's first line in its file.
[[nodiscard]] TENON_API Place place_of(std::string_view sql, std::size_t offset,
                                       std::size_t first_line = 1);

// Bytes before the character at a position as PostgreSQL reports it: from 1, in characters.
[[nodiscard]] TENON_API std::size_t offset_of_character(std::string_view sql,
                                                        std::size_t position) noexcept;

// "file:line:column", or "line L, column C" where there is no file.
[[nodiscard]] TENON_API std::string to_string(const Place& place, std::string_view file);

// The line with its number, and below it a caret under the place's column. Two lines, each indented by two
// blanks, without a newline at the end; of a long line the part around the column.
[[nodiscard]] TENON_API std::string excerpt(const Place& place);

}  // namespace tenon::detail
