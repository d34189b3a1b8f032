#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include <tenon/error.hpp>

namespace tenon::sqlite {

// An integer that a maintenance query gave as text.
[[nodiscard]] inline std::int64_t to_number(const std::optional<std::string>& text) {
  std::int64_t number = 0;
  const char* const end = text ? text->data() + text->size() : nullptr;
  if (!text || std::from_chars(text->data(), end, number).ptr != end) {
    throw Error(Error::Kind::corrupt, "a number in the database file is none; restore it from a backup",
                {.sqlstate = "XX001", .statement = {}, .constraint = {}, .hint = {}});
  }
  return number;
}

}  // namespace tenon::sqlite
