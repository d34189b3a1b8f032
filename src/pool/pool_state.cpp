#include "pool_state.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

#include <tenon/detail/later.hpp>

namespace tenon::backend::pool {

using tenon::detail::endless;
using tenon::detail::later;

namespace {

// Below this a look at the socket costs more than it is likely to find.
constexpr std::chrono::milliseconds peek_after{1};
constexpr std::chrono::seconds outdate_pause{30};
// So few that those not needed grow old all the same.
constexpr std::size_t idle_for_choice = 4;

}  // namespace

PoolState::PoolState(const PoolOptions& options)
    : options_(options),
      capacity_(std::max<std::size_t>(options.size + options.max_overflow, 1)),
      pace_(options) {
  options_.min_idle = std::min({options_.min_idle, options_.size, capacity_});
}

[[gnu::hot]] Admission PoolState::arrive(Ticket ticket, InOutage mode, Time now, Handle favourite) {
  if (closed_) return {Admission::Kind::closed};
  prefer(favourite);
  if (const Admission idle = lend_idle(now); idle.kind == Admission::Kind::lend) return idle;
  const bool not_yet = pace_.outage() && now < pace_.not_before() && total() == 0;
  if (not_yet && (pace_.lasting() || mode == InOutage::fail)) return {Admission::Kind::outage};
  queue_.push_back({ticket, mode});
  wake_for_work(now);
  return {Admission::Kind::wait};
}

// To the top of the stack, when it is not far from it.
[[gnu::hot]] void PoolState::prefer(Handle favourite) noexcept {
  const auto top = idle_.end();
  const auto last = top - static_cast<std::ptrdiff_t>(std::min(idle_.size(), idle_for_choice));
  const auto found = std::find(last, top, favourite);
  if (found != top) std::rotate(found, found + 1, top);
}

// Kind::wait when nothing fit to be lent is idle.
[[gnu::hot]] Admission PoolState::lend_idle(Time now) {
  while (!idle_.empty()) {
    const Handle handle = idle_.back();
    Connection& connection = connections_[handle];
    idle_.pop_back();
    if (outlived(connection, now)) {
      doom(handle, Eviction::expired);
      wake_ = true;
      continue;
    }
    const Check test = test_after(connection.since, now);
    connection.use = Use::active;
    connection.since = now;
    connection.leak_told = false;
    ++active_;
    if (options_.leak_after.count() > 0) due_at(later(now, options_.leak_after));
    return {Admission::Kind::lend, handle, test};
  }
  return {Admission::Kind::wait};
}

[[gnu::hot]] Check PoolState::test_after(Time since, Time now) const noexcept {
  if (now > later(since, options_.ping_after_idle)) return Check::ping;
  return now - since > peek_after ? Check::peek : Check::none;
}

Admission PoolState::reject(Handle handle, Ticket ticket, InOutage mode, Eviction reason, Time now) {
  --active_;
  free_slot(handle);
  if (reason == Eviction::unanswered) {
    doom_idle(reason);
    pace_.suspect();
  }
  if (closed_) return {Admission::Kind::closed};
  const Admission idle = lend_idle(now);
  if (idle.kind == Admission::Kind::wait) queue_.push_front({ticket, mode});
  wake_for_work(now);
  return idle;
}

bool PoolState::leave(Ticket ticket) {
  const auto place = std::find_if(queue_.begin(), queue_.end(),
                                  [&](const Waiter& waiter) { return waiter.ticket == ticket; });
  if (place == queue_.end()) return false;
  queue_.erase(place);
  if (queue_.empty()) pace_.calm();
  return true;
}

[[gnu::hot]] Placement PoolState::give_back(Handle handle, bool usable, Time now) {
  if (!usable) {
    --active_;
    free_slot(handle);
    wake_for_work(now);
    return {Placement::Kind::gone};
  }
  if (pace_.outage()) [[unlikely]]
    heed_success(now);
  const Connection& connection = connections_[handle];
  const bool outdated = connection.generation != generation_;
  if (closed_ || outdated || outlived(connection, now)) {
    --active_;
    doom(handle, closed_ ? Eviction::closed : outdated ? Eviction::outdated : Eviction::expired);
    wake_ = true;
    return {Placement::Kind::close};
  }
  --active_;
  return place(handle, now);
}

// A connection came back sound during an outage.
void PoolState::heed_success(Time now) noexcept {
  if (pace_.lasting() || now < pace_.not_before()) return;
  if (queue_.empty() && connecting_ == 0 && !connect_wanted()) pace_.forget_failure();
}

void PoolState::outdate(Handle handle, Time now) {
  if (connections_[handle].generation != generation_) return;
  if (outdated_at_ != Time::min() && now - outdated_at_ < outdate_pause) return;
  outdated_at_ = now;
  ++generation_;
  doom_idle(Eviction::outdated);
  wake_for_work(now);
}

// A sound connection that nobody has: to the first waiter or to the idle ones.
[[gnu::hot]] Placement PoolState::place(Handle handle, Time now) {
  Connection& connection = connections_[handle];
  connection.since = now;
  if (!queue_.empty()) {
    const Ticket first = queue_.front().ticket;
    queue_.pop_front();
    if (queue_.empty()) pace_.calm();
    connection.use = Use::active;
    connection.leak_told = false;
    ++active_;
    if (options_.leak_after.count() > 0) due_at(later(now, options_.leak_after));
    return {Placement::Kind::hand_over, first};
  }
  if (total() - closing_ >= options_.size && options_.overflow_linger.count() <= 0) {
    doom(handle, Eviction::overflow);
    wake_ = true;
    return {Placement::Kind::close};
  }
  connection.use = Use::idle;
  idle_.push_back(handle);
  due_at(idle_end(connection));
  return {Placement::Kind::keep};
}

Placement PoolState::connected(Handle handle, Time now, double random) {
  --connecting_;
  pace_.connected(total() >= options_.size, !queue_.empty());
  Connection& connection = connections_[handle];
  connection.expires = Time::max();
  if (options_.max_lifetime.count() > 0 && options_.max_lifetime < endless) {
    const auto early = std::chrono::duration_cast<Clock::duration>(options_.max_lifetime * (random / 4));
    connection.expires = now + (options_.max_lifetime - early);
  }
  if (closed_ || connection.generation != generation_) {
    doom(handle, closed_ ? Eviction::closed : Eviction::outdated);
    wake_ = true;
    return {Placement::Kind::close};
  }
  const Placement placement = place(handle, now);
  wake_for_work(now);
  return placement;
}

std::vector<Ticket> PoolState::connect_failed(Handle handle, bool lasting, Time now, double random) {
  --connecting_;
  free_slot(handle);
  pace_.failed(lasting, now, random);
  const bool hopeless = lasting && total() == 0;
  std::vector<Ticket> told;
  std::erase_if(queue_, [&](const Waiter& waiter) {
    if (!hopeless && waiter.mode == InOutage::wait) return false;
    told.push_back(waiter.ticket);
    return true;
  });
  if (queue_.empty()) pace_.calm();
  wake_for_work(now);
  return told;
}

void PoolState::closed(Handle handle) {
  --closing_;
  free_slot(handle);
  wake_ = wake_ || connect_wanted();
}

Work PoolState::next_work(Time now) {
  trim(now);
  Work work;
  if (!doomed_.empty()) {
    work.kind = Work::Kind::close;
    std::tie(work.handle, work.reason) = doomed_.back();
    doomed_.pop_back();
  } else if (connect_wanted() && now >= pace_.not_before()) {
    work.kind = Work::Kind::connect;
    work.handle = begin_connect(now);
  } else {
    (void)find_leak(now, work);
  }
  return work;
}

bool PoolState::connect_wanted() const noexcept {
  if (closed_ || total() >= capacity_ || connecting_ >= pace_.allowed(total())) return false;
  return queue_.size() > connecting_ || total() - closing_ < options_.min_idle;
}

Handle PoolState::begin_connect(Time now) {
  Handle handle = static_cast<Handle>(connections_.size());
  if (free_.empty()) {
    connections_.emplace_back();
    for (auto* list : {&free_, &idle_}) list->reserve(connections_.size());  // give_back() may not fail
    doomed_.reserve(connections_.size());
  } else {
    handle = free_.back();
    free_.pop_back();
  }
  connections_[handle] = {Use::connecting, false, generation_, now, Time::max()};
  ++connecting_;
  return handle;
}

// Dooms what has been idle or has lived for too long.
void PoolState::trim(Time now) {
  std::size_t kept = total() - closing_;
  const auto superfluous = [&](Handle handle) {
    const Connection& connection = connections_[handle];
    std::optional<Eviction> reason;
    if (kept > options_.size && now >= later(connection.since, options_.overflow_linger)) {
      reason = Eviction::overflow;
    } else if (outlived(connection, now)) {
      reason = Eviction::expired;
    } else if (kept > options_.min_idle && options_.idle_timeout.count() > 0 &&
               now >= later(connection.since, options_.idle_timeout)) {
      reason = Eviction::idle;
    }
    if (!reason) return false;
    --kept;
    doom(handle, *reason);
    return true;
  };
  std::erase_if(idle_, superfluous);  // from the bottom: the one idle for longest goes first
}

bool PoolState::find_leak(Time now, Work& work) {
  if (options_.leak_after.count() <= 0) return false;
  for (Handle handle = 0; handle < connections_.size(); ++handle) {
    Connection& connection = connections_[handle];
    if (connection.use != Use::active || connection.leak_told) continue;
    if (now < later(connection.since, options_.leak_after)) continue;
    connection.leak_told = true;
    work = {Work::Kind::leak, handle, Eviction::closed, now - connection.since};
    return true;
  }
  return false;
}

Time PoolState::next_due(Time now) {
  Time due = Time::max();
  if (connect_wanted()) due = std::max(now, pace_.not_before());
  for (const Connection& connection : connections_) {
    if (connection.use == Use::idle) due = std::min(due, idle_end(connection));
    if (connection.use == Use::active) due = std::min(due, idle_end_from(now, connection));
    if (connection.use == Use::idle || connection.use == Use::active)
      due = std::min(due, leak_due(now, connection));
  }
  due_ = due;
  return due;
}

// No later than the idle_end() that an active connection will have when it comes back: that must not bring
// next_due() forward, or a background thread would be woken by every caller.
Time PoolState::idle_end_from(Time now, Connection active) const noexcept {
  if (outlived(active, now)) active.expires = Time::max();  // give_back() sees to it
  if (total() - closing_ > options_.size && options_.overflow_linger.count() <= 0) return active.expires;
  active.since = now;
  return idle_end(active);
}

// The same for what a caller takes.
Time PoolState::leak_due(Time now, const Connection& connection) const noexcept {
  if (options_.leak_after.count() <= 0) return Time::max();
  const bool watched = connection.use == Use::active && !connection.leak_told;
  return later(watched ? connection.since : now, options_.leak_after);
}

// When trim() may have something to do about an idle connection.
[[gnu::hot]] Time PoolState::idle_end(const Connection& connection) const noexcept {
  const std::size_t kept = total() - closing_;
  Time end = connection.expires;
  if (kept > options_.size) end = std::min(end, later(connection.since, options_.overflow_linger));
  if (kept > options_.min_idle && options_.idle_timeout.count() > 0)
    end = std::min(end, later(connection.since, options_.idle_timeout));
  return end;
}

[[gnu::hot]] bool PoolState::outlived(const Connection& connection, Time now) const noexcept {
  return now >= connection.expires;
}

void PoolState::free_slot(Handle handle) {
  connections_[handle].use = Use::none;
  free_.push_back(handle);
}

void PoolState::doom(Handle handle, Eviction reason) {
  connections_[handle].use = Use::closing;
  doomed_.emplace_back(handle, reason);
  ++closing_;
}

void PoolState::doom_idle(Eviction reason) {
  for (const Handle handle : idle_) doom(handle, reason);
  idle_.clear();
}

[[gnu::hot]] void PoolState::due_at(Time time) noexcept {
  if (time >= due_) return;
  due_ = time;
  wake_ = true;
}

void PoolState::wake_for_work(Time now) noexcept {
  if (!doomed_.empty()) wake_ = true;
  if (connect_wanted()) {
    if (now >= pace_.not_before()) wake_ = true;
    due_at(pace_.not_before());
  }
}

std::vector<Ticket> PoolState::close() {
  closed_ = true;
  doom_idle(Eviction::closed);
  std::vector<Ticket> waited;
  for (const Waiter& waiter : std::exchange(queue_, {})) waited.push_back(waiter.ticket);
  wake_ = true;
  return waited;
}

}  // namespace tenon::backend::pool
