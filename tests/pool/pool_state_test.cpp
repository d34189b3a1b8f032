#include "pool/pool_state.hpp"

#include <deque>
#include <utility>

#include <gtest/gtest.h>

namespace tenon::backend::pool {

namespace {

TEST(PoolState, LendsTheLastReturnedFirst) {
  PoolState state(2, 0);
  EXPECT_EQ(state.arrive(1).kind, Admission::Kind::connect);
  EXPECT_EQ(state.arrive(2).kind, Admission::Kind::connect);
  state.connected();
  state.connected();
  EXPECT_EQ(state.give_back(10, true).kind, Service::Kind::keep_idle);
  EXPECT_EQ(state.give_back(20, true).kind, Service::Kind::keep_idle);
  EXPECT_EQ(state.arrive(3).handle, 20U);
  EXPECT_EQ(state.arrive(4).handle, 10U);
}

TEST(PoolState, ServesWaitersInOrderAndSkipsThoseThatLeft) {
  PoolState state(1, 0);
  (void)state.arrive(1);
  state.connected();
  for (const Ticket ticket : {2U, 3U, 4U}) EXPECT_EQ(state.arrive(ticket).kind, Admission::Kind::wait);
  EXPECT_TRUE(state.leave(2));
  EXPECT_FALSE(state.leave(2));
  const Service first = state.give_back(10, true);
  EXPECT_EQ(first.kind, Service::Kind::hand_over);
  EXPECT_EQ(first.ticket, 3U);
  EXPECT_EQ(state.give_back(11, true).ticket, 4U);
}

TEST(PoolState, LetsAWaiterConnectInPlaceOfABrokenConnection) {
  PoolState state(1, 0);
  (void)state.arrive(1);
  state.connected();
  (void)state.arrive(2);
  const Service service = state.give_back(10, false);
  EXPECT_EQ(service.kind, Service::Kind::let_connect);
  EXPECT_TRUE(service.close_returned);
  (void)state.arrive(3);
  EXPECT_EQ(state.connect_failed().ticket, 3U) << "a failed connect serves the next";
  EXPECT_EQ(state.connect_failed().kind, Service::Kind::nothing);
  EXPECT_EQ(state.total(), 0U);
}

TEST(PoolState, ClosesOverflowWhenNobodyWaits) {
  PoolState state(1, 1);
  (void)state.arrive(1);
  (void)state.arrive(2);
  state.connected();
  state.connected();
  EXPECT_EQ(state.give_back(10, true).kind, Service::Kind::close_returned);
  EXPECT_EQ(state.give_back(11, true).kind, Service::Kind::keep_idle);
}

TEST(PoolState, RefusesAfterClose) {
  PoolState state(1, 0);
  (void)state.arrive(1);
  state.connected();
  (void)state.arrive(2);
  EXPECT_EQ(state.close(), (std::deque<Ticket>{2}));
  EXPECT_EQ(state.arrive(3).kind, Admission::Kind::refuse);
  EXPECT_EQ(state.give_back(10, true).kind, Service::Kind::close_returned);
  EXPECT_EQ(state.total(), 0U);
}

// Every sequence of events to a depth, on a small pool, against the promises of the header.
class Explorer {
 public:
  explicit Explorer(unsigned depth) : depth_(depth) {}

  void explore(PoolState state, std::deque<Ticket> queue, Ticket next_ticket, unsigned step) {
    check(state, queue);
    ++states_;
    if (step == depth_) return;
    {
      PoolState after = state;
      auto waiting = queue;
      if (after.arrive(next_ticket).kind == Admission::Kind::wait) waiting.push_back(next_ticket);
      explore(after, waiting, next_ticket + 1, step + 1);
    }
    if (state.connecting() > 0) {
      PoolState good = state;
      good.connected();
      explore(good, queue, next_ticket, step + 1);
      PoolState bad = state;
      auto waiting = queue;
      serve(bad.connect_failed(), waiting);
      explore(bad, waiting, next_ticket, step + 1);
    }
    if (state.active() > 0) {
      for (const bool usable : {true, false}) {
        PoolState after = state;
        auto waiting = queue;
        const Service service = after.give_back(next_ticket, usable);
        EXPECT_TRUE(usable || service.close_returned);
        serve(service, waiting);
        explore(after, waiting, next_ticket + 1, step + 1);
      }
      PoolState again = state;
      again.reconnecting();
      explore(again, queue, next_ticket, step + 1);
    }
    if (queue.size() > 1) {
      PoolState after = state;
      auto waiting = queue;
      EXPECT_TRUE(after.leave(waiting.back()));
      waiting.pop_back();
      explore(after, waiting, next_ticket, step + 1);
    }
  }
  [[nodiscard]] std::size_t states() const { return states_; }

 private:
  static void serve(const Service& service, std::deque<Ticket>& queue) {
    if (service.kind != Service::Kind::hand_over && service.kind != Service::Kind::let_connect) return;
    ASSERT_FALSE(queue.empty());
    ASSERT_EQ(service.ticket, queue.front()) << "strictly in order";
    queue.pop_front();
  }
  static void check(const PoolState& state, const std::deque<Ticket>& queue) {
    ASSERT_EQ(state.waiting(), queue.size());
    ASSERT_LE(state.total(), state.capacity());
    ASSERT_LE(state.idle(), state.size());
    if (!queue.empty()) {
      ASSERT_EQ(state.idle(), 0U);
      ASSERT_EQ(state.total(), state.capacity());
    }
  }

  unsigned depth_;
  std::size_t states_ = 0;
};

TEST(PoolState, KeepsItsPromisesInEverySequenceOfEvents) {
  for (const auto& [size, overflow] : {std::pair{1U, 0U}, {1U, 1U}, {2U, 1U}, {0U, 1U}}) {
    Explorer explorer(8);
    explorer.explore(PoolState(size, overflow), {}, 1, 0);
    EXPECT_GT(explorer.states(), 1000U);
  }
}

}  // namespace

}  // namespace tenon::backend::pool
