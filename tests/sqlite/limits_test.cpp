#include <future>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "support.hpp"

namespace tenon::test {
namespace {

using SqliteLimits = SqliteTest;
using std::chrono::steady_clock;

const Sql endless_read = reading(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n", {Type::int64});

TEST_F(SqliteLimits, CancelAReadAtItsDeadline) {
  const auto start = steady_clock::now();
  const Error error = error_of([&] { run(*engine, endless_read, {}, start + 50ms); });
  EXPECT_EQ(error.kind(), Error::Kind::timeout);
  EXPECT_EQ(error.sqlstate(), "57014");
  EXPECT_LT(steady_clock::now() - start, 30s);
  EXPECT_EQ(count(), 0);
}

TEST_F(SqliteLimits, CancelAWriteAtItsDeadline) {
  const Sql endless = writing(
      "INSERT INTO items (id, amount) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
      "SELECT 'k' || i, i FROM n");
  EXPECT_EQ(kind_of([&] { run(*engine, endless, {}, steady_clock::now() + 50ms); }), Error::Kind::timeout);
  EXPECT_EQ(count(), 0);
  put("a", 1);
  EXPECT_EQ(count(), 1);
}

TEST_F(SqliteLimits, HoldForAWholeTransaction) {
  const auto session =
      engine->begin(customer, {.access = Access::read, .deadline = steady_clock::now() + 50ms});
  EXPECT_EQ(kind_of([&] { run(*session, endless_read); }), Error::Kind::timeout);
}

TEST_F(SqliteLimits, RefuseACallThatComesTooLate) {
  EXPECT_EQ(
      kind_of([&] { run(*engine, reading("SELECT 1", {Type::int64}), {}, steady_clock::now() - 1s); }),
      Error::Kind::timeout);
  EXPECT_EQ(kind_of([&] { run(*engine, writing("DELETE FROM items"), {}, steady_clock::now() - 1s); }),
            Error::Kind::timeout);
}

TEST_F(SqliteLimits, OfSqliteItselfAreToldAsSuch) {
  std::string deep = "SELECT 1";
  for (int i = 0; i < 2000; ++i) deep += " + 1";
  EXPECT_EQ(kind_of([&] { run(*engine, reading(deep, {Type::int64})); }), Error::Kind::limit_exceeded);
  std::string nested = "SELECT ";
  nested.append(2000, '(').append("1").append(2000, ')');
  EXPECT_EQ(kind_of([&] { run(*engine, reading(nested, {Type::int64})); }), Error::Kind::limit_exceeded);

  std::string wide = "SELECT 1 WHERE 1 IN (0";
  std::vector<Value> values(300'000, Value::integral(Type::int64, 2));
  for (std::size_t i = 1; i <= values.size(); ++i) wide += ", $" + std::to_string(i);
  const std::vector<Type> types(values.size(), Type::int64);
  EXPECT_EQ(kind_of([&] { run(*engine, reading(wide + ")", {Type::int64}, types), values); }),
            Error::Kind::limit_exceeded);
}

TEST_F(SqliteLimits, WaitForAnotherProgramAndThenTell) {
  Config config;
  config.sqlite.busy_timeout = 50ms;
  engine->close();
  engine = open(url(), config);
  Stranger stranger(file);
  stranger.run("BEGIN IMMEDIATE");
  const Error busy = error_of([&] { put("a", 1); });
  EXPECT_EQ(busy.kind(), Error::Kind::busy);
  EXPECT_TRUE(busy.retryable());
  EXPECT_EQ(kind_of([&] { (void)engine->begin(customer, {}); }), Error::Kind::busy);
  EXPECT_EQ(kind_of([&] {
              run(*engine, insert_item, {Value::text("a"), Value::integral(Type::int64, 1)},
                  steady_clock::now() + 10ms);
            }),
            Error::Kind::timeout);
  EXPECT_EQ(count(), 0);  // readers go on
  stranger.run("COMMIT");
  put("a", 1);
  EXPECT_EQ(count(), 1);
}

TEST_F(SqliteLimits, TellEveryMemberOfAGroupThatIsBusy) {
  Config config;
  config.sqlite.busy_timeout = 3s;
  engine->close();
  engine = open(url(), config);
  Stranger stranger(file);
  stranger.run("BEGIN IMMEDIATE");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const bool hurried = i % 2 != 0;
      const auto start = steady_clock::now();
      const Deadline deadline = hurried ? start + 20ms : Deadline::max();
      const Error::Kind kind = kind_of([&] {
        run(*engine, insert_item, {Value::text(std::to_string(i)), Value::integral(Type::int64, 1)},
            deadline);
      });
      EXPECT_EQ(kind, hurried ? Error::Kind::timeout : Error::Kind::busy);
      if (hurried) {
        EXPECT_LT(steady_clock::now() - start, config.sqlite.busy_timeout);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  stranger.run("ROLLBACK");
  put("a", 1);
  EXPECT_EQ(count(), 1);
}

TEST_F(SqliteLimits, LetAWriterInWhenTheOtherProcessIsDone) {
  int to_child[2];
  int to_parent[2];
  ASSERT_EQ(::pipe(to_child), 0);
  ASSERT_EQ(::pipe(to_parent), 0);
  engine->close();  // no connection may cross a fork
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    char byte = 0;
    sqlite3* db = nullptr;
    if (sqlite3_open(file.c_str(), &db) != SQLITE_OK) ::_exit(1);
    if (sqlite3_exec(db, "BEGIN IMMEDIATE; INSERT INTO items VALUES ('child', 1)", nullptr, nullptr,
                     nullptr))
      ::_exit(2);
    if (::write(to_parent[1], "x", 1) != 1 || ::read(to_child[0], &byte, 1) != 1) ::_exit(3);
    ::usleep(50'000);
    ::_exit(sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK ? 0 : 4);
  }
  char byte = 0;
  ASSERT_EQ(::read(to_parent[0], &byte, 1), 1);
  engine = open(url());
  ASSERT_EQ(::write(to_child[1], "x", 1), 1);
  put("parent", 2);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(count(), 2);
  for (const int fd : {to_child[0], to_child[1], to_parent[0], to_parent[1]}) ::close(fd);
}

}  // namespace
}  // namespace tenon::test
