#include "reader_pool.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "error_map.hpp"
#include "waiting.hpp"

namespace tenon::sqlite {

using backend::Deadline;

std::unique_ptr<Connection> ReaderPool::acquire(Deadline deadline, std::string_view subject) {
  std::unique_lock lock(mutex_);
  if (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    counters_.note_acquired({});
    return connection;
  }
  if (open_ < size_) {
    ++open_;
    lock.unlock();
    return open({});
  }
  return wait(lock, deadline, subject);
}

std::unique_ptr<Connection> ReaderPool::open(Clock::duration waited) {
  try {
    auto connection = std::make_unique<Connection>(options_);
    const std::scoped_lock lock(mutex_);
    ++counters_.created;
    counters_.note_acquired(waited);
    return connection;
  } catch (const std::exception& error) {
    // The room it would have taken goes to the next in the queue.
    const std::scoped_lock lock(mutex_);
    ++counters_.connect_failures;
    counters_.last_connect_error = error.what();
    if (waiting_.empty()) {
      --open_;
    } else {
      waiting_.front()->may_open = true;
      waiting_.front()->changed.notify_one();
      waiting_.pop_front();
    }
    throw;
  }
}

std::unique_ptr<Connection> ReaderPool::wait(std::unique_lock<std::mutex>& lock, Deadline deadline,
                                             std::string_view subject) {
  Waiter waiter;
  waiting_.push_back(&waiter);
  const auto answered = [&waiter] { return waiter.connection != nullptr || waiter.may_open; };
  const auto start = Clock::now();
  const Deadline until = wait_end(deadline, longest_wait_);
  if (until == Deadline::max()) {
    waiter.changed.wait(lock, answered);
  } else if (!waiter.changed.wait_until(lock, until, answered)) {
    std::erase(waiting_, &waiter);
    ++counters_.timeouts;
    throw timeout_error(subject,
                        "all " + std::to_string(size_) +
                            " reading connections were in use; end read transactions sooner or raise "
                            "Config::sqlite.readers");
  }
  ++counters_.waited;
  const auto waited = Clock::now() - start;
  if (waiter.connection) {
    counters_.note_acquired(waited);
    return std::move(waiter.connection);
  }
  lock.unlock();
  return open(waited);
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) noexcept {
  connection->rollback();
  const std::scoped_lock lock(mutex_);
  if (!waiting_.empty()) {
    waiting_.front()->connection = std::move(connection);
    waiting_.front()->changed.notify_one();
    waiting_.pop_front();
  } else if (closed_) {
    --open_;
    counters_.note_evicted(Eviction::closed);
  } else {
    idle_.push_back(std::move(connection));
  }
}

PoolStats ReaderPool::stats() const {
  const std::scoped_lock lock(mutex_);
  PoolStats stats = counters_;
  stats.size = stats.capacity = size_;
  stats.idle = idle_.size();
  stats.total = open_;
  stats.active = open_ - idle_.size();
  stats.waiting = waiting_.size();
  return stats;
}

void ReaderPool::close() noexcept {
  std::vector<std::unique_ptr<Connection>> idle;
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  idle.swap(idle_);
  open_ -= idle.size();
  for (std::size_t i = 0; i < idle.size(); ++i) counters_.note_evicted(Eviction::closed);
}

}  // namespace tenon::sqlite
