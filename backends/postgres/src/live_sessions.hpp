#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include <tenon/backend/statement.hpp>
#include <tenon/detail/fork.hpp>

namespace tenon::postgres {

/// Counts sessions beside the pool, for whoever waits for their end. Thread-safe.
class LiveSessions : public std::enable_shared_from_this<LiveSessions> {
 public:
  /// One more session, for as long as what is returned lives.
  [[nodiscard]] std::shared_ptr<const void> enter() {
    {
      const std::lock_guard lock(mutex_);
      ++count_;
    }
    return {this, [self = shared_from_this()](const void*) { self->leave(); }};
  }

  /// Whether the last one has ended by the deadline.
  [[nodiscard]] bool have_ended_by(backend::Deadline deadline) noexcept {
    if (forks_ != tenon::detail::fork_count()) return false;  // they are the parent's
    std::unique_lock lock(mutex_);
    const auto none_left = [&] { return count_ == 0; };
    if (deadline != backend::Deadline::max()) return ended_.wait_until(lock, deadline, none_left);
    ended_.wait(lock, none_left);
    return true;
  }

 private:
  void leave() noexcept {
    if (forks_ != tenon::detail::fork_count()) return;  // another thread may have held the lock
    const std::lock_guard lock(mutex_);
    --count_;
    ended_.notify_all();
  }

  const std::uint32_t forks_ = tenon::detail::fork_count();
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t count_ = 0;
};

}  // namespace tenon::postgres
