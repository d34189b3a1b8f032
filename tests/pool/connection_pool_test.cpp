#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/backend/connection_pool.hpp>
#include <tenon/error.hpp>

namespace tenon::backend {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Server {
  std::atomic<int> open{0};
  std::atomic<int> most{0};
  std::atomic<int> opened{0};
  std::atomic<int> pings{0};
  std::atomic<bool> refuses{false};
  std::atomic<bool> answers{true};
};

class FakeConnection final : public PooledConnection {
 public:
  explicit FakeConnection(Server& server) : server_(server), number_(++server.opened) {
    const int now = ++server_.open;
    int most = server_.most;
    while (now > most && !server_.most.compare_exchange_weak(most, now)) {
    }
  }
  ~FakeConnection() override { --server_.open; }
  bool usable() noexcept override { return !broken; }
  bool ping(Deadline) override { return ++server_.pings, server_.answers; }
  [[nodiscard]] int number() const { return number_; }

  bool broken = false;
  std::atomic<int> users{0};

 private:
  Server& server_;
  int number_;
};

FakeConnection& of(ConnectionPool::Lease& lease) {
  return static_cast<FakeConnection&>(*lease);
}

class Pool : public ::testing::Test {
 protected:
  ConnectionPool make(PoolOptions options) {
    return ConnectionPool("fake:", options,
                          [this](Deadline, const std::stop_token&) -> std::unique_ptr<PooledConnection> {
                            if (server_.refuses)
                              throw Error(Error::Kind::unavailable, "the fake server refuses");
                            return std::make_unique<FakeConnection>(server_);
                          });
  }
  static PoolOptions options(std::size_t size, std::size_t overflow) {
    PoolOptions options;
    options.size = size;
    options.max_overflow = overflow;
    return options;
  }
  Server server_;
};

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

TEST_F(Pool, ClosesOverflowConnectionsWhenTheyComeBack) {
  auto pool = make(options(1, 2));
  std::vector<ConnectionPool::Lease> leases;
  for (int i = 0; i < 3; ++i) leases.push_back(pool.acquire());
  EXPECT_EQ(server_.open, 3);
  leases.clear();
  EXPECT_EQ(server_.open, 1);
  EXPECT_EQ(pool.stats().idle, 1U);
  EXPECT_EQ(pool.stats().closed, 2U);
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

TEST_F(Pool, TellsTheLastFailedConnectWhenWaitingWasInVain) {
  ConnectionPool pool("fake:", options(1, 0),
                      [](Deadline, const std::stop_token&) -> std::unique_ptr<PooledConnection> {
                        std::this_thread::sleep_for(milliseconds(200));
                        throw Error(Error::Kind::unavailable, "the fake server refuses");
                      });
  std::vector<std::thread> connecting;  // one after the other
  for (std::size_t i = 0; i < 2; ++i) {
    connecting.emplace_back([&] { EXPECT_THROW((void)pool.acquire(), Error); });
    while (pool.stats().connecting + pool.stats().waiting != i + 1) std::this_thread::yield();
  }
  try {
    (void)pool.acquire({.deadline = std::chrono::steady_clock::now() + milliseconds(300)});
    ADD_FAILURE() << "there was no connection to give";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::timeout);
    EXPECT_NE(std::string(error.what()).find("the fake server refuses"), std::string::npos) << error.what();
  }
  for (std::thread& thread : connecting) thread.join();
  EXPECT_EQ(pool.stats().connect_failures, 2U);
}

TEST_F(Pool, ReplacesBrokenExpiredAndSilentConnections) {
  PoolOptions tested = options(1, 0);
  tested.ping_after_idle = milliseconds(0);
  auto pool = make(tested);
  auto lease = pool.acquire();
  of(lease).broken = true;
  lease.release();
  EXPECT_EQ(server_.open, 0);
  lease = pool.acquire();
  EXPECT_EQ(of(lease).number(), 2);
  lease.release();
  std::this_thread::sleep_for(milliseconds(2));
  server_.answers = false;
  lease = pool.acquire();
  EXPECT_EQ(of(lease).number(), 3);
  EXPECT_EQ(server_.pings, 1);
  EXPECT_EQ(server_.open, 1);
  const PoolStats stats = pool.stats();
  EXPECT_EQ(stats.created, 3U);
  EXPECT_EQ(stats.closed, 2U);
  EXPECT_EQ(stats.active, 1U);
}

TEST_F(Pool, EndsConnectionsByAge) {
  PoolOptions brief = options(1, 0);
  brief.max_lifetime = seconds(1);
  auto pool = make(brief);
  pool.acquire().release();
  std::this_thread::sleep_for(milliseconds(1050));
  auto lease = pool.acquire();
  EXPECT_EQ(of(lease).number(), 2);
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

TEST_F(Pool, AFailedConnectServesTheNextInTheQueue) {
  auto pool = make(options(1, 0));
  auto lease = pool.acquire();
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      try {
        (void)pool.acquire();
      } catch (const Error&) {
        ++failed;
      }
    });
  }
  while (pool.stats().waiting != 4) std::this_thread::yield();
  server_.refuses = true;
  of(lease).broken = true;
  lease.release();
  for (std::thread& thread : threads) thread.join();  // would hang if a failure woke nobody
  EXPECT_EQ(failed, 4);
  EXPECT_EQ(pool.stats().total, 0U);
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
  const PoolStats stats = pool.stats();
  EXPECT_EQ(stats.acquired, 32U * 200U);
  EXPECT_EQ(stats.active, 0U);
  EXPECT_EQ(stats.created - stats.closed, stats.idle);
  EXPECT_EQ(static_cast<int>(stats.idle), server_.open);
}

TEST_F(Pool, CloseTurnsWaitersAwayAndWaitsForLeases) {
  auto pool = make(options(1, 0));
  auto lease = pool.acquire();
  std::thread waiter([&] { EXPECT_THROW((void)pool.acquire(), Error); });
  while (pool.stats().waiting != 1) std::this_thread::yield();
  EXPECT_FALSE(pool.close(std::chrono::steady_clock::now() + milliseconds(10)));
  waiter.join();
  std::thread holder([&] {
    std::this_thread::sleep_for(milliseconds(20));
    lease.release();
  });
  EXPECT_TRUE(pool.close(Deadline::max()));
  holder.join();
  EXPECT_EQ(server_.open, 0);
  EXPECT_THROW((void)pool.acquire(), Error);
}

TEST_F(Pool, MayEndBeforeItsLeases) {
  ConnectionPool::Lease lease;
  {
    auto pool = make(options(1, 0));
    lease = pool.acquire();
  }
  EXPECT_EQ(server_.open, 1);
  lease.release();
  EXPECT_EQ(server_.open, 0);
}

}  // namespace

}  // namespace tenon::backend
