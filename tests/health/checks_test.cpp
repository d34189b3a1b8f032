// The connection for checks: when it is lost, when the database closes, when the process forks.

#include <atomic>
#include <chrono>
#include <future>
#include <optional>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tenon/database.hpp>

#include "fake_backend.hpp"

namespace tenon::test {
namespace {

using namespace std::chrono_literals;

class HealthChecks : public ::testing::Test {
 protected:
  HealthChecks() { backend::register_driver(std::make_shared<FakeDriver>(fake)); }

  static Database open() { return Database::open("fake:database"); }

  // A check is under way from when this returns until `released`.
  std::thread check_that_hangs(Database& database) {
    fake.ping = [this](int, backend::Deadline) {
      hangs.set_value();
      released.wait();
    };
    std::thread checking([&database] { (void)database.ready(10s); });
    hangs.get_future().wait();
    return checking;
  }

  FakeBackend fake;
  std::promise<void> hangs;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
};

// A new connection was once taken for an answer.
TEST_F(HealthChecks, AreNotPassedByANewConnectionThatDoesNotAnswer) {
  const Database database = open();
  ASSERT_TRUE(database.ready());
  fake.ping = [](int, backend::Deadline) { lose_connection(); };
  EXPECT_FALSE(database.ready());
  EXPECT_FALSE(database.ready());
  fake.ping = [](int, backend::Deadline) {};
  EXPECT_TRUE(database.ready());
}

// As something on the way does that forgets connections on which nothing was said for long.
TEST_F(HealthChecks, ArePassedThoughTheKeptConnectionWasDroppedInSilence) {
  const Database database = open();
  ASSERT_TRUE(database.ready());
  fake.ping = [](int probe, backend::Deadline deadline) {
    if (probe > 1) return;
    std::this_thread::sleep_until(deadline);
    throw Error(Error::Kind::timeout, "no answer in time");
  };
  EXPECT_EQ(database.ready(300ms).error, "");
  EXPECT_EQ(fake.probes, 2);
}

// It took a third of its own timeout for the connection that was lost, and others failed meanwhile.
TEST_F(HealthChecks, WithAllTheTimeInTheWorldDoNotHoldUpOthersForLong) {
  const Database database = open();
  ASSERT_TRUE(database.ready());
  std::atomic<bool> lost{false};
  fake.ping = [&](int probe, backend::Deadline deadline) {
    if (probe > 1) return;
    lost = true;
    std::this_thread::sleep_until(deadline);
    throw Error(Error::Kind::timeout, "no answer in time");
  };
  std::thread patient([&] { EXPECT_EQ(database.health(20s).error, ""); });
  while (!lost) std::this_thread::yield();
  EXPECT_EQ(database.ready().error, "");
  patient.join();
}

TEST_F(HealthChecks, DoNotHoldUpTheRefusalOfCalls) {
  for (const bool patient : {true, false}) {
    hangs = {};
    release = {};
    released = release.get_future().share();
    Database database = open();
    std::thread checking = check_that_hangs(database);
    std::promise<void> refused;
    fake.refuse_calls = [&] { refused.set_value(); };
    std::thread closing([&] { patient ? (void)database.close(5s) : database.close(); });
    EXPECT_EQ(refused.get_future().wait_for(2s), std::future_status::ready);
    EXPECT_FALSE(database.ready(100ms));
    release.set_value();
    checking.join();
    closing.join();
    fake.refuse_calls = [] {};
  }
}

// Closing waited for as long as the name server hung that a check, answered long ago, had asked.
TEST_F(HealthChecks, ThatHangAreLeftBehindWithTheEngineWhenTheDatabaseCloses) {
  std::optional<Database> database = open();
  bool refused = false;
  fake.ping = [this](int, backend::Deadline) { released.wait(); };
  fake.refuse_calls = [&] { refused = true; };
  ASSERT_FALSE(database->ready(50ms));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(database->close(10s));  // nobody awaits the check any more
  database.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
  EXPECT_TRUE(refused);
  EXPECT_EQ(fake.engines, 1);
  release.set_value();
  for (int i = 0; i < 500 && fake.engines > 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(fake.engines, 0);
}

TEST_F(HealthChecks, AreAwaitedAsCallsAreWhenTheDatabaseCloses) {
  Database database = open();
  fake.ping = [this](int, backend::Deadline) {
    hangs.set_value();
    std::this_thread::sleep_for(1500ms);
  };
  std::thread checking([&] { EXPECT_TRUE(database.ready(10s)); });
  hangs.get_future().wait();
  EXPECT_TRUE(database.close(8s));
  EXPECT_EQ(fake.probes, 1);
  checking.join();
}

TEST_F(HealthChecks, UnderWayAtAForkDoNotKeepTheChildFromDestroyingTheDatabase) {
  std::optional<Database> database = open();
  std::thread checking = check_that_hangs(*database);
  std::this_thread::sleep_for(50ms);  // until it waits for the answer
  const pid_t child = fork();
  if (child == 0) {
    alarm(5);
    database->close();
    database.reset();
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  release.set_value();
  checking.join();
}

}  // namespace
}  // namespace tenon::test
