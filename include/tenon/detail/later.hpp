#pragma once

#include <chrono>

namespace tenon::detail {

// A wait of a year or more is one without an end; added to the clock it could overflow.
inline constexpr std::chrono::hours endless{24 * 365};

// When `limit` from `time` is over; never for one without an end, nor from a time that never comes.
template <class Rep, class Period>
[[nodiscard]] constexpr std::chrono::steady_clock::time_point later(
    std::chrono::steady_clock::time_point time, std::chrono::duration<Rep, Period> limit) noexcept {
  constexpr auto never = std::chrono::steady_clock::time_point::max();
  return limit >= endless || time == never ? never : time + limit;
}

}  // namespace tenon::detail
