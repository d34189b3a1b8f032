#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "support.hpp"

namespace tenon::test {
namespace {

class SqlitePool : public SqliteTest {};

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

}  // namespace
}  // namespace tenon::test
