#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <signal.h>
#include <thread>

#include "fixture.hpp"

namespace tenon::test {
namespace {

constexpr int files = 9;

// Kills `tenon migrate` at random moments and looks at what is left.
class Crash : public MigratorTest {
 protected:
  void write_files() const {
    file("1_log.up.sql", "CREATE TABLE log (entry text NOT NULL);\n");
    file("1_log.down.sql", "DROP TABLE log;\n");
    for (int i = 2; i <= files; ++i) {
      const std::string n = std::to_string(i);
      std::string up = i % 3 == 0 ? "-- tenon:no-transaction\n" : "";
      up += "CREATE TABLE t" + n + " (n integer NOT NULL);\n";
      up += "INSERT INTO log VALUES ('" + n + "');\n";
      if (i % 3 == 0 && postgres()) up += "CREATE INDEX CONCURRENTLY t" + n + "_n ON t" + n + " (n);\n";
      up += "INSERT INTO t" + n + " VALUES (1);\n";
      file(n + "_t.up.sql", up);
      file(n + "_t.down.sql", "DELETE FROM log WHERE entry = '" + n + "';\nDROP TABLE t" + n + ";\n");
    }
  }

  void finish(int round) const {
    int code = run({"up", "--source", source()});
    if (code != 0 && complaint().find("[invalid-index]") != std::string::npos) {
      ++mended_;
      ASSERT_EQ(run({"repair", "--source", source()}), 0) << complaint();
      code = run({"up", "--source", source()});
    }
    ASSERT_EQ(code, 0) << "round " << round << "\n" << complaint();
  }

  // Every file is in the database once, and the history says so.
  void expect_whole(const std::string& reference, int round) const {
    ASSERT_EQ(schema(), reference) << "round " << round;
    Database database = open();
    Migrator migrator = app(database);
    EXPECT_TRUE(migrator.validate().empty());
    EXPECT_EQ(migrator.version(), files);
    std::map<std::int64_t, int> balance;
    for (const MigrationEvent& event : migrator.history())
      balance[event.version] += event.action == MigrationEvent::Action::up ? 1 : -1;
    for (int i = 1; i <= files; ++i) EXPECT_EQ(balance[i], 1) << "version " << i;
    const auto maintenance = database.engine().maintenance();
    EXPECT_EQ(maintenance->query("SELECT count(*) FROM log", {})[0][0], std::to_string(files - 1));
    for (int i = 2; i <= files; ++i)
      EXPECT_EQ(maintenance->query("SELECT count(*) FROM t" + std::to_string(i), {})[0][0], "1");
  }

  mutable int mended_ = 0;
};

TEST_P(Crash, AtAnyMomentLeavesAStateFromWhichUpGoesOn) {
  using std::chrono::microseconds;
  using std::chrono::steady_clock;
  write_files();
  const auto began = steady_clock::now();
  ASSERT_EQ(run({"up", "--source", source()}), 0) << complaint();
  auto whole = std::chrono::duration_cast<microseconds>(steady_clock::now() - began);
  const std::string reference = schema();

  const char* const wanted = std::getenv("TENON_KILL_RUNS");  // NOLINT(concurrency-mt-unsafe)
  const int rounds = wanted != nullptr ? std::max(1, std::atoi(wanted)) : 20;
  std::mt19937 random(std::random_device{}());
  int killed = 0;
  for (int round = 0; round < rounds && !HasFatalFailure(); ++round) {
    // Up from nothing, or down to nothing; either is cut short.
    const bool up = round % 4 != 3;
    if (up) {
      ASSERT_EQ(run({"to", "0", "--source", source()}), 0) << complaint();
    }
    const auto started = steady_clock::now();
    const pid_t process = start({"to", up ? std::to_string(files) : "0", "--source", source()});
    std::this_thread::sleep_for(microseconds(random() % static_cast<unsigned long>(whole.count())));
    kill(process, SIGKILL);
    if (wait(process) == -SIGKILL) {
      ++killed;
    } else {
      whole = std::min(whole, std::chrono::duration_cast<microseconds>(steady_clock::now() - started));
    }
    finish(round);
    if (HasFatalFailure()) return;
    expect_whole(reference, round);
  }
  std::cout << killed << " of " << rounds << " runs were killed, " << mended_ << " left an invalid index\n";
  EXPECT_GE(killed, rounds / 4);
}

TENON_ON_BACKENDS(Crash);

}  // namespace
}  // namespace tenon::test
