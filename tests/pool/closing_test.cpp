#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "fake_server.hpp"

namespace tenon::backend {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

class PoolEnd : public PoolTest {};

TEST_F(PoolEnd, TurnsWaitersAwayAndWaitsForLeases) {
  auto pool = make(options(1, 0));
  auto lease = pool.acquire();
  std::thread waiter([&] { EXPECT_THROW((void)pool.acquire(), Error); });
  EXPECT_TRUE(becomes([&] { return pool.stats().waiting == 1; }));
  EXPECT_FALSE(pool.close(Clock::now() + milliseconds(10)));
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

TEST_F(PoolEnd, MayComeBeforeThatOfItsLeases) {
  ConnectionPool::Lease lease;
  {
    auto pool = make(options(1, 0));
    lease = pool.acquire();
  }
  EXPECT_EQ(server_.open, 1);
  lease.release();
  EXPECT_EQ(server_.open, 0);
}

TEST_F(PoolEnd, DrainsThenCancelsThenKills) {
  auto pool = make(options(3, 0));
  auto quick = pool.acquire();
  auto cancellable = pool.acquire();
  auto stubborn = pool.acquire();
  std::thread first([&] {
    std::this_thread::sleep_for(milliseconds(30));
    EXPECT_EQ(server_.cancelled, 0);
    quick.release();
  });
  std::thread second([&] {
    EXPECT_TRUE(becomes([&] { return server_.cancelled > 0; }));
    EXPECT_EQ(server_.killed, 0);
    cancellable.release();
  });
  std::thread third([&] {
    EXPECT_TRUE(becomes([&] { return of(stubborn).was_killed.load(); }));
    stubborn.release();
  });
  EXPECT_TRUE(pool.drain(Clock::now() + milliseconds(200)));
  first.join();
  second.join();
  third.join();
  EXPECT_EQ(server_.cancelled, 2);
  EXPECT_EQ(server_.killed, 1);
  EXPECT_EQ(server_.open, 0);
}

TEST_F(PoolEnd, DoesNotWaitForEverForALeaseThatStays) {
  auto pool = make(options(1, 0));
  const auto lease = pool.acquire();
  const auto start = Clock::now();
  EXPECT_FALSE(pool.drain(start));
  EXPECT_LT(Clock::now() - start, seconds(6));
}

TEST_F(PoolEnd, MayBeAskedForByItsOwnObserver) {
  std::atomic<ConnectionPool*> target{nullptr};
  std::atomic<bool> asked{false};
  PoolOptions watched = options(1, 0);
  watched.observer = [&](const PoolEvent& event) {
    if (event.kind != PoolEvent::Kind::leak) return;
    target.load()->close(Clock::now());
    asked = true;
  };
  watched.leak_after = milliseconds(20);
  auto pool = make(watched);
  target = &pool;
  auto lease = pool.acquire();
  EXPECT_TRUE(becomes([&] { return asked.load(); }));
  lease.release();
  EXPECT_EQ(server_.open, 0);
}

/// Runs `work` in a forked child; true when it returned true there.
template <class Work>
bool in_a_child(Work work) {
  const pid_t child = fork();
  if (child == 0) _exit(work() ? 0 : 1);
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(PoolEnd, OfAForkedChildLeavesTheParentsConnectionsAlone) {
  auto pool = std::make_optional<ConnectionPool>(
      "fake:", options(2, 0),
      [this](Deadline, const std::stop_token&) { return std::make_unique<FakeConnection>(server_); });
  auto lease = std::make_optional(pool->acquire());
  auto other = pool->acquire();
  other.release();
  EXPECT_TRUE(in_a_child([&] {
    bool refused = false;
    try {
      (void)pool->acquire();
    } catch (const Error& error) {
      refused = error.kind() == Error::Kind::unavailable &&
                std::string(error.what()).find("forked") != std::string::npos;
    }
    const int before = server_.open;
    lease.reset();
    pool->close(Clock::now());
    pool.reset();
    return refused && server_.abandoned == 1 && server_.open == before;
  }));
  lease.reset();
  EXPECT_EQ(server_.abandoned, 0);
  EXPECT_TRUE(pool->acquire()) << "the parent goes on";
  EXPECT_EQ(pool->stats().created, 2U);
}

}  // namespace

}  // namespace tenon::backend
