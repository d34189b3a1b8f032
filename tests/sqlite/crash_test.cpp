#include <csignal>
#include <set>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "support.hpp"

namespace tenon::test {
namespace {

using SqliteCrash = SqliteTest;

// Writes until it is killed; tells the number of each row that was acknowledged.
[[noreturn]] void write_until_killed(const std::string& url, int report) {
  const auto engine = open(url);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = thread;; i += 4) {
        run(*engine, insert_item, {Value::text(std::to_string(i)), Value::integral(Type::int64, i)});
        if (::write(report, &i, sizeof i) != sizeof i) ::_exit(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ::_exit(2);
}

TEST_F(SqliteCrash, OfTheProcessLosesNothingThatWasAcknowledged) {
  engine->close();  // no connection may cross a fork
  for (int round = 0; round < 3; ++round) {
    int reports[2];
    ASSERT_EQ(::pipe(reports), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(url(), reports[1]);
    ::close(reports[1]);
    std::set<int> acknowledged;
    const auto next = [&] {
      int number = 0;
      if (::read(reports[0], &number, sizeof number) != sizeof number) return false;
      acknowledged.insert(number);
      return true;
    };
    while (acknowledged.size() < 200 && next()) {
    }
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    while (next()) {
    }
    ::close(reports[0]);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);

    engine = open(url());
    std::set<int> stored;
    run(*engine, reading("SELECT amount FROM items", {Type::int32}), {}, Deadline::max(), [&](Values row) {
      stored.insert(static_cast<int>(row[0].integral()));
      return true;
    });
    for (const int number : acknowledged) EXPECT_TRUE(stored.contains(number)) << number;
    EXPECT_GE(acknowledged.size(), 200U);
    EXPECT_EQ(number(*engine, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
    run(*engine, writing("DELETE FROM items"));
    engine->close();
  }
}

}  // namespace
}  // namespace tenon::test
