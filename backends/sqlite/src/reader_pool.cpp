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
    return connection;
  }
  if (open_ < size_) {
    ++open_;
    lock.unlock();
    return open();
  }
  return wait(lock, deadline, subject);
}

std::unique_ptr<Connection> ReaderPool::open() {
  try {
    return std::make_unique<Connection>(options_);
  } catch (...) {
    // The room it would have taken goes to the next in the queue.
    const std::scoped_lock lock(mutex_);
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
  const Deadline until = wait_end(deadline, longest_wait_);
  if (until == Deadline::max()) {
    waiter.changed.wait(lock, answered);
  } else if (!waiter.changed.wait_until(lock, until, answered)) {
    std::erase(waiting_, &waiter);
    throw timeout_error(subject,
                        "all " + std::to_string(size_) +
                            " reading connections were in use; end read transactions sooner or raise "
                            "Config::sqlite.readers");
  }
  if (waiter.connection) return std::move(waiter.connection);
  lock.unlock();
  return open();
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
  } else {
    idle_.push_back(std::move(connection));
  }
}

void ReaderPool::close() noexcept {
  std::vector<std::unique_ptr<Connection>> idle;
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  idle.swap(idle_);
  open_ -= idle.size();
}

}  // namespace tenon::sqlite
