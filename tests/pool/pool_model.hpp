#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "pool/pool_state.hpp"

namespace tenon::backend::pool {

/// Drives a PoolState with one event at a time, as the shell would, and holds it against the promises of
/// its header: who is in the queue, which connections are whose, and what a sleeping worker would notice.
class Model {
 public:
  explicit Model(const PoolOptions& options) : state_(options) {}

  enum class Event : std::uint8_t {
    arrive,
    arrive_impatient,
    leave,
    give_back,
    give_back_broken,
    reject_broken,
    reject_unanswered,
    connected,
    connect_failed,
    connect_refused,
    closed,
    work,
    pass_some_time,
    pass_until_due,
    outdate,
    close
  };
  static constexpr int event_count = 16;

  /// False when the event cannot happen now.
  bool apply(Event event, double random) {
    if (!happen(event, random)) return false;
    if (state_.take_wake()) worker_awake_ = true;
    check();
    return true;
  }

  [[nodiscard]] const PoolState& state() const { return state_; }
  [[nodiscard]] std::uint64_t served() const { return served_; }

  /// Lets time pass and connects succeed until the queue is empty; false when that never happens.
  bool serves_everybody() {
    for (int step = 0; step < 10'000 && state_.waiting() > 0; ++step) {
      const bool moved = apply(Event::work, 0.5) || apply(Event::connected, 0.5) ||
                         apply(Event::closed, 0.5) || apply(Event::give_back, 0.5) ||
                         apply(Event::pass_until_due, 0.5);
      if (!moved || ::testing::Test::HasFatalFailure()) return false;
    }
    return state_.waiting() == 0;
  }

 private:
  bool happen(Event event, double random) {
    switch (event) {
      case Event::arrive:
        return arrive(InOutage::wait);
      case Event::arrive_impatient:
        return arrive(InOutage::fail);
      case Event::leave: {
        if (queue_.empty()) return false;
        const auto place =
            queue_.begin() + static_cast<std::ptrdiff_t>(random * static_cast<double>(queue_.size()));
        EXPECT_TRUE(state_.leave(*place));
        EXPECT_FALSE(state_.leave(*place));
        queue_.erase(place);
        return true;
      }
      case Event::give_back:
      case Event::give_back_broken: {
        if (active_.empty()) return false;
        const Handle handle = take(active_, random);
        settle(handle, state_.give_back(handle, event == Event::give_back, now_));
        return true;
      }
      case Event::reject_broken:
      case Event::reject_unanswered: {
        if (active_.empty()) return false;
        const Handle handle = take(active_, random);
        const Ticket ticket = next_ticket_++;
        const Admission again =
            state_.reject(handle, ticket, InOutage::wait,
                          event == Event::reject_broken ? Eviction::broken : Eviction::unanswered, now_);
        admit(again, ticket, true);
        return true;
      }
      case Event::connected: {
        if (connecting_.empty()) return false;
        const Handle handle = take(connecting_, random);
        settle(handle, state_.connected(handle, now_, random));
        return true;
      }
      case Event::connect_failed:
      case Event::connect_refused: {
        if (connecting_.empty()) return false;
        const Handle handle = take(connecting_, random);
        const bool lasting = event == Event::connect_refused;
        for (const Ticket told : state_.connect_failed(handle, lasting, now_, random)) {
          EXPECT_EQ(std::erase(queue_, told), 1U) << "told of a failure without having waited";
        }
        EXPECT_TRUE(!lasting || state_.total() > 0 || state_.waiting() == 0)
            << "waits for what cannot come";
        return true;
      }
      case Event::closed: {
        if (closing_.empty()) return false;
        state_.closed(take(closing_, random));
        return true;
      }
      case Event::work:
        return worker_awake_ && work();
      case Event::pass_some_time:
        now_ += std::chrono::milliseconds(1 + static_cast<int>(random * 400));
        if (now_ >= worker_due_) worker_awake_ = true;
        return true;
      case Event::pass_until_due:
        if (worker_awake_ || worker_due_ == Time::max()) return false;
        now_ = std::max(now_, worker_due_);
        worker_awake_ = true;
        return true;
      case Event::outdate:
        if (active_.empty()) return false;
        state_.outdate(*active_.begin(), now_);
        return true;
      case Event::close: {
        if (state_.is_closed()) return false;
        const auto waited = state_.close();
        EXPECT_TRUE(std::equal(waited.begin(), waited.end(), queue_.begin(), queue_.end()));
        queue_.clear();
        return true;
      }
    }
    return false;
  }

  bool arrive(InOutage mode) {
    const Ticket ticket = next_ticket_++;
    admit(state_.arrive(ticket, mode, now_), ticket, false);
    return true;
  }

  void admit(const Admission& admission, Ticket ticket, bool in_front) {
    switch (admission.kind) {
      case Admission::Kind::lend:
        EXPECT_TRUE(queue_.empty()) << "somebody overtook the queue";
        EXPECT_TRUE(active_.insert(admission.handle).second) << "lent twice";
        ++served_;
        break;
      case Admission::Kind::wait:
        if (in_front) {
          queue_.push_front(ticket);
        } else {
          queue_.push_back(ticket);
        }
        break;
      case Admission::Kind::outage:
        EXPECT_TRUE(state_.outage());
        EXPECT_EQ(state_.total(), 0U) << "there are connections to wait for";
        break;
      case Admission::Kind::closed:
        EXPECT_TRUE(state_.is_closed());
        break;
    }
  }

  void settle(Handle handle, const Placement& placement) {
    if (placement.kind != Placement::Kind::hand_over) return;
    ASSERT_FALSE(queue_.empty());
    EXPECT_EQ(placement.ticket, queue_.front()) << "strictly in the order of coming";
    queue_.pop_front();
    EXPECT_TRUE(active_.insert(handle).second) << "lent twice";
    ++served_;
  }

  // One step of a worker that is awake; it falls asleep when there is nothing to do.
  bool work() {
    const Work work = state_.next_work(now_);
    switch (work.kind) {
      case Work::Kind::connect:
        EXPECT_TRUE(connecting_.insert(work.handle).second);
        EXPECT_EQ(active_.count(work.handle), 0U) << "a handle in use was given out again";
        break;
      case Work::Kind::close:
        EXPECT_TRUE(closing_.insert(work.handle).second);
        break;
      case Work::Kind::leak:
        EXPECT_EQ(active_.count(work.handle), 1U);
        break;
      case Work::Kind::none:
        worker_due_ = state_.next_due(now_);
        EXPECT_GT(worker_due_, now_) << "due, yet nothing to do: the worker would spin";
        (void)state_.take_wake();
        worker_awake_ = false;
        break;
    }
    return true;
  }

  void check() {
    ASSERT_EQ(state_.waiting(), queue_.size());
    ASSERT_EQ(state_.active(), active_.size());
    ASSERT_EQ(state_.connecting(), connecting_.size());
    ASSERT_GE(state_.closing(), closing_.size());
    ASSERT_LE(state_.total(), state_.capacity());
    if (!queue_.empty()) {
      ASSERT_EQ(state_.idle(), 0U) << "an idle connection beside a waiter";
      PoolState copy = state_;
      const bool coming = state_.active() + state_.connecting() + state_.closing() > 0;
      ASSERT_TRUE(coming || copy.next_due(now_) < Time::max()) << "a waiter that nothing will serve";
    }
    if (!worker_awake_) {
      PoolState copy = state_;
      ASSERT_EQ(copy.next_work(now_).kind, Work::Kind::none) << "work of which no worker was told";
      ASSERT_GE(work_due(), worker_due_) << "the worker sleeps for too long";
    }
  }

  // When the mere passing of time gives the worker something, unless that is after it wakes up; next_due()
  // may be sooner than that, never later.
  [[nodiscard]] Time work_due() const {
    Time due = now_;
    for (int looks = 0; looks < 30; ++looks) {  // far beyond every lifetime of these pools
      due = PoolState(state_).next_due(due);
      if (due >= worker_due_ || PoolState(state_).next_work(due).kind != Work::Kind::none) return due;
    }
    return Time::max();
  }

  static Handle take(std::set<Handle>& from, double random) {
    auto place = from.begin();
    std::advance(place, static_cast<std::ptrdiff_t>(random * static_cast<double>(from.size())));
    const Handle handle = *place;
    from.erase(place);
    return handle;
  }

  PoolState state_;
  Time now_ = Time{} + std::chrono::hours(1);
  Time worker_due_ = Time::max();
  bool worker_awake_ = true;
  Ticket next_ticket_ = 1;
  std::uint64_t served_ = 0;
  std::deque<Ticket> queue_;
  std::set<Handle> active_;
  std::set<Handle> connecting_;
  std::set<Handle> closing_;
};

}  // namespace tenon::backend::pool
