// How a pool ends.

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "shared.hpp"

namespace tenon::backend {

using pool::Clock;
using pool::Work;

namespace {

constexpr std::chrono::seconds cancel_patience{2};
constexpr std::chrono::seconds kill_patience{1};
// A connect notices the stop at its next look; a name server may keep it for longer.
constexpr std::chrono::seconds worker_patience{1};

}  // namespace

bool ConnectionPool::Shared::close(Deadline deadline) noexcept {
  if (!is_ours()) return false;
  refuse_all();
  Lock lock(mutex_);
  close_idle(lock);
  const bool all = all_closed_by(lock, deadline);
  end_workers(lock);
  return all;
}

bool ConnectionPool::Shared::drain(Deadline deadline) noexcept {
  if (!is_ours()) return false;
  refuse_all();
  Lock lock(mutex_);
  close_idle(lock);
  bool all = all_closed_by(lock, deadline);
  if (!all) {
    try {
      std::vector<std::function<void()>> cancellers;
      for (const Slot& slot : slots_) {
        if (slot.lent == nullptr) continue;
        if (auto canceller = slot.lent->canceller()) cancellers.push_back(std::move(canceller));
      }
      lock.unlock();
      for (const auto& cancel : cancellers) cancel();
      lock.lock();
    } catch (...) {  // out of memory or threads: break them at once
      if (!lock.owns_lock()) lock.lock();
    }
    all = all_closed_by(lock, Clock::now() + cancel_patience);
  }
  if (!all) {
    for (const Slot& slot : slots_) {
      if (slot.lent != nullptr) slot.lent->kill();
    }
    all = all_closed_by(lock, Clock::now() + kill_patience);
  }
  end_workers(lock);
  return all;
}

void ConnectionPool::Shared::refuse_all() noexcept {
  stop_.request_stop();
  const Lock lock(mutex_);
  for (const pool::Ticket ticket : state_.close()) {
    Waiter& waiter = *reinterpret_cast<Waiter*>(ticket);
    waiter.state = Waiter::State::refused;
    waiter.woken->notify_one();
  }
  work_.notify_all();
}

void ConnectionPool::Shared::close_idle(Lock& lock) noexcept {
  for (Work work = state_.next_work(Clock::now()); work.kind == Work::Kind::close;
       work = state_.next_work(Clock::now()))
    close_one(lock, work.handle, work.reason);
}

bool ConnectionPool::Shared::all_closed_by(Lock& lock, Deadline deadline) {
  const auto none_left = [&] { return state_.total() == 0; };
  if (deadline != Deadline::max()) return changed_.wait_until(lock, deadline, none_left);
  changed_.wait(lock, none_left);
  return true;
}

// Those that do not end in time own what they use and end by themselves. An observer may have called
// close() on a worker, which cannot wait for itself.
void ConnectionPool::Shared::end_workers(Lock& lock) noexcept {
  const auto is_me = [](const std::thread& worker) {
    return worker.get_id() == std::this_thread::get_id();
  };
  const auto others_ended = [&] { return std::all_of(workers_.begin(), workers_.end(), is_me); };
  changed_.wait_until(lock, Clock::now() + worker_patience, others_ended);
  for (std::thread& worker : workers_) worker.detach();
  workers_.clear();
  auto ended = std::exchange(ended_workers_, {});
  lock.unlock();
  for (std::thread& worker : ended) worker.join();
  lock.lock();
}

}  // namespace tenon::backend
