#include <unistd.h>

#include "support.hpp"

namespace tenon::test {
namespace {

enum : int { counting = 3, not_counting = 4 };

// In a process of its own, which a death test of the style "threadsafe" begins anew.
class SqliteMemoryStatistics : public testing::Test {
 protected:
  SqliteMemoryStatistics() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  ~SqliteMemoryStatistics() override { GTEST_FLAG_SET(death_test_style, "fast"); }

  [[noreturn]] static void open_and_tell(bool keep) {
    Config config;
    config.sqlite.memory_statistics = keep;
    const auto engine = open("sqlite::memory:", config);
    ::_exit(sqlite3_memory_used() > 0 ? counting : not_counting);
  }
};

TEST_F(SqliteMemoryStatistics, AreOffSoThatThreadsReadSideBySide) {
  EXPECT_EXIT(open_and_tell(false), testing::ExitedWithCode(not_counting), "");
}

TEST_F(SqliteMemoryStatistics, StayWhereTheHostWantsThem) {
  EXPECT_EXIT(open_and_tell(true), testing::ExitedWithCode(counting), "");
}

TEST_F(SqliteMemoryStatistics, StayWhereSqliteIsInUseAlreadyAndNoMisuseIsLogged) {
  const auto second = [] {
    sqlite3_config(
        SQLITE_CONFIG_LOG, +[](void*, int, const char*) { ::_exit(1); }, nullptr);
    sqlite3* host = nullptr;
    if (sqlite3_open(":memory:", &host) != SQLITE_OK) ::_exit(1);
    open_and_tell(false);
  };
  EXPECT_EXIT(second(), testing::ExitedWithCode(counting), "");
}

}  // namespace
}  // namespace tenon::test
