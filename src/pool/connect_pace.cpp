#include "connect_pace.hpp"

#include <algorithm>

namespace tenon::backend::pool {

ConnectPace::ConnectPace(const PoolOptions& options)
    : size_(options.size),
      most_(std::max<std::size_t>(options.max_connecting, 1)),
      backoff_(options.backoff_min, options.backoff_max),
      window_(most_) {}

std::size_t ConnectPace::allowed(std::size_t total) const noexcept {
  if (outage_) return 1;
  return total < size_ ? window_ : std::min(window_, overflow_window_);
}

void ConnectPace::connected(bool overflow, bool callers_wait) noexcept {
  if (outage_) window_ = 1;
  outage_ = lasting_ = false;
  backoff_.reset();
  not_before_ = Time::min();
  window_ = std::min(window_ + 1, most_);
  if (overflow && callers_wait) overflow_window_ = std::min(overflow_window_ + 1, most_);
}

void ConnectPace::failed(bool lasting, Time now, double random) noexcept {
  // Connects that were under way together fail together: they count as one.
  if (outage_ && now < not_before_) return;
  not_before_ = now + backoff_.next(random);
  outage_ = true;
  lasting_ = lasting;
}

void ConnectPace::forget_failure() noexcept {
  outage_ = lasting_ = false;
  not_before_ = Time::min();
  window_ = 1;
}

}  // namespace tenon::backend::pool
