#include <atomic>
#include <thread>

#include "support.hpp"

namespace tenon::test {
namespace {

using SqliteSharing = SqliteTest;

TEST_F(SqliteSharing, TwoEnginesOfOneFileHaveOneWriter) {
  std::filesystem::create_symlink(file, folder.file("link.db"));
  const auto second = open("sqlite:" + folder.file("link.db"));
  const auto session = engine->begin(customer, {});
  // The same thread would wait for itself, so the writer is the same.
  EXPECT_EQ(kind_of([&] { run(*second, writing("DELETE FROM items")); }), Error::Kind::invalid_argument);
  session->rollback();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 100; ++k) {
        run(i % 2 == 0 ? *engine : *second, insert_item,
            {Value::text(std::to_string(i) + "-" + std::to_string(k)), Value::integral(Type::int64, k)});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  engine->close();
  EXPECT_EQ(number(*second, "SELECT count(*) FROM items"), 400);
  run(*second, writing("DELETE FROM items"));
}

TEST_F(SqliteSharing, ASecondEngineMayAskForMoreDurability) {
  Config loose;
  loose.sqlite.synchronous = Synchronous::normal;
  const std::string other = "sqlite:" + folder.file("other.db");
  const auto first = open(other, loose);
  EXPECT_EQ(*first->maintenance()->query("PRAGMA synchronous", {})[0][0], "1");
  const auto second = open(other);
  EXPECT_EQ(*first->maintenance()->query("PRAGMA synchronous", {})[0][0], "2");
}

// Raw SQL in a transaction saw the tables, and the tenants, of whoever had opened the file first.
TEST_F(SqliteSharing, ASecondEngineMayNotAskForOtherWalls) {
  Config other;
  other.sqlite.raw_schemas = {"hosting"};
  EXPECT_EQ(kind_of([&] { (void)open(url(), other); }), Error::Kind::invalid_argument);
  other = {};
  other.sqlite.tenant_columns = {"customer_id"};
  EXPECT_EQ(kind_of([&] { (void)open(url(), other); }), Error::Kind::invalid_argument);
  other = {};
  other.sqlite.fence_raw_sql = true;
  EXPECT_EQ(kind_of([&] { (void)open(url(), other); }), Error::Kind::invalid_argument);
  engine->close();
  EXPECT_NO_THROW((void)open(url(), other));
}

TEST_F(SqliteSharing, OpeningAndClosingAtOnceIsSafe) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 20; ++k) {
        const auto own = open(url());
        run(*own, insert_item,
            {Value::text(std::to_string(i) + "-" + std::to_string(k)), Value::integral(Type::int64, k)});
        EXPECT_GE(number(*own, "SELECT count(*) FROM items"), 1);
      }
    });
  }
  engine->close();
  for (std::thread& thread : threads) thread.join();
  engine = open(url());
  EXPECT_EQ(count(), 80);
}

TEST_F(SqliteSharing, AFileMadeAnewIsAnotherFile) {
  const std::string other = folder.file("other.db");
  const auto old = open("sqlite:" + other);
  old->maintenance()->execute("CREATE TABLE t (a INTEGER) STRICT");
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(other + suffix);
  const auto fresh = open("sqlite:" + other);
  EXPECT_EQ(kind_of([&] { (void)number(*fresh, "SELECT count(*) FROM t"); }), Error::Kind::schema_mismatch);
}

TEST(SqliteMemory, IsSharedByAllThreadsOfItsEngineAndNobodyElse) {
  const auto engine = open("sqlite::memory:");
  const auto stranger = open("sqlite://");
  engine->maintenance()->execute("CREATE TABLE items (id TEXT PRIMARY KEY, amount INTEGER) STRICT");
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 200; ++k) {
        const std::string id = std::to_string(i) + "-" + std::to_string(k);
        run(*engine, insert_item, {Value::text(id), Value::integral(Type::int64, k)});
        if (number(*engine, "SELECT count(*) FROM items WHERE id = '" + id + "'") != 1) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(number(*engine, "SELECT count(*) FROM items"), 800);
  EXPECT_EQ(kind_of([&] { (void)number(*stranger, "SELECT count(*) FROM items"); }),
            Error::Kind::schema_mismatch);
}

TEST(SqliteMemory, HasTransactionsForReadingAndWriting) {
  const auto engine = open("sqlite::memory:");
  engine->maintenance()->execute("CREATE TABLE items (id TEXT PRIMARY KEY, amount INTEGER) STRICT");
  {
    const auto session = engine->begin(customer, {});
    run(*session, insert_item, {Value::text("a"), Value::integral(Type::int64, 1)});
    EXPECT_EQ(kind_of([&] { (void)number(*engine, "SELECT 1"); }), Error::Kind::invalid_argument);
  }
  const auto session = engine->begin(customer, {.access = Access::read});
  EXPECT_EQ(number(*session, "SELECT count(*) FROM items"), 0);
  session->commit();
}

}  // namespace
}  // namespace tenon::test
