#include <future>
#include <thread>

#include "support.hpp"

namespace tenon::test {
namespace {

class SqliteTransaction : public SqliteTest {
 protected:
  void put_in(backend::Session& session, const std::string& id, std::int64_t amount = 1) {
    run(session, insert_item, {Value::text(id), Value::integral(Type::int64, amount)});
  }
};

TEST_F(SqliteTransaction, CommitsOnlyWhenTold) {
  {
    const auto session = engine->begin(customer, {});
    put_in(*session, "a");
    EXPECT_EQ(number(*session, "SELECT count(*) FROM items"), 1);
    EXPECT_EQ(count(), 0);  // a reader sees what is committed
  }
  EXPECT_EQ(count(), 0);
  const auto session = engine->begin(customer, {});
  put_in(*session, "a");
  session->commit();
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(kind_of([&] { put_in(*session, "b"); }), Error::Kind::invalid_argument);
}

TEST_F(SqliteTransaction, NestsSavepoints) {
  const auto session = engine->begin(customer, {});
  put_in(*session, "a");
  session->savepoint(1);
  put_in(*session, "b");
  session->savepoint(2);
  put_in(*session, "c");
  session->rollback_to(2);
  session->release(2);
  put_in(*session, "d");
  EXPECT_EQ(kind_of([&] { put_in(*session, "a"); }), Error::Kind::already_exists);
  session->release(1);
  session->savepoint(1);
  put_in(*session, "e");
  session->rollback_to(1);
  session->commit();
  EXPECT_EQ(number(*engine, "SELECT group_concat(id, '') = 'abd' FROM (SELECT id FROM items ORDER BY id)"),
            1);
}

// SQLite itself leaves the rows as changed that came before the one whose computed value is of the wrong
// type.
TEST_F(SqliteTransaction, EndsAtAStatementThatSqliteDidHalf) {
  engine->maintenance()->execute(
      "CREATE TABLE pairs (id INTEGER PRIMARY KEY, a INTEGER, b ANY) STRICT;"
      "INSERT INTO pairs VALUES (1, 10, 20), (2, 11, 'x')");
  const Sql update = writing("UPDATE pairs SET a = b");
  {
    const auto session = engine->begin(customer, {});
    put_in(*session, "a");
    EXPECT_EQ(kind_of([&] { run(*session, update); }), Error::Kind::invalid_argument);
    EXPECT_EQ(kind_of([&] { put_in(*session, "b"); }), Error::Kind::invalid_argument);
    EXPECT_THROW(session->commit(), Error);
  }
  EXPECT_EQ(count(), 0);
  const auto session = engine->begin(customer, {});
  put_in(*session, "a");
  session->savepoint(1);
  EXPECT_EQ(kind_of([&] { run(*session, update); }), Error::Kind::invalid_argument);
  EXPECT_EQ(kind_of([&] { put_in(*session, "b"); }), Error::Kind::invalid_argument);
  session->rollback_to(1);
  put_in(*session, "c");
  session->commit();
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(number(*engine, "SELECT a FROM pairs WHERE id = 1"), 10);
}

TEST_F(SqliteTransaction, ReadsFromOneSnapshot) {
  put("a", 1);
  const auto session = engine->begin(customer, {.access = Access::read});
  EXPECT_EQ(number(*session, "SELECT count(*) FROM items"), 1);
  put("b", 2);
  EXPECT_EQ(number(*session, "SELECT count(*) FROM items"), 1);
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(kind_of([&] { put_in(*session, "c"); }), Error::Kind::read_only);
  session->commit();
}

TEST_F(SqliteTransaction, RefusesAWriteThatWouldWaitForItself) {
  const auto session = engine->begin(customer, {});
  put_in(*session, "a");
  EXPECT_EQ(kind_of([&] { put("b", 1); }), Error::Kind::invalid_argument);
  EXPECT_EQ(kind_of([&] { (void)engine->begin(customer, {}); }), Error::Kind::invalid_argument);
  EXPECT_EQ(kind_of([&] { (void)engine->maintenance(); }), Error::Kind::invalid_argument);
  session->commit();
  put("b", 1);
  EXPECT_EQ(count(), 2);
}

TEST_F(SqliteTransaction, RefusesAWriteFromWithinARowCallback) {
  const Sql insert =
      writing("INSERT INTO items (id, amount) VALUES ('x', 1) RETURNING id", {}, {Type::text});
  EXPECT_EQ(kind_of([&] {
              run(*engine, insert, {}, Deadline::max(), [&](Values) {
                put("y", 1);
                return true;
              });
            }),
            Error::Kind::invalid_argument);
  EXPECT_EQ(count(), 0);
}

TEST_F(SqliteTransaction, LetsOtherThreadsWaitTheirTurn) {
  auto session = engine->begin(customer, {});
  put_in(*session, "a");
  auto waiting = std::async(std::launch::async, [&] { put("b", 1); });
  EXPECT_EQ(waiting.wait_for(30ms), std::future_status::timeout);
  session->commit();
  waiting.get();
  EXPECT_EQ(count(), 2);
}

TEST_F(SqliteTransaction, TellsThoseWhoWaitTooLong) {
  const auto session = engine->begin(customer, {});
  std::thread([&] {
    EXPECT_EQ(kind_of([&] {
                run(*engine, insert_item, {Value::text("b"), Value::integral(Type::int64, 1)},
                    std::chrono::steady_clock::now() + 20ms);
              }),
              Error::Kind::timeout);
    EXPECT_EQ(kind_of([&] {
                (void)engine->begin(customer, {.deadline = std::chrono::steady_clock::now() + 20ms});
              }),
              Error::Kind::timeout);
    Config impatient;
    impatient.pool.acquire_timeout = 20ms;
    const auto second = open(url(), impatient);
    EXPECT_EQ(kind_of([&] { (void)second->begin(customer, {}); }), Error::Kind::busy);
  }).join();
  session->rollback();
  put("b", 1);
}

TEST_F(SqliteTransaction, EndsForGoodWhenSqliteUndoesIt) {
  const auto session = engine->begin(customer, {});
  put_in(*session, "a");
  const Sql endless = writing(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
      "UPDATE items SET amount = (SELECT max(i) FROM n)");
  EXPECT_EQ(kind_of([&] { run(*session, endless, {}, std::chrono::steady_clock::now() + 20ms); }),
            Error::Kind::timeout);
  EXPECT_EQ(kind_of([&] { put_in(*session, "b"); }), Error::Kind::timeout);
  EXPECT_EQ(kind_of([&] { session->commit(); }), Error::Kind::timeout);
  session->rollback();
  EXPECT_EQ(count(), 0);
  put("c", 1);
}

TEST_F(SqliteTransaction, OutlivesTheClosedEngine) {
  auto session = engine->begin(customer, {});
  put_in(*session, "a");
  engine->close();
  session->commit();
  session.reset();
  engine = open(url());
  EXPECT_EQ(count(), 1);
}

TEST_F(SqliteTransaction, GivesReadersOutInTurn) {
  Config config;
  config.sqlite.readers = 1;
  config.pool.acquire_timeout = 10s;
  const auto narrow = open(url(), config);
  auto session = narrow->begin(customer, {.access = Access::read});
  EXPECT_EQ(kind_of([&] {
              (void)narrow->begin(
                  customer, {.access = Access::read, .deadline = std::chrono::steady_clock::now() + 20ms});
            }),
            Error::Kind::timeout);
  auto waiting = std::async(std::launch::async, [&] { return number(*narrow, "SELECT 5"); });
  EXPECT_EQ(waiting.wait_for(30ms), std::future_status::timeout);
  session.reset();
  EXPECT_EQ(waiting.get(), 5);
}

}  // namespace
}  // namespace tenon::test
