// The pool's own threads: they open and close connections and keep the time.

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <utility>

#include <tenon/detail/background_thread.hpp>
#include <tenon/detail/later.hpp>

#include "shared.hpp"

namespace tenon::backend {

using pool::Clock;
using pool::Work;

namespace {

double random_part() {
  thread_local std::minstd_rand engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

// Errors that the passing of time may heal without anybody's doing.
bool may_pass(const Error& error) {
  switch (error.kind()) {
    case Error::Kind::unavailable:
    case Error::Kind::timeout:
    case Error::Kind::busy:
    case Error::Kind::limit_exceeded:
      return true;
    default:
      return false;
  }
}

}  // namespace

void ConnectionPool::Shared::start() {
  const Lock lock(mutex_);
  if (options_.min_idle > 0) start_worker();
}

// With the lock held, after an event.
[[gnu::hot]] void ConnectionPool::Shared::call_workers() noexcept {
  if (!state_.take_wake()) return;
  if (idle_workers_ > 0) {
    work_.notify_one();
    return;
  }
  try {
    start_worker();
  } catch (const std::exception& error) {  // the workers that there are will come to it
    if (workers_.empty()) {
      try {
        counters_.last_connect_error = std::string("no thread could be started: ") + error.what();
      } catch (...) {
      }
    }
  }
}

void ConnectionPool::Shared::start_worker() {
  if (stop_.stop_requested() || workers_.size() > options_.max_connecting) return;
  for (std::thread& ended : ended_workers_) ended.join();  // they need the lock no more
  ended_workers_.clear();
  ended_workers_.reserve(workers_.size() + 1);
  workers_.reserve(workers_.size() + 1);
  workers_.push_back(tenon::detail::background_thread([self = shared_from_this()] { self->work(); }));
}

void ConnectionPool::Shared::work() noexcept {
  Lock lock(mutex_);
  do {
    for (Work work = state_.next_work(Clock::now()); work.kind != Work::Kind::none;
         work = state_.next_work(Clock::now()))
      do_work(lock, work);
  } while (await_work(lock));
  const auto me = std::find_if(workers_.begin(), workers_.end(), [](const std::thread& worker) {
    return worker.get_id() == std::this_thread::get_id();
  });
  if (me != workers_.end()) {
    ended_workers_.push_back(std::move(*me));
    workers_.erase(me);
  }
  changed_.notify_all();
}

// False when the calling worker is to end: one that waits is enough.
bool ConnectionPool::Shared::await_work(Lock& lock) {
  if (stop_.stop_requested() || idle_workers_ > 0) return false;
  const auto due = state_.next_due(Clock::now());
  (void)state_.take_wake();
  ++idle_workers_;
  if (due == Deadline::max()) {
    work_.wait(lock);
  } else {
    work_.wait_until(lock, due);
  }
  --idle_workers_;
  return !stop_.stop_requested();
}

void ConnectionPool::Shared::do_work(Lock& lock, const Work& work) {
  switch (work.kind) {
    case Work::Kind::connect:
      open(lock, work.handle);
      break;
    case Work::Kind::close:
      close_one(lock, work.handle, work.reason);
      break;
    case Work::Kind::leak: {
      ++counters_.leaks;
      const std::source_location taken_at = slots_[work.handle].taken_at;
      lock.unlock();
      tell({.kind = PoolEvent::Kind::leak,
            .duration = std::chrono::duration_cast<std::chrono::microseconds>(work.held),
            .text = {},
            .taken_at = taken_at});
      lock.lock();
      break;
    }
    case Work::Kind::none:
      break;
  }
}

void ConnectionPool::Shared::open(Lock& lock, pool::Handle handle) {
  if (slots_.size() <= handle) slots_.resize(handle + std::size_t{1});
  slots_[handle] = {};
  if (idle_workers_ == 0) {  // somebody has to be there for what comes up meanwhile
    try {
      start_worker();
    } catch (const std::exception&) {  // then it waits for this connect
    }
  }
  lock.unlock();
  std::unique_ptr<PooledConnection> connection;
  std::optional<Error> failure;
  const auto start = Clock::now();
  try {
    connection = factory_(tenon::detail::later(start, options_.connect_timeout), stop_.get_token());
    if (!connection) failure = Error(Error::Kind::internal, "the pool's factory made no connection");
  } catch (const Error& error) {
    failure = error;
  } catch (const std::exception& error) {
    failure = Error(Error::Kind::unavailable, error.what());
  } catch (...) {
    failure = Error(Error::Kind::internal, "the pool's factory threw something that is no exception");
  }
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
  lock.lock();
  if (failure) {
    open_failed(handle, *failure);
  } else {
    ++counters_.created;
    forget_failure();
    put(std::move(connection), handle, state_.connected(handle, Clock::now(), random_part()));
  }
  call_workers();
  if (state_.is_closed()) changed_.notify_all();
  lock.unlock();
  if (failure) {
    tell({.kind = PoolEvent::Kind::connect_failed, .duration = took, .text = failure->what()});
  } else {
    tell({.kind = PoolEvent::Kind::created, .duration = took, .text = {}});
  }
  lock.lock();
}

void ConnectionPool::Shared::open_failed(pool::Handle handle, const Error& failure) {
  ++counters_.connect_failures;
  counters_.last_connect_error = failure.what();
  last_connect_failure_ = failure;
  const bool lasting = !may_pass(failure);
  for (const pool::Ticket ticket : state_.connect_failed(handle, lasting, Clock::now(), random_part())) {
    Waiter& waiter = *reinterpret_cast<Waiter*>(ticket);
    waiter.failure = failure;
    waiter.state = Waiter::State::failed;
    waiter.woken->notify_one();
  }
}

void ConnectionPool::Shared::close_one(Lock& lock, pool::Handle handle, Eviction reason) {
  auto connection = std::move(slots_[handle].idle);
  counters_.note_evicted(reason);
  lock.unlock();
  connection.reset();
  tell({.kind = PoolEvent::Kind::evicted, .reason = reason, .text = {}});
  lock.lock();
  state_.closed(handle);
  call_workers();
  if (state_.is_closed()) changed_.notify_all();
}

}  // namespace tenon::backend
