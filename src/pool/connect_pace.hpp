#pragma once

#include <chrono>
#include <cstddef>

#include <tenon/backend/backoff.hpp>
#include <tenon/config.hpp>
#include <tenon/export.hpp>

namespace tenon::backend::pool {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

/// How fast connections may be opened: the part of the pool that keeps a crowd of callers from becoming a
/// crowd of connects. Pure: time and random numbers are told to it.
///
/// - Up to the pool's size, max_connecting at once.
/// - Beyond it one at first; each that succeeds while callers still wait allows one more at once, so that a
///   short spike costs one connection and a lasting one is followed quickly.
/// - After a failed connect there is one prober, with a random pause between backoff_min and a bound that
///   doubles with each failure up to backoff_max ("full jitter" above a floor).
/// - After the outage, slow start: 1, 2, 4, … at once.
///
/// Thread safety: none.
class TENON_API ConnectPace {
 public:
  explicit ConnectPace(const PoolOptions& options);

  /// How many connects may be under way when `total` connections exist already.
  [[nodiscard]] std::size_t allowed(std::size_t total) const noexcept;
  /// No attempt before that; Time::min() outside an outage.
  [[nodiscard]] Time not_before() const noexcept { return not_before_; }

  void connected(bool overflow, bool callers_wait) noexcept;
  void failed(bool lasting, Time now, double random) noexcept;
  /// The server does its work and nobody wants a connection: whether one can be opened is not known any
  /// more. The pause for which it is tried again goes on growing where it was.
  void forget_failure() noexcept;
  /// Nobody waits any more: the next spike begins anew.
  void calm() noexcept { overflow_window_ = 1; }
  /// The server may be in trouble, though no connect has failed yet: slow start.
  void suspect() noexcept { window_ = 1; }

  [[nodiscard]] bool outage() const noexcept { return outage_; }
  [[nodiscard]] bool lasting() const noexcept { return outage_ && lasting_; }

 private:
  std::size_t size_;
  std::size_t most_;
  Backoff backoff_;
  std::size_t window_;
  std::size_t overflow_window_ = 1;
  Time not_before_ = Time::min();
  bool outage_ = false;
  bool lasting_ = false;
};

}  // namespace tenon::backend::pool
