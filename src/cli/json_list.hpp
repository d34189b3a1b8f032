#pragma once

#include <string>

#include <tenon/interchange.hpp>

#include "output.hpp"

namespace tenon::cli {

/// Described structs as a JSON array.
template <class Range>
[[nodiscard]] std::string json_array(const Range& items) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    interchange::append_json(out, item);
  }
  return out += ']';
}

/// A text as JSON.
[[nodiscard]] inline std::string json_text(std::string_view text) {
  std::string out;
  interchange::detail::append_text(out, text);
  return out;
}

}  // namespace tenon::cli
