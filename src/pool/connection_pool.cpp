#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <tenon/backend/connection_pool.hpp>
#include <tenon/error.hpp>

#include "pool_state.hpp"

namespace tenon::backend {

namespace {

using Clock = std::chrono::steady_clock;

Deadline after(std::chrono::milliseconds wait) {
  const auto now = Clock::now();
  return wait > Deadline::max() - now ? Deadline::max() : now + wait;
}

/// Up to a quarter earlier than the full lifetime, so that connections opened together do not end together.
Deadline end_of_life(std::chrono::seconds lifetime) {
  if (lifetime <= std::chrono::seconds::zero()) return Deadline::max();
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto full = std::chrono::duration_cast<std::chrono::milliseconds>(lifetime);
  std::uniform_int_distribution<std::chrono::milliseconds::rep> early(0, full.count() / 4);
  return after(full - std::chrono::milliseconds(early(random)));
}

}  // namespace

class ConnectionPool::Shared : public std::enable_shared_from_this<ConnectionPool::Shared> {
 public:
  Shared(std::string name, const PoolOptions& options, Factory factory)
      : name_(std::move(name)),
        options_(options),
        factory_(std::move(factory)),
        state_(options.size, options.max_overflow) {}

  Lease acquire(Deadline deadline);
  void give_back(std::unique_ptr<PooledConnection> connection, Deadline expires) noexcept;
  PoolStats stats() const;
  bool close(Deadline deadline) noexcept;

 private:
  struct Parked {
    std::unique_ptr<PooledConnection> connection;
    Deadline expires{};
    Deadline idle_since{};
  };
  // A caller in the queue. It lives on the caller's stack; only the holder of the lock touches it.
  struct Waiter {
    enum class State { waiting, given, may_connect, refused } state = State::waiting;
    std::condition_variable woken;
    Parked given;
  };

  Lease connect(Deadline deadline);
  Lease lend(Parked parked, Deadline deadline);
  bool healthy(const Parked& parked, Deadline deadline) const noexcept;
  std::optional<Parked> wait(std::unique_lock<std::mutex>& lock, pool::Ticket ticket, Waiter& waiter,
                             Deadline deadline);
  void serve(const pool::Service& service, Parked* returned);
  [[noreturn]] void throw_timeout(std::unique_lock<std::mutex>& lock);
  [[noreturn]] void throw_closed() const;

  const std::string name_;
  const PoolOptions options_;
  const Factory factory_;

  mutable std::mutex mutex_;
  std::condition_variable all_returned_;
  pool::PoolState state_;
  std::uint64_t next_id_ = 1;
  std::unordered_map<pool::Handle, Parked> parked_;
  std::unordered_map<pool::Ticket, Waiter*> waiters_;
  PoolStats counters_;
  std::string last_connect_error_;
};

ConnectionPool::Lease ConnectionPool::Shared::acquire(Deadline deadline) {
  deadline = std::min(deadline, after(options_.acquire_timeout));
  Parked parked;
  {
    std::unique_lock lock(mutex_);
    const pool::Ticket ticket = next_id_++;
    const pool::Admission admission = state_.arrive(ticket);
    switch (admission.kind) {
      case pool::Admission::Kind::refuse:
        throw_closed();
      case pool::Admission::Kind::use_idle: {
        auto node = parked_.extract(admission.handle);
        parked = std::move(node.mapped());
        break;
      }
      case pool::Admission::Kind::connect:
        break;
      case pool::Admission::Kind::wait: {
        Waiter waiter;
        waiters_.emplace(ticket, &waiter);
        if (auto given = wait(lock, ticket, waiter, deadline)) parked = std::move(*given);
        break;
      }
    }
  }
  return parked.connection ? lend(std::move(parked), deadline) : connect(deadline);
}

// Returns a connection, or nothing when it is this caller's turn to open one.
std::optional<ConnectionPool::Shared::Parked> ConnectionPool::Shared::wait(
    std::unique_lock<std::mutex>& lock, pool::Ticket ticket, Waiter& waiter, Deadline deadline) {
  const auto served = [&] { return waiter.state != Waiter::State::waiting; };
  if (deadline == Deadline::max()) {
    waiter.woken.wait(lock, served);
  } else {
    waiter.woken.wait_until(lock, deadline, served);
  }
  waiters_.erase(ticket);
  switch (waiter.state) {
    case Waiter::State::waiting:
      state_.leave(ticket);
      ++counters_.timeouts;
      throw_timeout(lock);
    case Waiter::State::refused:
      throw_closed();
    case Waiter::State::given:
      ++counters_.waited;
      return std::move(waiter.given);
    case Waiter::State::may_connect:
      ++counters_.waited;
      break;
  }
  return std::nullopt;
}

ConnectionPool::Lease ConnectionPool::Shared::lend(Parked parked, Deadline deadline) {
  if (!healthy(parked, deadline)) {
    parked.connection.reset();
    {
      const std::lock_guard lock(mutex_);
      state_.reconnecting();
      ++counters_.closed;
    }
    return connect(deadline);
  }
  {
    const std::lock_guard lock(mutex_);
    ++counters_.acquired;
  }
  return Lease(shared_from_this(), std::move(parked.connection), parked.expires, false);
}

bool ConnectionPool::Shared::healthy(const Parked& parked, Deadline deadline) const noexcept {
  const auto now = Clock::now();
  if (now >= parked.expires || !parked.connection->usable()) return false;
  if (parked.idle_since == Deadline{} || now - parked.idle_since <= options_.ping_after_idle) return true;
  try {
    return parked.connection->ping(std::min(deadline, after(options_.connect_timeout)));
  } catch (...) {
    return false;
  }
}

ConnectionPool::Lease ConnectionPool::Shared::connect(Deadline deadline) {
  std::unique_ptr<PooledConnection> connection;
  try {
    connection = factory_(std::min(deadline, after(options_.connect_timeout)));
    if (!connection) throw Error(Error::Kind::internal, "connection pool: the factory made no connection");
  } catch (const std::exception& error) {
    const std::lock_guard lock(mutex_);
    ++counters_.connect_failures;
    last_connect_error_ = error.what();
    serve(state_.connect_failed(), nullptr);
    if (state_.closed()) all_returned_.notify_all();
    throw;
  }
  const Deadline expires = end_of_life(options_.max_lifetime);
  const std::lock_guard lock(mutex_);
  state_.connected();
  last_connect_error_.clear();
  ++counters_.created;
  ++counters_.acquired;
  return Lease(shared_from_this(), std::move(connection), expires, true);
}

void ConnectionPool::Shared::give_back(std::unique_ptr<PooledConnection> connection,
                                       Deadline expires) noexcept {
  const auto now = Clock::now();
  const bool usable = connection->usable() && now < expires;
  Parked returned{std::move(connection), expires, now};
  if (!usable) returned.connection.reset();  // the server's slot is free before the next one connects
  {
    const std::lock_guard lock(mutex_);
    const pool::Handle handle = next_id_++;
    const pool::Service service = state_.give_back(handle, usable);
    if (service.kind == pool::Service::Kind::keep_idle) {
      parked_.emplace(handle, std::move(returned));
    } else {
      serve(service, &returned);
    }
    if (state_.closed()) all_returned_.notify_all();
  }
}

// With the lock held. Leaves in `*returned` what the caller has to close after the lock.
void ConnectionPool::Shared::serve(const pool::Service& service, Parked* returned) {
  if (service.close_returned) ++counters_.closed;
  if (service.kind != pool::Service::Kind::hand_over && service.kind != pool::Service::Kind::let_connect)
    return;
  Waiter& waiter = *waiters_.at(service.ticket);
  if (service.kind == pool::Service::Kind::hand_over) {
    waiter.given = std::move(*returned);
    waiter.state = Waiter::State::given;
  } else {
    waiter.state = Waiter::State::may_connect;
  }
  waiter.woken.notify_one();
}

void ConnectionPool::Shared::throw_timeout(std::unique_lock<std::mutex>& lock) {
  std::string text =
      "no connection to " + name_ + " became free in time: " + std::to_string(state_.total()) + " of " +
      std::to_string(state_.capacity()) + " open, " + std::to_string(state_.active()) + " active, " +
      std::to_string(state_.idle()) + " idle, " + std::to_string(state_.connecting()) + " connecting, " +
      std::to_string(state_.waiting()) +
      " others waiting; raise PoolOptions::size or max_overflow, or hold connections for less time";
  if (!last_connect_error_.empty()) text += "; the last failed connect said: " + last_connect_error_;
  lock.unlock();
  throw Error(Error::Kind::timeout, text);
}

void ConnectionPool::Shared::throw_closed() const {
  throw Error(Error::Kind::unavailable, "the connection pool of " + name_ + " is closed");
}

PoolStats ConnectionPool::Shared::stats() const {
  const std::lock_guard lock(mutex_);
  PoolStats stats = counters_;
  stats.size = state_.size();
  stats.capacity = state_.capacity();
  stats.total = state_.total();
  stats.active = state_.active();
  stats.idle = state_.idle();
  stats.connecting = state_.connecting();
  stats.waiting = state_.waiting();
  return stats;
}

bool ConnectionPool::Shared::close(Deadline deadline) noexcept {
  std::unordered_map<pool::Handle, Parked> idle;
  bool all = false;
  {
    std::unique_lock lock(mutex_);
    for (const pool::Ticket ticket : state_.close()) {
      Waiter& waiter = *waiters_.at(ticket);
      waiter.state = Waiter::State::refused;
      waiter.woken.notify_one();
    }
    counters_.closed += state_.take_idle().size();
    idle = std::exchange(parked_, {});
    const auto none_left = [&] { return state_.total() == 0; };
    if (deadline == Deadline::max()) {
      all_returned_.wait(lock, none_left);
      all = true;
    } else {
      all = all_returned_.wait_until(lock, deadline, none_left);
    }
  }
  return all;
}

ConnectionPool::ConnectionPool(std::string name, const PoolOptions& options, Factory factory)
    : shared_(std::make_shared<Shared>(std::move(name), options, std::move(factory))) {}

ConnectionPool::~ConnectionPool() {
  close(Clock::now());
}

ConnectionPool::Lease ConnectionPool::acquire(Deadline deadline) {
  return shared_->acquire(deadline);
}

PoolStats ConnectionPool::stats() const {
  return shared_->stats();
}

bool ConnectionPool::close(Deadline deadline) noexcept {
  return shared_->close(deadline);
}

ConnectionPool::Lease::Lease(std::shared_ptr<Shared> pool, std::unique_ptr<PooledConnection> connection,
                             Deadline expires, bool fresh) noexcept
    : pool_(std::move(pool)), connection_(std::move(connection)), expires_(expires), fresh_(fresh) {}

ConnectionPool::Lease& ConnectionPool::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    release();
    pool_ = std::move(other.pool_);
    connection_ = std::move(other.connection_);
    expires_ = other.expires_;
    fresh_ = other.fresh_;
  }
  return *this;
}

void ConnectionPool::Lease::release() noexcept {
  if (connection_) pool_->give_back(std::move(connection_), expires_);
  pool_.reset();
}

}  // namespace tenon::backend
