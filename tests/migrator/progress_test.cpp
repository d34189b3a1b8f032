#include <array>
#include <pty.h>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "fixture.hpp"

namespace tenon::test {
namespace {

class Progress : public MigratorTest {
 protected:
  // What `tenon migrate up` shows on a terminal.
  [[nodiscard]] std::string on_a_terminal() const {
    const std::string database = url();
    const std::string files = source();
    int terminal = -1;
    const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
      execl(TENON_PROGRAM, TENON_PROGRAM, "--url", database.c_str(), "migrate", "up", "--source",
            files.c_str(), static_cast<char*>(nullptr));
      _exit(127);
    }
    std::string shown;
    std::array<char, 4096> part{};
    for (;;) {  // a terminal whose other end is gone fails to be read
      const ssize_t count = ::read(terminal, part.data(), part.size());
      if (count <= 0) break;
      shown.append(part.data(), static_cast<std::size_t>(count));
    }
    ::close(terminal);
    EXPECT_EQ(wait(child), 0) << shown;
    return shown;
  }
};

TEST_P(Progress, OnATerminalIsTheStatementUnderWayAndTheTime) {
  file("1_t.up.sql", "CREATE TABLE t (n integer);\nINSERT INTO t VALUES (1);\n");
  const std::string shown = on_a_terminal();
  EXPECT_THAT(shown,
              ::testing::ContainsRegex("\r\x1b\\[K1_t \\(.*1_t\\.up\\.sql\\): statement 1 of 2, [0-9]+ s"));
  EXPECT_THAT(shown, ::testing::HasSubstr("statement 2 of 2"));
  EXPECT_THAT(shown, ::testing::ContainsRegex("\r\x1b\\[KApplied 1_t: 2 statements, [0-9]+ ms"))
      << "the line is wiped before the next";
}

TEST_P(Progress, ElsewhereIsALineForEachFileAndNothingThatMoves) {
  file("1_t.up.sql", "CREATE TABLE t (n integer);\nINSERT INTO t VALUES (1);\n");
  ASSERT_EQ(run({"up", "--source", source()}), 0) << complaint();
  EXPECT_EQ(complaint(), "");
  EXPECT_THAT(output(), ::testing::HasSubstr("Applied 1_t: 2 statements, "));
  EXPECT_THAT(output(),
              ::testing::Not(::testing::AnyOf(::testing::HasSubstr("\x1b"), ::testing::HasSubstr("\r"))));
}

TENON_ON_BACKENDS(Progress);

}  // namespace
}  // namespace tenon::test
