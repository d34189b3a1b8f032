#pragma once

#include <chrono>
#include <string>

#include <tenon/codec.hpp>
#include <tenon/time.hpp>

namespace tenon::detail {

// For JSON. RFC 3339 has years of four digits; another text could not be read back. Throws Error
// (invalid_argument).
template <class M>
[[nodiscard]] std::string time_text(const M& value) {
  constexpr Date first{std::chrono::year{0} / 1 / 1};
  constexpr Date last{std::chrono::year{9999} / 12 / 31};
  const Date day = std::chrono::floor<std::chrono::days>(value);
  if (day < first || day > last) refuse_value("a time for JSON is outside the years 0000 to 9999");
  return to_string(value);
}

}  // namespace tenon::detail
