#include "pool/pool_state.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace tenon::backend::pool {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time start = Time{} + std::chrono::hours(1);

PoolOptions options(std::size_t size, std::size_t overflow) {
  PoolOptions options;
  options.size = size;
  options.max_overflow = overflow;
  return options;
}

/// Opens connections for as many callers as come, tickets 1, 2, …; returns their handles in that order.
std::vector<Handle> open(PoolState& state, std::size_t count, Time now = start) {
  std::vector<Handle> handles;
  for (Ticket ticket = 1; ticket <= count; ++ticket) {
    EXPECT_EQ(state.arrive(ticket, InOutage::wait, now).kind, Admission::Kind::wait);
    const Work work = state.next_work(now);
    EXPECT_EQ(work.kind, Work::Kind::connect);
    EXPECT_EQ(state.connected(work.handle, now, 0).ticket, ticket);
    handles.push_back(work.handle);
  }
  return handles;
}

TEST(PoolState, LendsTheLastReturnedFirst) {
  PoolState state(options(2, 0));
  const auto handles = open(state, 2);
  EXPECT_EQ(state.give_back(handles[0], true, start).kind, Placement::Kind::keep);
  EXPECT_EQ(state.give_back(handles[1], true, start).kind, Placement::Kind::keep);
  EXPECT_EQ(state.arrive(3, InOutage::wait, start).handle, handles[1]);
  EXPECT_EQ(state.arrive(4, InOutage::wait, start).handle, handles[0]);
}

TEST(PoolState, LendsTheFavouriteAmongTheLastReturned) {
  PoolState state(options(6, 0));
  const auto handles = open(state, 6);
  for (const Handle handle : handles)
    EXPECT_EQ(state.give_back(handle, true, start).kind, Placement::Kind::keep);
  EXPECT_EQ(state.arrive(7, InOutage::wait, start, handles[3]).handle, handles[3]);
  EXPECT_EQ(state.arrive(8, InOutage::wait, start, handles[3]).handle, handles[5]);  // it is not there
  EXPECT_EQ(state.arrive(9, InOutage::wait, start).handle, handles[4]);
  EXPECT_EQ(state.idle(), 3U);
}

TEST(PoolState, LetsAFavouriteFarDownGrowOld) {
  PoolState state(options(6, 0));
  const auto handles = open(state, 6);
  for (const Handle handle : handles)
    EXPECT_EQ(state.give_back(handle, true, start).kind, Placement::Kind::keep);
  EXPECT_EQ(state.arrive(7, InOutage::wait, start, handles[0]).handle, handles[5]);
}

TEST(PoolState, ServesWaitersInOrderAndSkipsThoseThatLeft) {
  PoolState state(options(1, 0));
  const Handle handle = open(state, 1)[0];
  for (const Ticket ticket : {2U, 3U, 4U})
    EXPECT_EQ(state.arrive(ticket, InOutage::wait, start).kind, Admission::Kind::wait);
  EXPECT_TRUE(state.leave(2));
  EXPECT_FALSE(state.leave(2));
  const Placement first = state.give_back(handle, true, start);
  EXPECT_EQ(first.kind, Placement::Kind::hand_over);
  EXPECT_EQ(first.ticket, 3U);
  EXPECT_EQ(state.give_back(handle, true, start).ticket, 4U);
}

TEST(PoolState, PutsACallerWhoseConnectionFailedItsTestBackInFront) {
  PoolState state(options(1, 0));
  const Handle handle = open(state, 1)[0];
  (void)state.give_back(handle, true, start);
  EXPECT_EQ(state.arrive(2, InOutage::wait, start).kind, Admission::Kind::lend);
  EXPECT_EQ(state.arrive(3, InOutage::wait, start).kind, Admission::Kind::wait);
  EXPECT_EQ(state.reject(handle, 2, InOutage::wait, Eviction::broken, start).kind, Admission::Kind::wait);
  const Work work = state.next_work(start);
  ASSERT_EQ(work.kind, Work::Kind::connect);
  EXPECT_EQ(state.connected(work.handle, start, 0).ticket, 2U);
}

TEST(PoolState, TestsByHowLongAConnectionWasIdle) {
  PoolState state(options(1, 0));
  const Handle handle = open(state, 1)[0];
  Time now = start;
  for (const auto& [idle, test] : {std::pair{milliseconds(0), Check::none},
                                   {milliseconds(50), Check::peek},
                                   {milliseconds(1'001), Check::ping}}) {
    (void)state.give_back(handle, true, now);
    now += idle;
    EXPECT_EQ(state.arrive(9, InOutage::wait, now).test, test);
  }
}

TEST(PoolState, TakesTheLongestTimesForNever) {
  PoolOptions endless = options(1, 1);
  endless.max_lifetime = seconds::max();
  endless.idle_timeout = endless.overflow_linger = endless.ping_after_idle = endless.leak_after =
      endless.backoff_max = milliseconds::max();
  PoolState state(endless);
  Time now = start;
  const auto handles = open(state, 2);
  now += std::chrono::hours(24);
  EXPECT_EQ(state.next_work(now).kind, Work::Kind::none);  // no leak is told
  for (const Handle handle : handles)
    EXPECT_EQ(state.give_back(handle, true, now).kind, Placement::Kind::keep);
  EXPECT_EQ(state.next_due(now), Time::max());
  now += std::chrono::hours(24);
  EXPECT_EQ(state.next_work(now).kind, Work::Kind::none);
  EXPECT_EQ(state.arrive(3, InOutage::wait, now).test, Check::peek);
  EXPECT_EQ(state.idle(), 1U);
}

TEST(PoolState, AServerThatDoesNotAnswerOneTestIsNotTestedByAll) {
  PoolState state(options(3, 0));
  for (const Handle handle : open(state, 3)) (void)state.give_back(handle, true, start);
  const Time now = start + seconds(5);
  const Admission lent = state.arrive(4, InOutage::wait, now);
  EXPECT_EQ(lent.test, Check::ping);
  EXPECT_EQ(state.reject(lent.handle, 4, InOutage::wait, Eviction::unanswered, now).kind,
            Admission::Kind::wait);
  EXPECT_EQ(state.idle(), 0U);
  EXPECT_EQ(state.closing(), 2U);
}

TEST(PoolState, TrimsOverflowSoonAndIdleOnesLater) {
  PoolOptions trimmed = options(2, 2);
  trimmed.min_idle = 1;
  trimmed.idle_timeout = seconds(60);
  trimmed.overflow_linger = seconds(1);
  PoolState state(trimmed);
  for (const Handle handle : open(state, 4)) (void)state.give_back(handle, true, start);
  const auto closed_at = [&](Time now) {
    std::vector<Eviction> reasons;
    for (Work work = state.next_work(now); work.kind == Work::Kind::close; work = state.next_work(now)) {
      reasons.push_back(work.reason);
      state.closed(work.handle);
    }
    return reasons;
  };
  EXPECT_EQ(state.next_due(start), start + seconds(1));
  EXPECT_TRUE(closed_at(start + milliseconds(999)).empty());
  EXPECT_EQ(closed_at(start + seconds(1)), (std::vector{Eviction::overflow, Eviction::overflow}));
  EXPECT_EQ(state.next_due(start + seconds(1)), start + seconds(60));
  EXPECT_EQ(closed_at(start + seconds(60)), (std::vector{Eviction::idle}));
  EXPECT_EQ(state.total(), 1U) << "min_idle stays";
}

TEST(PoolState, ClosesOverflowAtOnceWhenItMayNotLinger) {
  PoolOptions strict = options(1, 1);
  strict.overflow_linger = milliseconds(0);
  PoolState state(strict);
  const auto handles = open(state, 2);
  EXPECT_EQ(state.give_back(handles[0], true, start).kind, Placement::Kind::close);
  EXPECT_EQ(state.give_back(handles[1], true, start).kind, Placement::Kind::keep);
}

TEST(PoolState, ShortensLifetimesByUpToAQuarter) {
  PoolOptions mortal = options(1, 0);
  mortal.max_lifetime = seconds(100);
  mortal.idle_timeout = milliseconds(0);
  for (const auto& [random, life] : {std::pair{0.0, milliseconds(100'000)}, {0.5, milliseconds(87'500)}}) {
    PoolState state(mortal);
    (void)state.arrive(1, InOutage::wait, start);
    const Handle handle = state.next_work(start).handle;
    (void)state.connected(handle, start, random);
    (void)state.give_back(handle, true, start);
    EXPECT_EQ(state.next_due(start), start + life);
    EXPECT_EQ(state.next_work(start + life).reason, Eviction::expired);
  }
}

TEST(PoolState, OpensMinIdleAheadAndAgain) {
  PoolOptions ahead = options(3, 0);
  ahead.min_idle = 2;
  PoolState state(ahead);
  for (int i = 0; i < 2; ++i) {
    const Work work = state.next_work(start);
    ASSERT_EQ(work.kind, Work::Kind::connect);
    EXPECT_EQ(state.connected(work.handle, start, 0).kind, Placement::Kind::keep);
  }
  EXPECT_EQ(state.next_work(start).kind, Work::Kind::none);
  const Admission lent = state.arrive(1, InOutage::wait, start);
  (void)state.give_back(lent.handle, false, start);
  EXPECT_EQ(state.next_work(start).kind, Work::Kind::connect);
}

TEST(PoolState, ASpikeCostsOneConnectionBeyondItsSize) {
  PoolState state(options(5, 45));
  for (Ticket ticket = 1; ticket <= 50; ++ticket) (void)state.arrive(ticket, InOutage::wait, start);
  std::vector<Handle> opening;
  for (Work work = state.next_work(start); work.kind == Work::Kind::connect; work = state.next_work(start))
    opening.push_back(work.handle);
  EXPECT_EQ(opening.size(), 5U) << "up to its size at once";
  Time now = start + milliseconds(150);
  for (const Handle handle : opening)
    EXPECT_EQ(state.connected(handle, now, 0).kind, Placement::Kind::hand_over);
  EXPECT_EQ(state.next_work(now).kind, Work::Kind::connect);
  EXPECT_EQ(state.next_work(now).kind, Work::Kind::none) << "one beyond it";
  for (int round = 0; round < 9; ++round) {
    now += milliseconds(2);
    for (const Handle handle : opening) (void)state.give_back(handle, true, now);
  }
  EXPECT_EQ(state.waiting(), 0U);
  EXPECT_EQ(state.connecting(), 1U);
}

TEST(PoolState, ALastingLoadIsFollowedFasterAndFaster) {
  PoolOptions large = options(1, 63);
  large.max_connecting = 16;
  PoolState state(large);
  (void)open(state, 1);
  for (Ticket ticket = 2; ticket <= 60; ++ticket) (void)state.arrive(ticket, InOutage::wait, start);
  std::vector<std::size_t> rounds;
  for (int round = 0; round < 5; ++round) {
    std::vector<Handle> opening;
    for (Work work = state.next_work(start); work.kind == Work::Kind::connect;
         work = state.next_work(start))
      opening.push_back(work.handle);
    rounds.push_back(opening.size());
    for (const Handle handle : opening) (void)state.connected(handle, start, 0);
  }
  EXPECT_EQ(rounds, (std::vector<std::size_t>{1, 2, 4, 8, 16}));
}

TEST(PoolState, InAnOutageOneConnectIsTriedAtATimeWithGrowingPauses) {
  PoolOptions probing = options(4, 0);
  probing.backoff_min = milliseconds(100);
  probing.backoff_max = milliseconds(1'000);
  PoolState state(probing);
  for (Ticket ticket = 1; ticket <= 50; ++ticket) (void)state.arrive(ticket, InOutage::wait, start);
  std::vector<Handle> opening;
  for (Work work = state.next_work(start); work.kind == Work::Kind::connect; work = state.next_work(start))
    opening.push_back(work.handle);
  EXPECT_EQ(opening.size(), 4U);
  Time now = start + milliseconds(1);
  for (const Handle handle : opening)
    EXPECT_TRUE(state.connect_failed(handle, false, now, 0.999).empty()) << "callers wait through it";
  EXPECT_EQ(state.waiting(), 50U);
  std::vector<milliseconds> pauses;
  for (int probe = 0; probe < 6; ++probe) {
    EXPECT_EQ(state.next_work(now).kind, Work::Kind::none);
    const Time due = state.next_due(now);
    pauses.push_back(std::chrono::round<milliseconds>(due - now));
    now = due;
    const Work work = state.next_work(now);
    ASSERT_EQ(work.kind, Work::Kind::connect);
    EXPECT_EQ(state.next_work(now).kind, Work::Kind::none) << "one prober";
    (void)state.connect_failed(work.handle, false, now, 0.999);
  }
  EXPECT_EQ(pauses.front(), milliseconds(100));
  EXPECT_TRUE(std::is_sorted(pauses.begin(), pauses.end()));
  EXPECT_NEAR(static_cast<double>(pauses.back().count()), 1'000.0, 2.0);

  now = state.next_due(now);  // the server is back
  std::vector<std::size_t> rounds;
  for (int round = 0; round < 3; ++round) {
    opening.clear();
    for (Work work = state.next_work(now); work.kind == Work::Kind::connect; work = state.next_work(now))
      opening.push_back(work.handle);
    rounds.push_back(opening.size());
    for (const Handle handle : opening) (void)state.connected(handle, now, 0);
  }
  EXPECT_EQ(rounds, (std::vector<std::size_t>{1, 2, 1})) << "slow start up to its size of 4";
}

TEST(PoolState, ARefusalThatLastsIsToldToAllUnlessAConnectionIsLeft) {
  PoolState state(options(2, 0));
  const Handle handle = open(state, 1)[0];
  (void)state.arrive(2, InOutage::wait, start);
  (void)state.arrive(3, InOutage::fail, start);
  Work work = state.next_work(start);
  EXPECT_EQ(state.connect_failed(work.handle, true, start, 0), (std::vector<Ticket>{3}));
  (void)state.give_back(handle, false, start);
  const Time due = state.next_due(start);
  work = state.next_work(due);
  ASSERT_EQ(work.kind, Work::Kind::connect);
  EXPECT_EQ(state.connect_failed(work.handle, true, due, 0), (std::vector<Ticket>{2}));
  EXPECT_EQ(state.arrive(4, InOutage::wait, due).kind, Admission::Kind::outage)
      << "until it is tried again";
  EXPECT_EQ(state.arrive(5, InOutage::wait, due + seconds(9)).kind, Admission::Kind::wait);
}

TEST(PoolState, AChangeOfTheServersRoleOutdatesWhatWasOpenedBefore) {
  PoolState state(options(3, 0));
  const auto handles = open(state, 3);
  (void)state.give_back(handles[0], true, start);
  state.outdate(handles[1], start);
  EXPECT_EQ(state.next_work(start).reason, Eviction::outdated);
  EXPECT_EQ(state.give_back(handles[1], true, start).kind, Placement::Kind::close);
  EXPECT_EQ(state.give_back(handles[2], true, start).kind, Placement::Kind::close);
  for (Work work = state.next_work(start); work.kind == Work::Kind::close; work = state.next_work(start))
    state.closed(work.handle);
  state.closed(handles[0]);
  const Handle renewed = open(state, 1)[0];
  state.outdate(renewed, start + seconds(1));
  EXPECT_EQ(state.give_back(renewed, true, start + seconds(1)).kind, Placement::Kind::keep)
      << "a server that is read-only for good costs no reconnects";
}

TEST(PoolState, TellsALeakOnce) {
  PoolOptions watched = options(1, 0);
  watched.leak_after = seconds(10);
  PoolState state(watched);
  const Handle handle = open(state, 1)[0];
  EXPECT_EQ(state.next_due(start), start + seconds(10));
  const Work work = state.next_work(start + seconds(11));
  EXPECT_EQ(work.kind, Work::Kind::leak);
  EXPECT_EQ(work.handle, handle);
  EXPECT_EQ(work.held, seconds(11));
  EXPECT_EQ(state.next_work(start + seconds(99)).kind, Work::Kind::none);
}

TEST(PoolState, CallersOfAConnectionThatWasLentWhenTheWorkerLookedDoNotWakeIt) {
  for (const milliseconds leak_after : {milliseconds(0), milliseconds(seconds(10))}) {
    for (const std::size_t overflow : {0U, 1U}) {
      PoolOptions watched = options(1, overflow);
      watched.leak_after = leak_after;
      PoolState state(watched);
      const Handle handle = open(state, 1 + overflow)[0];
      Time now = start;
      for (int looks = 0; looks < 3; ++looks) {
        EXPECT_GT(state.next_due(now), now) << "nothing is to be done yet";
        (void)state.take_wake();
        for (int calls = 0; calls < 3; ++calls) {
          now += milliseconds(1);
          EXPECT_EQ(state.give_back(handle, true, now).kind, Placement::Kind::keep);
          EXPECT_FALSE(state.take_wake()) << leak_after.count();
          if (calls == 1) (void)state.next_due(now);
          EXPECT_EQ(state.arrive(7, InOutage::wait, now).handle, handle);
          EXPECT_FALSE(state.take_wake()) << leak_after.count();
        }
      }
    }
  }
}

TEST(PoolState, RefusesAfterClose) {
  PoolState state(options(1, 0));
  const Handle handle = open(state, 1)[0];
  (void)state.arrive(2, InOutage::wait, start);
  EXPECT_EQ(state.close(), (std::vector<Ticket>{2}));
  EXPECT_EQ(state.arrive(3, InOutage::wait, start).kind, Admission::Kind::closed);
  EXPECT_EQ(state.give_back(handle, true, start).kind, Placement::Kind::close);
  EXPECT_EQ(state.next_work(start).reason, Eviction::closed);
  state.closed(handle);
  EXPECT_EQ(state.total(), 0U);
}

}  // namespace

}  // namespace tenon::backend::pool
