#include <atomic>
#include <csignal>
#include <thread>

#include <sys/resource.h>

#include "support.hpp"

namespace tenon::test {
namespace {

// At synchronous=FULL, the default, the write-ahead log gathers what a commit writes.
using SqliteLogGathering = SqliteTest;

const std::string kilobyte(1024, 'x');

void put_kilobytes(backend::Session& session, int from, int to) {
  for (int i = from; i < to; ++i) {
    run(session, insert_item, {Value::text(std::to_string(i) + kilobyte), Value::integral(Type::int64, i)});
  }
}

TEST_F(SqliteLogGathering, ShowsOthersACommitAsSoonAsItIsDone) {
  Stranger stranger(file);
  for (int i = 0; i < 200; ++i) {
    put(std::to_string(i) + kilobyte, i);
    ASSERT_EQ(stranger.number("SELECT sum(amount) FROM items"), i * (i + 1) / 2);
    ASSERT_EQ(count(), i + 1);
  }
}

TEST_F(SqliteLogGathering, NeverShowsHalfACommit) {
  std::atomic<bool> done{false};
  std::thread reader([&] {
    Stranger stranger(file);
    while (!done) {
      ASSERT_EQ(stranger.number("SELECT count(*) % 40 FROM items"), 0);
      ASSERT_EQ(number(*engine, "SELECT count(*) % 40 FROM items"), 0);
    }
  });
  for (int i = 0; i < 60; ++i) {
    const auto session = engine->begin(customer, {});
    put_kilobytes(*session, i * 40, i * 40 + 40);
    if (i % 3 == 0) {
      session->rollback();
    } else {
      session->commit();
    }
  }
  done = true;
  reader.join();
  EXPECT_EQ(count(), 1600);
}

// 20 MB: SQLite writes pages into the log before the commit and reads them from there again.
TEST_F(SqliteLogGathering, ReadsWhatATransactionLargerThanTheCacheWrote) {
  Config config;
  config.sqlite.cache_megabytes = 1;
  engine->close();
  engine = open(url(), config);
  constexpr int rows = 10'000;
  const auto sum = static_cast<std::int64_t>(rows) * (rows - 1) / 2;
  for (const bool commits : {false, true}) {
    const auto session = engine->begin(customer, {});
    put_kilobytes(*session, 0, rows);
    EXPECT_EQ(number(*session, "SELECT sum(amount) FROM items"), sum);
    EXPECT_EQ(count(), 0);
    if (commits) {
      session->commit();
    } else {
      session->rollback();
    }
  }
  EXPECT_EQ(number(*engine, "SELECT sum(amount) FROM items"), sum);
  engine->close();
  Stranger stranger(file);
  EXPECT_EQ(stranger.number("SELECT sum(amount) FROM items"), sum);
  EXPECT_EQ(stranger.text("PRAGMA integrity_check"), "ok");
}

// SQLite tells its log nothing of a rollback. What a transaction had gathered until then was once written
// later, in the place of what another process had committed meanwhile.
TEST_F(SqliteLogGathering, WritesNothingOfATransactionThatWasRolledBack) {
  Config config;
  config.sqlite.cache_megabytes = 1;
  engine->close();
  engine = open(url(), config);
  Stranger stranger(file);
  int stored = 0;
  for (int rows = 200; rows <= 2000; rows += 60) {
    {
      const auto session = engine->begin(customer, {});
      put_kilobytes(*session, 0, rows);
      session->rollback();
    }
    stranger.run("INSERT INTO items SELECT 's" + std::to_string(rows) + "' || hex(zeroblob(150000)), 1");
    ++stored;
    ASSERT_EQ(count(), stored) << rows;
    put(std::to_string(rows), 1);
    ++stored;
    ASSERT_EQ(stranger.number("SELECT count(*) FROM items"), stored) << rows;
    ASSERT_EQ(stranger.text("PRAGMA integrity_check"), "ok") << rows;
  }
}

TEST_F(SqliteLogGathering, EndsWhileAMigrationMayLowerTheDurability) {
  Stranger stranger(file);
  {
    const auto maintenance = engine->maintenance();
    maintenance->execute("PRAGMA synchronous=OFF");
    for (int i = 0; i < 50; ++i) {
      maintenance->execute("INSERT INTO items VALUES ('" + std::to_string(i) + kilobyte + "', 1)");
      ASSERT_EQ(stranger.number("SELECT count(*) FROM items"), i + 1);
    }
  }
  put("after", 1);
  EXPECT_EQ(stranger.number("SELECT count(*) FROM items"), 51);
}

// Files of this process grow no further than `bytes`.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit before_{};
};

TEST_F(SqliteLogGathering, TellsOfALogThatCannotGrowAndLosesNothing) {
  put("before" + kilobyte, 1);
  const auto log_size = std::filesystem::file_size(file + "-wal");
  int stored = 1;
  {
    const FileSizeLimit limit(log_size + 30'000);
    bool refused = false;
    for (int i = 0; i < 50 && !refused; ++i) {
      try {
        put(std::to_string(i) + kilobyte, 1);
        ++stored;
      } catch (const Error& error) {
        refused = true;
        EXPECT_TRUE(error.kind() == Error::Kind::unavailable || error.kind() == Error::Kind::limit_exceeded)
            << error.what();
      }
    }
    EXPECT_TRUE(refused);
    EXPECT_GT(stored, 1);
    EXPECT_EQ(count(), stored);
  }
  put("after" + kilobyte, 1);
  EXPECT_EQ(count(), stored + 1);
  engine->close();
  Stranger stranger(file);
  EXPECT_EQ(stranger.number("SELECT count(*) FROM items"), stored + 1);
  EXPECT_EQ(stranger.text("PRAGMA integrity_check"), "ok");
}

TEST_F(SqliteLogGathering, UndoesATransactionLargerThanTheCacheWhoseLogCannotGrow) {
  Config config;
  config.sqlite.cache_megabytes = 1;
  engine->close();
  engine = open(url(), config);
  put("before" + kilobyte, 1);
  {
    const FileSizeLimit limit(std::filesystem::file_size(file + "-wal") + 1'000'000);
    EXPECT_THROW(
        {
          const auto session = engine->begin(customer, {});
          put_kilobytes(*session, 0, 10'000);
          session->commit();
        },
        Error);
    EXPECT_EQ(count(), 1);
  }
  put("after" + kilobyte, 1);
  EXPECT_EQ(count(), 2);
  engine->close();
  Stranger stranger(file);
  EXPECT_EQ(stranger.number("SELECT count(*) FROM items"), 2);
  EXPECT_EQ(stranger.text("PRAGMA integrity_check"), "ok");
}

}  // namespace
}  // namespace tenon::test
