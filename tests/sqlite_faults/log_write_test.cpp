#include <gtest/gtest.h>

#include "failing_log.hpp"
#include "support.hpp"

namespace tenon::test {
namespace {

constexpr int rows = 6'000;
constexpr auto sum = static_cast<std::int64_t>(rows) * (rows - 1) / 2;

// A transaction larger than the cache of 2 MB: SQLite writes its oldest pages into the log and reads them
// from there again.
class SqliteLogWrite : public SqliteTest {
 protected:
  SqliteLogWrite() {
    Config config;
    config.sqlite.cache_megabytes = 1;
    engine->close();
    engine = open(url(), config);
    engine->maintenance()->execute(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, amount INTEGER CHECK (amount >= 0), body TEXT) "
        "STRICT");
    session = engine->begin(customer, {});
    const Sql insert =
        writing("INSERT INTO notes (amount, body) VALUES ($1, $2)", {Type::int64, Type::text});
    const std::string kilobyte(1024, 'x');
    for (int i = 0; i < rows; ++i)
      run(*session, insert, {Value::integral(Type::int64, i), Value::text(kilobyte)});
  }
  void expect_whole_file(std::int64_t rows_in_it, std::int64_t sum_in_it) {
    session.reset();
    engine->close();
    Stranger stranger(file);
    EXPECT_EQ(stranger.number("SELECT count(*) FROM notes"), rows_in_it);
    EXPECT_EQ(stranger.number("SELECT coalesce(sum(amount), 0) FROM notes"), sum_in_it);
    EXPECT_EQ(stranger.text("PRAGMA integrity_check"), "ok");
  }

  std::unique_ptr<backend::Session> session;
};

// Read from the newest row back, the first page that is not in the cache is the one that went into the log
// last, which is gathered with others and not yet written. Where that fails SQLite undoes a statement that
// changes many rows, and keeps the transaction. The pages were once given up then, and the transaction
// committed without them.
TEST_F(SqliteLogWrite, ThatFailsForAReadKeepsWhatTheTransactionDidBefore) {
  {
    const FailingLog::OneFullDisk full;
    EXPECT_EQ(kind_of([&] {
                run(*session, writing("UPDATE notes SET amount = amount + 1 WHERE id IN "
                                      "(SELECT id FROM notes ORDER BY id DESC LIMIT 100000)"));
              }),
              Error::Kind::limit_exceeded);
    EXPECT_TRUE(full.met());
  }
  EXPECT_EQ(number(*session, "SELECT sum(amount) FROM notes"), sum);
  session->commit();
  expect_whole_file(rows, sum);
}

TEST_F(SqliteLogWrite, ThatFailsForACommitUndoesTheTransaction) {
  const FailingLog::OneFullDisk full;
  EXPECT_THROW(session->commit(), Error);
  EXPECT_TRUE(full.met());
  expect_whole_file(0, 0);
}

TEST_F(SqliteLogWrite, ThatFailsWithinATransactionUndoesIt) {
  const FailingLog::OneFullDisk full;
  EXPECT_THROW(
      {
        run(*session, writing("UPDATE notes SET amount = amount + 1"));
        session->commit();
      },
      Error);
  EXPECT_TRUE(full.met());
  expect_whole_file(0, 0);
}

// The pages are in the log then, and after a crash the next who opens the file would find them.
class SqliteLogSync : public SqliteTest {};

TEST_F(SqliteLogSync, ThatFailsLeavesTheOutcomeUnknown) {
  put("before", 1);
  {
    const FailingLog::OneFailedSync failed;
    EXPECT_EQ(kind_of([&] { put("alone", 1); }), Error::Kind::outcome_unknown);
  }
  {
    const FailingLog::OneFailedSync failed;
    const auto session = engine->begin(customer, {});
    run(*session, insert_item, {Value::text("in a transaction"), Value::integral(Type::int64, 1)});
    EXPECT_EQ(kind_of([&] { session->commit(); }), Error::Kind::outcome_unknown);
  }
  put("after", 1);
  EXPECT_EQ(count(), 2);
}

// SQLite looks at the clock once more when the commit is done. The row was there then, and the caller was
// told that it had been cancelled.
TEST_F(SqliteLogSync, ThatOutlastsTheDeadlineIsNoFailure) {
  const FailingLog::SlowSyncs slow;
  std::int64_t stored = 0;
  for (int i = 0; i < 400; ++i) {
    try {
      run(*engine, insert_item, {Value::text(std::to_string(i)), Value::integral(Type::int64, 1)},
          std::chrono::steady_clock::now() + 2ms);
      ++stored;
    } catch (const Error& error) {  // it was over before the write began
      EXPECT_EQ(error.kind(), Error::Kind::timeout) << error.what();
    }
  }
  EXPECT_GT(stored, 0);
  EXPECT_EQ(count(), stored);
}

}  // namespace
}  // namespace tenon::test

int main(int argc, char** argv) {
  tenon::test::FailingLog::install();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
