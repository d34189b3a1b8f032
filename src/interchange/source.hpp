#pragma once

#include <cstddef>
#include <string_view>

namespace tenon::interchange {

// A file's text and name, and how its faults are told.
struct Source {
  std::string_view text;
  std::string_view name;

  // Throws Error: "NAME:LINE:COLUMN: POINTER: why", the pointer left out when it is empty.
  [[noreturn]] void refuse(std::size_t offset, std::string_view pointer, std::string_view why) const;
  // Refuses text that is not one JSON value.
  void check_syntax() const;
};

}  // namespace tenon::interchange
