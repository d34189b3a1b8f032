#include <atomic>
#include <numeric>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "support.hpp"

namespace tenon::test {
namespace {

class SqlitePool : public SqliteTest {
 protected:
  [[nodiscard]] auto open_with_readers(std::size_t readers) const {
    Config config;
    config.url = url();
    config.sqlite.readers = readers;
    config.pool.acquire_timeout = 10s;
    return backend::find_driver("sqlite")->open(config);
  }
  static void read_amount(backend::Engine& from) { EXPECT_EQ(number(from, "SELECT amount FROM items"), 1); }
  static void read_by_threads(backend::Engine& from, int threads, int reads) {
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t)
      all.emplace_back([&from, reads] {
        for (int i = 0; i < reads; ++i) read_amount(from);
      });
    for (std::thread& thread : all) thread.join();
  }
};

TEST_F(SqlitePool, CountsItsOneWriterAndItsReaders) {
  Config config;
  config.url = url();
  config.sqlite.readers = 2;
  config.pool.acquire_timeout = 30ms;
  const auto limited = backend::find_driver("sqlite")->open(config);
  EXPECT_EQ(limited->pool_stats().capacity, 3U);
  const auto writing = limited->begin(customer, {});
  const auto first = limited->begin(customer, {.access = Access::read});
  const auto second = limited->begin(customer, {.access = Access::read});
  PoolStats stats = limited->pool_stats();
  EXPECT_EQ(stats.active, 3U);
  EXPECT_EQ(stats.idle, 0U);
  EXPECT_EQ(kind_of([&] { (void)limited->begin(customer, {.access = Access::read}); }),
            Error::Kind::timeout);
  EXPECT_EQ(limited->pool_stats().timeouts, 1U);
  std::thread([&] {
    EXPECT_EQ(kind_of([&] { (void)limited->begin(customer, {}); }), Error::Kind::busy);
  }).join();
  EXPECT_EQ(limited->pool_stats().timeouts, 2U);
  first->rollback();
  stats = limited->pool_stats();
  EXPECT_EQ(stats.active, 2U);
  EXPECT_EQ(stats.idle, 1U);
}

TEST_F(SqlitePool, LendsOneReaderToManyThreadsInTurnAndCountsEachLoan) {
  constexpr int threads = 8;
  constexpr int reads = 500;
  const auto narrow = open_with_readers(1);
  put("a", 1);
  const PoolStats before = narrow->pool_stats();
  read_by_threads(*narrow, threads, reads);
  const PoolStats after = narrow->pool_stats();
  EXPECT_EQ(after.acquired - before.acquired, std::uint64_t{threads} * reads);
  EXPECT_EQ(std::accumulate(after.acquire_waits.begin(), after.acquire_waits.end(), std::uint64_t{0}),
            after.acquired);
  EXPECT_EQ(after.created, before.created + 1);
  EXPECT_EQ(after.active, 0U);
  EXPECT_EQ(after.waiting, 0U);
}

// Each loan through the queue would be a change of threads, which takes longer than the read.
TEST_F(SqlitePool, LetsThreadsThatRunReadOnThoughOthersWait) {
  constexpr int threads = 8;
  constexpr int reads = 2'000;
  const auto narrow = open_with_readers(2);
  put("a", 1);
  read_by_threads(*narrow, threads, reads);
  EXPECT_LT(narrow->pool_stats().waited, std::uint64_t{threads} * reads / 4);
}

TEST_F(SqlitePool, LendsAReaderToWhoWaitsThoughAnotherReadsWithoutAPause) {
  const auto narrow = open_with_readers(1);
  put("a", 1);
  std::atomic<bool> served{false};
  std::vector<std::thread> greedy;
  for (int t = 0; t < 3; ++t)
    greedy.emplace_back([&] {
      while (!served) read_amount(*narrow);
    });
  for (int i = 0; i < 20; ++i) read_amount(*narrow);
  served = true;
  for (std::thread& thread : greedy) thread.join();
  EXPECT_EQ(narrow->pool_stats().timeouts, 0U);
  EXPECT_EQ(narrow->pool_stats().waiting, 0U);
}

TEST_F(SqlitePool, LendsAReaderThatAnotherThreadLeft) {
  const auto shared = open_with_readers(2);
  for (int i = 0; i < 20; ++i)
    std::thread([&] { EXPECT_EQ(number(*shared, "SELECT count(*) FROM items"), 0); }).join();
  EXPECT_EQ(shared->pool_stats().created, 2U);  // the writer and one reader
}

TEST_F(SqlitePool, ForgetsAFailureToOpenAConnectionWhenOneHasOpened) {
  put("a", 1);
  const auto narrow = open_with_readers(1);
  std::filesystem::rename(file, file + ".moved");
  EXPECT_THROW(read_amount(*narrow), Error);
  EXPECT_NE(narrow->pool_stats().last_connect_error, "");
  std::filesystem::rename(file + ".moved", file);
  read_amount(*narrow);
  EXPECT_EQ(narrow->pool_stats().last_connect_error, "");
  EXPECT_EQ(narrow->pool_stats().connect_failures, 1U);
}

TEST_F(SqlitePool, IsClosedOnlyAfterTheReadsThatAreUnderWay) {
  put("a", 1);
  std::atomic<bool> reading{false};
  std::atomic<bool> done{false};
  std::thread reader([&] {
    run(*engine, ::tenon::test::reading("SELECT amount FROM items", {Type::int64}), {}, Deadline::max(),
        [&](Values row) {
          reading = true;
          std::this_thread::sleep_for(100ms);
          EXPECT_EQ(row[0].integral(), 1);
          done = true;
          return true;
        });
  });
  while (!reading) std::this_thread::yield();
  engine->close();
  EXPECT_TRUE(done);
  reader.join();
  EXPECT_EQ(kind_of([&] { (void)count(); }), Error::Kind::unavailable);
}

TEST_F(SqlitePool, IsClosedBesideAnOpenReadTransactionWhichKeepsItsConnection) {
  put("a", 1);
  const auto session = engine->begin(customer, {.access = Access::read});
  engine->close();
  EXPECT_EQ(number(*session, "SELECT count(*) FROM items"), 1);
  session->commit();
}

TEST_F(SqlitePool, SharesTheCacheAmongItsConnections) {
  const auto kibibytes = [](const Config& config) {
    return backend::find_driver("sqlite")->open(config)->maintenance()->query("PRAGMA cache_size",
                                                                              {})[0][0];
  };
  Config config;
  config.url = url();
  engine.reset();  // the first that opens a file decides for its writer
  config.sqlite.readers = 4;
  config.sqlite.cache_megabytes = 100;
  EXPECT_EQ(kibibytes(config), "-20480");
  config.sqlite.cache_megabytes = 0;
  EXPECT_EQ(kibibytes(config), "-2000");  // SQLite's own, and no less
}

TEST_F(SqlitePool, IsNotUsedInAForkedChild) {
  put("a", 1);
  const pid_t child = fork();
  if (child == 0) {
    const bool refused = kind_of([&] { (void)count(); }) == Error::Kind::unavailable &&
                         kind_of([&] { put("b", 1); }) == Error::Kind::unavailable;
    engine->close();
    engine.reset();  // takes no lock of the parent's away
    _exit(refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  put("b", 1);
  EXPECT_EQ(count(), 2);
}

// The child once wrote on the connection that it had inherited, under locks that only its parent had.
TEST_F(SqlitePool, OpensNoFileOfItsParentInAForkedChild) {
  put("a", 1);
  auto session = engine->begin(customer, {});
  const pid_t child = fork();
  if (child == 0) {
    const bool refused = kind_of([&] { (void)open(url()); }) == Error::Kind::unavailable &&
                         kind_of([&] {
                           run(*session, insert_item, {Value::text("c"), Value::integral(Type::int64, 1)});
                         }) == Error::Kind::unavailable;
    const auto other = open("sqlite:" + folder.file("other.db"));
    other->maintenance()->execute("CREATE TABLE t (x INTEGER) STRICT");
    session.reset();  // undoes nothing of the parent's
    _exit(refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  run(*session, insert_item, {Value::text("b"), Value::integral(Type::int64, 1)});
  session->commit();
  EXPECT_EQ(count(), 2);
}

}  // namespace
}  // namespace tenon::test
