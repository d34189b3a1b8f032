#pragma once

#include <algorithm>
#include <chrono>

#include <tenon/detail/later.hpp>

namespace tenon::backend {

/// Pauses between attempts that fail: random, between a floor and a bound that doubles with each failure
/// ("full jitter" above a floor, so that attempts per second are bounded and many programs do not try in
/// step). Pure: random numbers are told to it. Not thread-safe.
class Backoff {
 public:
  using Duration = std::chrono::steady_clock::duration;

  Backoff(std::chrono::milliseconds floor, std::chrono::milliseconds most) noexcept
      : floor_(std::clamp<std::chrono::milliseconds>(floor, std::chrono::milliseconds{1}, detail::endless)),
        most_(std::max<Duration>(std::min<std::chrono::milliseconds>(most, detail::endless), floor_)) {
    reset();
  }

  /// The pause after one more failure. `random` in [0, 1).
  [[nodiscard]] Duration next(double random) noexcept {
    const Duration pause = floor_ + std::chrono::duration_cast<Duration>((bound_ - floor_) * random);
    bound_ = bound_ > most_ / 2 ? most_ : bound_ * 2;
    return pause;
  }
  /// An attempt succeeded.
  void reset() noexcept { bound_ = floor_; }

 private:
  Duration floor_;
  Duration most_;
  Duration bound_{};
};

}  // namespace tenon::backend
