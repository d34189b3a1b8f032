#include <atomic>
#include <thread>

#include "support.hpp"

namespace tenon::test {
namespace {

std::uintmax_t log_size(const std::string& file) {
  std::error_code ignored;
  const std::uintmax_t size = std::filesystem::file_size(file + "-wal", ignored);
  return ignored ? 0 : size;
}

// Writes about `megabytes` into the log, in rows of some 40 KB.
void write_much(backend::Engine& engine, int megabytes) {
  const std::string filler(40'000, 'x');
  const Sql upsert =
      writing("INSERT OR REPLACE INTO blobs (id, body) VALUES ($1, $2)", {Type::int64, Type::text});
  for (int i = 0; i < megabytes * 25; ++i) {
    run(engine, upsert, {Value::integral(Type::int64, i % 20), Value::text(filler)});
  }
}

class SqliteLog : public SqliteTest {
 protected:
  SqliteLog() {
    Config config;
    config.sqlite.synchronous = Synchronous::normal;
    engine->close();
    engine = open(url(), config);
    engine->maintenance()->execute("CREATE TABLE blobs (id INTEGER PRIMARY KEY, body TEXT) STRICT");
  }
};

TEST_F(SqliteLog, StaysSmallUnderSustainedWriting) {
  write_much(*engine, 150);
  EXPECT_LT(log_size(file), 40U << 20U);
}

// The checkpoint of the closing writer once ran beside that of the checkpoints' thread, on one connection,
// and wrote pages in each other's place.
TEST_F(SqliteLog, ClosingDuringACheckpointLeavesAWholeFile) {
  const Sql fill = writing(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) "
      "INSERT OR REPLACE INTO blobs (id, body) SELECT i, hex(randomblob(800)) FROM n",
      {});
  for (int round = 0; round < 6; ++round) {
    run(*engine, fill);
    engine->close();
    Stranger stranger(file);
    ASSERT_EQ(stranger.number("SELECT count(*) FROM pragma_quick_check WHERE quick_check <> 'ok'"), 0);
    ASSERT_EQ(stranger.number("SELECT count(*) FROM blobs"), 12'000);
    engine = open(url());
  }
}

TEST_F(SqliteLog, StaysBoundedWhileReadersOverlap) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto session = engine->begin(customer, {.access = Access::read});
        EXPECT_GE(number(*session, "SELECT coalesce(sum(length(body)), 0) FROM blobs"), 0);
        std::this_thread::sleep_for(2ms);
      }
    });
  }
  write_much(*engine, 300);
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_LT(log_size(file), 120U << 20U);
}

TEST_F(SqliteLog, ShrinksBackIntoUseWhenALongReaderLeaves) {
  auto session = engine->begin(customer, {.access = Access::read});
  EXPECT_EQ(number(*session, "SELECT count(*) FROM blobs"), 0);
  write_much(*engine, 40);
  EXPECT_EQ(number(*session, "SELECT count(*) FROM blobs"), 0);
  session.reset();
  const std::uintmax_t grown = log_size(file);
  write_much(*engine, 80);
  EXPECT_LT(log_size(file), grown + (40U << 20U));
}

}  // namespace
}  // namespace tenon::test
