#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fake_server.hpp"

namespace tenon::backend {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

class Pool : public PoolTest {};

TEST_F(Pool, ReusesTheConnectionThatCameBackLast) {
  auto pool = make(options(2, 0));
  auto first = pool.acquire();
  auto second = pool.acquire();
  EXPECT_TRUE(first.fresh());
  const int number = of(first).number();
  second.release();
  first.release();
  auto again = pool.acquire();
  EXPECT_EQ(of(again).number(), number);
  EXPECT_FALSE(again.fresh());
  EXPECT_EQ(pool.stats().created, 2U);
}

TEST_F(Pool, ClosesOverflowAgainWhenItIsNotNeeded) {
  PoolOptions spiky = options(1, 2);
  spiky.overflow_linger = milliseconds(100);
  auto pool = make(spiky);
  std::vector<ConnectionPool::Lease> leases;
  for (int i = 0; i < 3; ++i) leases.push_back(pool.acquire());
  EXPECT_EQ(server_.open, 3);
  leases.clear();
  const PoolStats stats = pool.stats();
  EXPECT_EQ(stats.idle + stats.evicted(Eviction::overflow), 3U) << "it may be needed again at once";
  EXPECT_TRUE(becomes([&] { return server_.open == 1; }));
  EXPECT_TRUE(becomes([&] { return pool.stats().evicted(Eviction::overflow) == 2; }));
  EXPECT_EQ(pool.stats().idle, 1U);
}

TEST_F(Pool, OpensMinIdleAheadAndClosesOthersThatAreIdleForLong) {
  PoolOptions lean = options(4, 0);
  lean.min_idle = 2;
  lean.idle_timeout = milliseconds(100);
  auto pool = make(lean);
  EXPECT_TRUE(becomes([&] { return pool.stats().idle == 2; })) << "before anybody asked";
  {
    std::vector<ConnectionPool::Lease> leases;
    for (int i = 0; i < 4; ++i) leases.push_back(pool.acquire());
  }
  const PoolStats stats = pool.stats();
  EXPECT_EQ(stats.idle + stats.evicted(Eviction::idle), 4U);
  EXPECT_TRUE(becomes([&] { return pool.stats().evicted(Eviction::idle) == 2; }));
  EXPECT_EQ(pool.stats().idle, 2U);
}

TEST_F(Pool, SaysWhyNobodyGotAConnectionInTime) {
  PoolOptions one = options(1, 0);
  one.acquire_timeout = milliseconds(30);
  auto pool = make(one);
  const auto lease = pool.acquire();
  try {
    (void)pool.acquire();
    FAIL() << "there was no second connection to give";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::timeout);
    EXPECT_NE(std::string(error.what()).find("fake: became free in time: 1 of 1 open, 1 active, 0 idle"),
              std::string::npos)
        << error.what();
  }
  EXPECT_EQ(pool.stats().timeouts, 1U);
  EXPECT_EQ(pool.stats().waiting, 0U);
}

TEST_F(Pool, ReplacesBrokenExpiredAndSilentConnections) {
  PoolOptions tested = options(1, 0);
  tested.ping_after_idle = milliseconds(0);
  tested.ping_timeout = milliseconds(20);
  auto pool = make(tested);
  auto lease = pool.acquire();
  of(lease).broken = true;
  lease.release();
  EXPECT_EQ(server_.open, 0);
  lease = pool.acquire();
  EXPECT_EQ(of(lease).number(), 2);
  lease.release();
  std::this_thread::sleep_for(milliseconds(2));
  server_.answers_pings = false;
  lease = pool.acquire();
  EXPECT_EQ(of(lease).number(), 3);
  EXPECT_EQ(server_.pings, 1);
  EXPECT_EQ(server_.open, 1);
  const PoolStats stats = pool.stats();
  EXPECT_EQ(stats.created, 3U);
  EXPECT_EQ(stats.evicted(Eviction::broken), 1U);
  EXPECT_EQ(stats.evicted(Eviction::unanswered), 1U);
  EXPECT_EQ(stats.closed, 2U);
  EXPECT_EQ(stats.active, 1U);
}

// All that were idle were closed, one test after the other, and the caller was told of an outage.
TEST_F(Pool, ACallerWithoutTimeClosesOneConnectionAtMost) {
  PoolOptions tested = options(3, 0);
  tested.ping_after_idle = milliseconds(0);
  tested.ping_timeout = seconds(5);
  auto pool = make(tested);
  std::vector<ConnectionPool::Lease> leases;
  for (int i = 0; i < 3; ++i) leases.push_back(pool.acquire());
  leases.clear();
  std::this_thread::sleep_for(milliseconds(2));
  server_.answers_pings = false;
  try {
    (void)pool.acquire({.deadline = std::chrono::steady_clock::now() + milliseconds(20)});
    FAIL() << "there was no answer";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::timeout);
    EXPECT_NE(std::string(error.what()).find("answered its test in time"), std::string::npos)
        << error.what();
  }
  EXPECT_EQ(server_.pings, 1);
  EXPECT_EQ(pool.stats().idle, 2U);
  EXPECT_EQ(pool.stats().timeouts, 1U);
  server_.answers_pings = true;
  EXPECT_NO_THROW((void)pool.acquire());
}

TEST_F(Pool, EndsConnectionsByAge) {
  PoolOptions brief = options(1, 0);
  brief.max_lifetime = seconds(1);
  auto pool = make(brief);
  pool.acquire().release();
  EXPECT_TRUE(becomes([&] { return server_.open == 0; })) << "an idle one by itself";
  auto lease = pool.acquire();
  EXPECT_EQ(of(lease).number(), 2);
  std::this_thread::sleep_for(milliseconds(1'050));
  lease.release();
  EXPECT_TRUE(becomes([&] { return server_.open == 0; })) << "one in use when it comes back";
  EXPECT_EQ(pool.stats().evicted(Eviction::expired), 2U);
}

TEST_F(Pool, ServesTheQueueInOrder) {
  auto pool = make(options(1, 0));
  auto lease = pool.acquire();
  std::mutex mutex;
  std::vector<int> order;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto mine = pool.acquire();
      const std::lock_guard lock(mutex);
      order.push_back(i);
    });
    while (pool.stats().waiting != static_cast<std::size_t>(i) + 1) std::this_thread::yield();
  }
  lease.release();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
}

// 32 threads on 4 connections: in turn, each waits for 7 others; nobody waits for many rounds.
TEST_F(Pool, LetsNobodyStarve) {
  auto pool = make(options(4, 0));
  std::atomic<Clock::rep> longest{0};
  std::atomic<unsigned> least{1'000'000};
  const auto end = Clock::now() + seconds(1);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 32; ++thread) {
    threads.emplace_back([&] {
      unsigned rounds = 0;
      Clock::rep mine = 0;
      while (Clock::now() < end) {
        const auto start = Clock::now();
        const auto lease = pool.acquire();
        mine = std::max(mine, (Clock::now() - start).count());
        std::this_thread::sleep_for(milliseconds(2));
        ++rounds;
      }
      for (auto known = longest.load(); mine > known && !longest.compare_exchange_weak(known, mine);) {
      }
      for (auto known = least.load(); rounds < known && !least.compare_exchange_weak(known, rounds);) {
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LT(Clock::duration(longest), milliseconds(700)) << "7 turns of 2 ms, on a machine that is busy";
  EXPECT_GT(least, 2U);
  EXPECT_EQ(pool.stats().created, 4U);
}

TEST_F(Pool, GivesEachConnectionToOneOfManyThreads) {
  auto pool = make(options(3, 1));
  std::vector<std::thread> threads;
  std::atomic<bool> shared{false};
  for (int thread = 0; thread < 32; ++thread) {
    threads.emplace_back([&, thread] {
      for (int round = 0; round < 200; ++round) {
        auto lease = pool.acquire();
        if (++of(lease).users != 1) shared = true;
        if (round % 16 == 0) std::this_thread::yield();
        --of(lease).users;
        if ((round + thread) % 50 == 0) of(lease).broken = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(shared);
  EXPECT_LE(server_.most, 4);
  EXPECT_TRUE(becomes([&] { return pool.stats().connecting == 0; }));
  const PoolStats stats = pool.stats();
  EXPECT_EQ(stats.acquired, 32U * 200U);
  EXPECT_EQ(stats.active, 0U);
  EXPECT_EQ(stats.created - stats.closed, stats.idle);
}

// Waiters give up at the very moment at which connections come back: none may get lost on the way.
TEST_F(Pool, LosesNothingWhenAWaiterGivesUpDuringTheHandOver) {
  auto pool = make(options(2, 0));
  std::atomic<unsigned> served{0};
  std::atomic<unsigned> gave_up{0};
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (unsigned round = 0; round < 400; ++round) {
        try {
          const auto patience = std::chrono::microseconds((thread * 37 + round * 11) % 300);
          const auto lease = pool.acquire({.deadline = Clock::now() + patience});
          ++served;
          std::this_thread::sleep_for(std::chrono::microseconds(80));
        } catch (const Error&) {
          ++gave_up;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const PoolStats stats = pool.stats();
  EXPECT_EQ(served + gave_up, 8U * 400U);
  EXPECT_GT(served, 0U);
  EXPECT_GT(gave_up, 0U);
  EXPECT_EQ(stats.acquired, served);
  EXPECT_EQ(stats.timeouts, gave_up);
  EXPECT_EQ(stats.active, 0U);
  EXPECT_EQ(stats.waiting, 0U);
  const auto first = pool.acquire();
  const auto second = pool.acquire();
  EXPECT_EQ(pool.stats().active, 2U) << "both are still there";
}

TEST_F(Pool, CountsHowLongCallersWaited) {
  const auto over_25_ms = [](const PoolStats& stats) {
    EXPECT_EQ(PoolStats::wait_bounds[6], milliseconds(25));
    std::uint64_t count = 0;
    for (std::size_t bucket = 7; bucket < stats.acquire_waits.size(); ++bucket)
      count += stats.acquire_waits[bucket];
    return count;
  };
  auto pool = make(options(1, 0));
  auto lease = pool.acquire();
  const PoolStats before = pool.stats();
  std::thread waiter([&] { (void)pool.acquire(); });
  EXPECT_TRUE(becomes([&] { return pool.stats().waiting == 1; }));
  std::this_thread::sleep_for(milliseconds(30));
  lease.release();
  waiter.join();
  pool.acquire().release();
  const PoolStats after = pool.stats();
  std::uint64_t all = 0;
  for (const std::uint64_t count : after.acquire_waits) all += count;
  EXPECT_EQ(all, after.acquired);
  EXPECT_EQ(after.acquired, before.acquired + 2);
  EXPECT_EQ(over_25_ms(after), over_25_ms(before) + 1);
  EXPECT_GE(after.acquire_wait_total, before.acquire_wait_total + milliseconds(30));
}

TEST_F(Pool, TellsWhereAConnectionWasTakenThatDoesNotComeBack) {
  std::mutex mutex;
  std::vector<std::string> leaks;
  PoolOptions watched = options(2, 0);
  watched.leak_after = milliseconds(50);
  watched.observer = [&](const PoolEvent& event) {
    if (event.kind != PoolEvent::Kind::leak) return;
    EXPECT_GE(event.duration, milliseconds(50));
    const std::lock_guard lock(mutex);
    leaks.push_back(std::string(event.taken_at.file_name()) + ":" + std::to_string(event.taken_at.line()));
  };
  auto pool = make(watched);
  const auto here = std::source_location::current();
  const auto held = pool.acquire({.taken_at = here});
  pool.acquire().release();
  const std::string place = std::string(here.file_name()) + ":" + std::to_string(here.line());
  const auto told = [&] {
    const std::lock_guard lock(mutex);
    return std::count(leaks.begin(), leaks.end(), place);
  };
  EXPECT_TRUE(becomes([&] { return told() == 1; }));
  std::this_thread::sleep_for(milliseconds(120));
  EXPECT_EQ(told(), 1) << "once";
}

TEST_F(Pool, TellsItsObserverWhatHappens) {
  std::mutex mutex;
  std::vector<PoolEvent::Kind> seen;
  PoolOptions watched = options(1, 0);
  watched.acquire_timeout = milliseconds(10);
  watched.observer = [&](const PoolEvent& event) {
    {
      const std::lock_guard lock(mutex);
      seen.push_back(event.kind);
    }
    throw std::string("an observer that throws changes nothing");
  };
  auto pool = make(watched);
  using Kind = PoolEvent::Kind;
  const auto last_is = [&](Kind kind) {
    return becomes([&] {
      const std::lock_guard lock(mutex);
      return !seen.empty() && seen.back() == kind;
    });
  };
  server_.refuses = true;
  EXPECT_THROW((void)pool.acquire({.fail_in_outage = true}), Error);
  EXPECT_TRUE(last_is(Kind::connect_failed));
  server_.refuses = false;
  std::optional<ConnectionPool::Lease> lease;
  EXPECT_TRUE(becomes([&] {
    try {
      lease = pool.acquire();
    } catch (const Error&) {  // until the next attempt is due
    }
    return lease.has_value();
  }));
  EXPECT_TRUE(last_is(Kind::created));
  EXPECT_THROW((void)pool.acquire(), Error);
  EXPECT_TRUE(last_is(Kind::timeout));
  of(*lease).broken = true;
  lease->release();
  EXPECT_TRUE(last_is(Kind::evicted));
}

}  // namespace

}  // namespace tenon::backend
