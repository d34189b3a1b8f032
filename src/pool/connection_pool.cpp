#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include <tenon/backend/connection_pool.hpp>
#include <tenon/detail/later.hpp>
#include <tenon/error.hpp>

#include "shared.hpp"

namespace tenon::backend {

using pool::Admission;
using pool::Clock;
using tenon::detail::later;

namespace {

// The connection that this thread gave back last, and to which pool.
struct LastHeld {
  const void* pool = nullptr;
  pool::Handle handle = pool::no_handle;
};
constinit thread_local LastHeld last_held;

std::chrono::microseconds in_microseconds(Clock::duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration);
}

}  // namespace

ConnectionPool::Shared::Shared(std::string name, const PoolOptions& options, Factory factory)
    : name_(std::move(name)), options_(options), factory_(std::move(factory)), state_(options) {}

[[gnu::hot]] ConnectionPool::Lease ConnectionPool::Shared::acquire(const Request& request) {
  if (!is_ours()) {
    throw Error(Error::Kind::unavailable,
                "the database " + name_ +
                    " was opened before this process was forked, and its connections belong to the parent; "
                    "open the database again in the child");
  }
  const auto start = Clock::now();
  const Deadline deadline = std::min(request.deadline, later(start, options_.acquire_timeout));
  const auto mode = request.fail_in_outage ? pool::InOutage::fail : pool::InOutage::wait;
  Waiter waiter;
  const auto ticket = reinterpret_cast<pool::Ticket>(&waiter);
  const pool::Handle favourite = last_held.pool == this ? last_held.handle : pool::no_handle;
  Lock lock(mutex_);
  Admission admission = state_.arrive(ticket, mode, start, favourite);
  for (Clock::duration waited{};;) {
    call_workers();
    if (admission.kind == Admission::Kind::closed) throw_closed();
    if (admission.kind == Admission::Kind::outage) throw Error(*last_connect_failure_);
    if (admission.kind == Admission::Kind::wait) {
      admission = {Admission::Kind::lend, wait(lock, waiter, start, deadline)};
      waited = Clock::now() - start;
    }
    auto connection = take(admission.handle, request);
    if (admission.test != pool::Check::none) {
      lock.unlock();
      const auto found = fault(*connection, admission.test, deadline);
      lock.lock();
      if (found) {
        drop(lock, std::move(connection), admission.handle, *found);
        if (*found == Eviction::broken && Clock::now() >= deadline) {
          // Of the others it tells nothing, and there is no time to ask them.
          (void)state_.give_back(admission.handle, false, Clock::now());
          if (state_.is_closed()) changed_.notify_all();
          ++counters_.timeouts;
          throw_in_vain(lock, Clock::now() - start, InVain::untested);
        }
        waiter.state = Waiter::State::waiting;
        admission = state_.reject(admission.handle, ticket, mode, *found, Clock::now());
        if (state_.is_closed()) changed_.notify_all();  // whoever closes may have waited for this one
        continue;
      }
    }
    counters_.note_acquired(waited);
    const bool fresh = !std::exchange(slots_[admission.handle].used, true);
    lock.unlock();
    return Lease(shared_from_this(), std::move(connection), admission.handle, fresh);
  }
}

[[gnu::hot]] std::unique_ptr<PooledConnection> ConnectionPool::Shared::take(pool::Handle handle,
                                                                            const Request& request) {
  Slot& slot = slots_[handle];
  slot.lent = slot.idle.get();
  slot.taken_at = request.taken_at;
  return std::move(slot.idle);
}

pool::Handle ConnectionPool::Shared::wait(Lock& lock, Waiter& waiter, Deadline start, Deadline deadline) {
  if (!waiter.woken) waiter.woken.emplace();
  const auto served = [&] { return waiter.state != Waiter::State::waiting; };
  if (deadline == Deadline::max()) {
    waiter.woken->wait(lock, served);
  } else {
    waiter.woken->wait_until(lock, deadline, served);
  }
  switch (waiter.state) {
    case Waiter::State::waiting:
      state_.leave(reinterpret_cast<pool::Ticket>(&waiter));
      ++counters_.timeouts;
      throw_in_vain(lock, Clock::now() - start,
                    state_.active() + state_.idle() == 0 ? InVain::not_opened : InVain::not_free);
    case Waiter::State::refused:
      throw_closed();
    case Waiter::State::failed:
      throw Error(*waiter.failure);
    case Waiter::State::given:
      break;
  }
  ++counters_.waited;
  return waiter.handle;
}

std::optional<Eviction> ConnectionPool::Shared::fault(PooledConnection& connection, pool::Check test,
                                                      Deadline deadline) const noexcept {
  if (!connection.peek()) return Eviction::broken;
  if (test != pool::Check::ping) return std::nullopt;
  const auto start = Clock::now();
  try {
    if (connection.ping(std::min(deadline, later(start, options_.ping_timeout)))) return std::nullopt;
  } catch (...) {  // no sign of life either
  }
  return Clock::now() < later(start, options_.ping_timeout) ? Eviction::broken : Eviction::unanswered;
}

// Closes a connection that is active in the state, with the lock released meanwhile.
void ConnectionPool::Shared::drop(Lock& lock, std::unique_ptr<PooledConnection> connection,
                                  pool::Handle handle, Eviction reason) {
  slots_[handle].lent = nullptr;
  counters_.note_evicted(reason);
  lock.unlock();
  connection.reset();  // the server's slot is free before another connects
  tell({.kind = PoolEvent::Kind::evicted, .reason = reason, .text = {}});
  lock.lock();
}

[[gnu::hot]] void ConnectionPool::Shared::give_back(std::unique_ptr<PooledConnection> connection,
                                                    pool::Handle handle) noexcept {
  if (!is_ours()) {
    connection->abandon();
    (void)connection.release();
    return;
  }
  const auto now = Clock::now();
  const bool usable = connection->usable();
  last_held = {this, handle};
  Lock lock(mutex_);
  if (!usable) drop(lock, std::move(connection), handle, Eviction::broken);
  slots_[handle].lent = nullptr;
  const bool outage = state_.outage();
  const pool::Placement placement = state_.give_back(handle, usable, now);
  if (outage && !state_.outage()) forget_failure();
  put(std::move(connection), handle, placement);
  call_workers();
  if (!state_.is_closed()) return;
  close_idle(lock);
  changed_.notify_all();
}

void ConnectionPool::Shared::forget_failure() noexcept {
  counters_.last_connect_error.clear();
  last_connect_failure_.reset();
}

// With the lock held.
[[gnu::hot]] void ConnectionPool::Shared::put(std::unique_ptr<PooledConnection> connection,
                                              pool::Handle handle,
                                              const pool::Placement& placement) noexcept {
  slots_[handle].idle = std::move(connection);
  if (placement.kind != pool::Placement::Kind::hand_over) return;
  Waiter& waiter = *reinterpret_cast<Waiter*>(placement.ticket);
  waiter.handle = handle;
  waiter.state = Waiter::State::given;
  waiter.woken->notify_one();
}

void ConnectionPool::Shared::outdate(pool::Handle handle) noexcept {
  if (!is_ours()) return;
  const Lock lock(mutex_);
  state_.outdate(handle, Clock::now());
  call_workers();
}

void ConnectionPool::Shared::throw_in_vain(Lock& lock, Clock::duration waited, InVain why) {
  const bool cut_off = why == InVain::not_opened;
  std::string text = "no connection to " + name_ +
                     (cut_off                   ? " could be opened in time: "
                      : why == InVain::not_free ? " became free in time: "
                                                : " answered its test in time: ");
  text += std::to_string(state_.total()) + " of " + std::to_string(state_.capacity()) + " open, " +
          std::to_string(state_.active()) + " active, " + std::to_string(state_.idle()) + " idle, " +
          std::to_string(state_.connecting()) + " connecting, " + std::to_string(state_.waiting()) +
          " others waiting";
  if (why == InVain::not_free)
    text += "; raise PoolOptions::size or max_overflow, or hold connections for less time";
  if (!counters_.last_connect_error.empty())
    text += "; the last failed connect said: " + counters_.last_connect_error;
  Error::Detail detail;
  if (cut_off && last_connect_failure_) detail.sqlstate = last_connect_failure_->sqlstate();
  lock.unlock();
  tell({.kind = PoolEvent::Kind::timeout, .duration = in_microseconds(waited), .text = text});
  throw Error(cut_off ? Error::Kind::unavailable : Error::Kind::timeout, text, std::move(detail));
}

void ConnectionPool::Shared::throw_closed() const {
  throw Error(Error::Kind::unavailable, "the connection pool of " + name_ + " is closed");
}

void ConnectionPool::Shared::tell(const PoolEvent& event) const noexcept {
  if (!options_.observer) return;
  try {
    options_.observer(event);
  } catch (...) {  // an observer has no say
  }
}

PoolStats ConnectionPool::Shared::stats() const {
  if (!is_ours()) return {};
  const Lock lock(mutex_);
  PoolStats stats = counters_;
  stats.size = state_.size();
  stats.capacity = state_.capacity();
  stats.active = state_.active();
  stats.idle = state_.idle();
  stats.connecting = state_.connecting();
  stats.total = stats.active + stats.idle + stats.connecting;
  stats.waiting = state_.waiting();
  stats.outage = state_.outage();
  return stats;
}

std::uint32_t ConnectionPool::Shared::generation() const noexcept {
  if (!is_ours()) return 0;
  const Lock lock(mutex_);
  return state_.generation();
}

ConnectionPool::ConnectionPool(std::string name, const PoolOptions& options, Factory factory)
    : shared_(std::make_shared<Shared>(std::move(name), options, std::move(factory))) {
  shared_->start();
}

ConnectionPool::~ConnectionPool() {
  if (shared_->is_ours()) {
    shared_->close(Clock::now());
  } else {
    new std::shared_ptr<Shared>(shared_);  // its connections and threads are the parent's: never destroyed
  }
}

[[gnu::hot]] ConnectionPool::Lease ConnectionPool::acquire(const Request& request) {
  return shared_->acquire(request);
}

[[gnu::hot]] ConnectionPool::Lease ConnectionPool::acquire() {
  return shared_->acquire(Request{});
}

PoolStats ConnectionPool::stats() const {
  return shared_->stats();
}

std::uint32_t ConnectionPool::generation() const noexcept {
  return shared_->generation();
}

bool ConnectionPool::close(Deadline deadline) noexcept {
  return shared_->close(deadline);
}

bool ConnectionPool::drain(Deadline deadline) noexcept {
  return shared_->drain(deadline);
}

[[gnu::hot]] ConnectionPool::Lease::Lease(std::shared_ptr<Shared> pool,
                                          std::unique_ptr<PooledConnection> connection,
                                          std::uint32_t handle, bool fresh) noexcept
    : pool_(std::move(pool)), connection_(std::move(connection)), handle_(handle), fresh_(fresh) {}

ConnectionPool::Lease& ConnectionPool::Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    release();
    pool_ = std::move(other.pool_);
    connection_ = std::move(other.connection_);
    handle_ = other.handle_;
    fresh_ = other.fresh_;
  }
  return *this;
}

void ConnectionPool::Lease::outdate() noexcept {
  if (connection_) pool_->outdate(handle_);
}

[[gnu::hot]] void ConnectionPool::Lease::release() noexcept {
  if (connection_) pool_->give_back(std::move(connection_), handle_);
  pool_.reset();
}

}  // namespace tenon::backend
