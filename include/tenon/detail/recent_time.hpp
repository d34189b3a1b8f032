#pragma once

#include <chrono>
#include <time.h>

#include <tenon/detail/later.hpp>

namespace tenon::detail {

// How far recent_time() may lag behind: a tick of the slowest kernel clock in use.
inline constexpr std::chrono::milliseconds recent_time_lag{10};

// The steady clock's present as of the kernel's last tick, at a fifth of the price of asking the
// processor's counter (CLOCK_MONOTONIC_COARSE, clock_getres(2)).
[[nodiscard]] inline std::chrono::steady_clock::time_point recent_time() noexcept {
  using std::chrono::steady_clock;
#ifdef CLOCK_MONOTONIC_COARSE
  timespec now{};
  if (clock_gettime(CLOCK_MONOTONIC_COARSE, &now) == 0)
    return steady_clock::time_point(std::chrono::seconds(now.tv_sec) +
                                    std::chrono::nanoseconds(now.tv_nsec));
#endif
  return steady_clock::now();
}

// The end of a call that may take `limit` from now: to the tick where that is a second or more, else
// exactly.
[[nodiscard]] inline std::chrono::steady_clock::time_point time_after(
    std::chrono::milliseconds limit) noexcept {
  constexpr std::chrono::seconds long_beside_a_tick{1};
  if (limit < long_beside_a_tick) return std::chrono::steady_clock::now() + limit;
  return later(recent_time() + recent_time_lag, limit);
}

// Whether the steady clock has reached `time`; asks the exact clock only near to it.
[[nodiscard]] inline bool has_come(std::chrono::steady_clock::time_point time) noexcept {
  return recent_time() + recent_time_lag >= time && std::chrono::steady_clock::now() >= time;
}

}  // namespace tenon::detail
