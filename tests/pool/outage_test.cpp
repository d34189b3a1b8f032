#include <atomic>
#include <chrono>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "fake_server.hpp"

namespace tenon::backend {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

class PoolOutage : public PoolTest {
 protected:
  static PoolOptions probing(std::size_t size) {
    PoolOptions probing = options(size, 0);
    probing.backoff_min = milliseconds(20);
    probing.backoff_max = milliseconds(80);
    return probing;
  }
};

// The load of HikariCP's spike test: the pool, not the crowd, decides how many connections are made.
TEST_F(PoolOutage, ASpikeMakesFewConnections) {
  server_.connect_time = milliseconds(300);
  auto pool = make(options(5, 45));
  std::vector<std::thread> threads;
  std::latch all_here(50);
  for (int i = 0; i < 50; ++i) {
    threads.emplace_back([&] {
      all_here.arrive_and_wait();
      const auto lease = pool.acquire();
      std::this_thread::sleep_for(milliseconds(2));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(becomes([&] { return pool.stats().connecting == 0; }));
  EXPECT_LE(pool.stats().created, 7U);
}

TEST_F(PoolOutage, CallersWaitThroughIt) {
  server_.refuses = true;
  auto pool = make(probing(4));
  std::atomic<int> served{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      const auto lease = pool.acquire();
      ++served;
    });
  }
  EXPECT_TRUE(becomes([&] { return pool.stats().outage; }));
  std::this_thread::sleep_for(milliseconds(300));
  const int attempts = server_.attempts;
  EXPECT_LE(attempts, 4 + 300 / 20 + 1) << "4 at first, then one in 20 ms at most";
  EXPECT_EQ(served, 0);
  server_.refuses = false;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(served, 16);
  EXPECT_FALSE(pool.stats().outage);
  EXPECT_TRUE(pool.stats().last_connect_error.empty());
}

TEST_F(PoolOutage, ThatOutlastsTheirPatienceIsUnavailableAndTellsTheLastFailure) {
  server_.refuses = true;
  auto pool = make(probing(1));
  try {
    (void)pool.acquire({.deadline = Clock::now() + milliseconds(100)});
    FAIL() << "there was no connection to give";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::unavailable);
    EXPECT_NE(std::string(error.what()).find("the fake server refuses"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("0 of 1 open"), std::string::npos) << error.what();
  }
  const auto start = Clock::now();
  EXPECT_THROW((void)pool.acquire({.fail_in_outage = true}), Error);
  EXPECT_LT(Clock::now() - start, seconds(1)) << "for those who asked not to wait";
}

TEST_F(PoolOutage, OfThePasswordIsToldAtOnceAndHealsWithANewOne) {
  server_.refuses_the_password = true;
  auto pool = make(probing(1));
  for (int i = 0; i < 3; ++i) {
    try {
      (void)pool.acquire();
      FAIL() << "the password was refused";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::permission_denied);
    }
  }
  server_.refuses_the_password = false;
  EXPECT_TRUE(becomes([&] {
    try {
      pool.acquire().release();
      return true;
    } catch (const Error&) {
      return false;
    }
  }));
}

TEST_F(PoolOutage, ARefusedPasswordDoesNotDisturbConnectionsThatAreOpen) {
  auto pool = make(probing(2));
  auto lease = pool.acquire();
  server_.refuses_the_password = true;
  std::atomic<bool> served{false};
  std::thread waiter([&] {
    const auto mine = pool.acquire();
    served = true;
  });
  EXPECT_TRUE(becomes([&] { return pool.stats().connect_failures > 1; }));
  EXPECT_FALSE(served);
  lease.release();
  waiter.join();
  EXPECT_TRUE(served);
  std::this_thread::sleep_for(milliseconds(200));
  pool.acquire().release();
  EXPECT_TRUE(pool.stats().outage) << "it does not pass by itself";
}

// It was told for ever where no other connection was needed.
TEST_F(PoolOutage, IsOverWhenCallsSucceedAndNobodyWantsAnotherConnection) {
  auto pool = make(probing(2));
  auto lease = pool.acquire();
  server_.refuses = true;
  EXPECT_THROW((void)pool.acquire({.deadline = Clock::now() + milliseconds(100)}), Error);
  EXPECT_TRUE(pool.stats().outage);
  EXPECT_FALSE(pool.stats().last_connect_error.empty());
  lease.release();
  EXPECT_TRUE(becomes([&] {
    pool.acquire().release();
    return !pool.stats().outage;
  }));
  EXPECT_TRUE(pool.stats().last_connect_error.empty());
  lease = pool.acquire();
  EXPECT_THROW((void)pool.acquire({.deadline = Clock::now() + milliseconds(100)}), Error);
  EXPECT_TRUE(pool.stats().outage);
}

TEST_F(PoolOutage, AServerThatHangsHoldsNobodyForLongerThanTheyWait) {
  auto pool = make(options(2, 1));
  auto held = pool.acquire();
  server_.hangs = true;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto start = Clock::now();
      EXPECT_THROW((void)pool.acquire({.deadline = start + milliseconds(100)}), Error);
      EXPECT_LT(Clock::now() - start, seconds(2));
    });
  }
  for (std::thread& thread : threads) thread.join();
  held.release();
  EXPECT_TRUE(pool.acquire()) << "what is open still serves";
  const auto start = Clock::now();
  EXPECT_TRUE(pool.close(start + seconds(5)));
  EXPECT_LT(Clock::now() - start, seconds(3)) << "a connect that hangs does not hold the end up";
}

TEST_F(PoolOutage, AHungServerCostsOneTestNotOneForEachConnection) {
  PoolOptions tested = options(4, 0);
  tested.ping_after_idle = milliseconds(10);
  tested.ping_timeout = milliseconds(200);
  auto pool = make(tested);
  {
    std::vector<ConnectionPool::Lease> leases;
    for (int i = 0; i < 4; ++i) leases.push_back(pool.acquire());
  }
  std::this_thread::sleep_for(milliseconds(20));
  server_.answers_pings = false;
  (void)pool.acquire();
  EXPECT_EQ(server_.pings, 1);
  EXPECT_EQ(pool.stats().evicted(Eviction::unanswered), 4U);
}

TEST_F(PoolOutage, ThatComesFromAFailedConnectServesTheNextInTheQueue) {
  auto pool = make(probing(1));
  auto lease = pool.acquire();
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      try {
        (void)pool.acquire({.fail_in_outage = true});
      } catch (const Error&) {
        ++failed;
      }
    });
  }
  EXPECT_TRUE(becomes([&] { return pool.stats().waiting == 4; }));
  server_.refuses = true;
  of(lease).broken = true;
  lease.release();
  for (std::thread& thread : threads) thread.join();  // would hang if a failure woke nobody
  EXPECT_EQ(failed, 4);
  EXPECT_EQ(pool.stats().total, 0U);
}

}  // namespace

}  // namespace tenon::backend
