#pragma once

#include <algorithm>
#include <chrono>

#include <tenon/backend/statement.hpp>

namespace tenon::sqlite {

// A wait of a year or more is one without an end; adding it to the clock could overflow.
inline constexpr std::chrono::milliseconds endless = std::chrono::hours(24 * 365);

// The earlier of the deadline and `longest` from now; Deadline::max() for neither.
[[nodiscard]] inline backend::Deadline wait_end(backend::Deadline deadline,
                                                std::chrono::milliseconds longest) {
  if (longest >= endless) return deadline;
  return std::min<backend::Deadline>(deadline, std::chrono::steady_clock::now() + longest);
}

}  // namespace tenon::sqlite
