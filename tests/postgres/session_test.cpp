#include <array>
#include <span>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include <tenon/secure_table.hpp>

#include "fixture.hpp"

namespace tenon::postgres::testing {

namespace {

class Session : public PostgresTest {
 protected:
  std::unique_ptr<backend::Session> begin(const backend::TransactionOptions& options = {}) {
    return engine_->begin({"acme", Role::customer, ""}, options);
  }
  static void add(backend::Session& session, std::int64_t id) {
    rows(session, insert_thing(), {Value::text("acme"), Value::integral(Type::int64, id), Value::text("")});
  }
  std::size_t count() { return rows(*engine_, "acme", all_things()).size(); }
};

TEST_F(Session, CommitsOnlyWhenTold) {
  {
    const auto session = begin();
    add(*session, 1);
  }
  EXPECT_EQ(count(), 0U);
  const auto session = begin();
  add(*session, 1);
  session->commit();
  EXPECT_EQ(count(), 1U);
  EXPECT_KIND(Error::Kind::invalid_argument, add(*session, 2));
  EXPECT_KIND(Error::Kind::invalid_argument, session->commit());
}

TEST_F(Session, CommitsNothingAtAllWithoutARoundTrip) {
  const auto session = begin();
  session->commit();
  EXPECT_EQ(count(), 0U);
}

// The child once spoke on its parent's socket.
TEST_F(Session, IsRefusedInAForkedChild) {
  auto session = begin();
  add(*session, 1);
  const pid_t child = fork();
  if (child == 0) {
    bool refused = false;
    try {
      add(*session, 2);
    } catch (const Error& error) {
      refused = error.kind() == Error::Kind::unavailable;
    }
    session.reset();
    _exit(refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  add(*session, 3);
  session->commit();
  EXPECT_EQ(count(), 2U);
}

// Its end was taken for one of tenon's own cancellations, and the transaction for a sound one.
TEST_F(Session, FailsWhenSomebodyCancelsAStreamOfWhichNoMoreIsWanted) {
  const auto session = begin();
  add(*session, 1);
  rows(*session, Sql("limit", "SET LOCAL statement_timeout = '200ms'", {}, {}, Access::write));
  const Sql slow(
      "slow",
      "SELECT repeat('x', 20000) || coalesce(pg_sleep(i)::text, '') FROM generate_series(0, 60, 60) i", {},
      {Type::text});
  const auto first = [](backend::Values) { return false; };
  EXPECT_KIND(Error::Kind::timeout, session->execute({slow, {}, first, backend::Deadline::max(), true}));
  EXPECT_KIND(Error::Kind::timeout, session->commit());
  EXPECT_EQ(count(), 0U);
}

// Its batch was committed in part, and the answers after it were taken for those of others.
TEST_F(Session, FailsWhenTheRowsOfABatchThrowWhatIsNoException) {
  struct Oddity {};
  const auto session = begin();
  int given = 0;
  const auto next = [&](std::span<Value> row) {
    if (++given == 4) throw Oddity{};
    row[0] = Value::text("acme");
    row[1] = Value::integral(Type::int64, given);
    row[2] = Value::text("");
    return true;
  };
  static constexpr std::array<std::string_view, 3> columns{"tenant_id", "id", "note"};
  EXPECT_THROW(session->insert({.row = insert_thing(),
                                .table = "things",
                                .columns = columns,
                                .conflict_clause = "",
                                .row_count = 5,
                                .next = next}),
               Oddity);
  EXPECT_THROW(session->commit(), Error);
  EXPECT_EQ(count(), 0U);
}

// What had left the cache was prepared again under the name that the server still had, which failed.
TEST_F(Session, RunsMoreStatementsThanTheCacheHolds) {
  Config small = config();
  small.postgres.statement_cache = 2;
  const auto engine = open(small);
  for (int transaction = 0; transaction < 3; ++transaction) {
    const auto session = engine->begin({"acme", Role::customer, ""}, {});
    for (int i = 0; i < 20; ++i) {
      const Sql sql("n", "SELECT " + std::to_string(i % 5), {}, {Type::int32});
      EXPECT_EQ(rows(*session, sql), (Rows{{std::to_string(i % 5)}}));
    }
    session->commit();
  }
}

TEST_F(Session, GoesBackToASavepointAlsoAfterAnError) {
  const auto session = begin();
  add(*session, 1);
  session->savepoint(1);
  add(*session, 2);
  session->savepoint(2);
  EXPECT_KIND(Error::Kind::already_exists, add(*session, 1));
  EXPECT_KIND(Error::Kind::already_exists, add(*session, 3));
  session->rollback_to(2);
  add(*session, 3);
  session->release(2);
  session->rollback_to(1);
  EXPECT_EQ(rows(*session, all_things()).size(), 1U);
  session->release(1);
  add(*session, 4);
  session->commit();
  EXPECT_EQ(count(), 2U);
}

TEST_F(Session, DoesNotReportACommitOfAFailedTransactionAsSuccess) {
  const auto session = begin();
  add(*session, 1);
  EXPECT_KIND(Error::Kind::already_exists, add(*session, 1));
  EXPECT_KIND(Error::Kind::already_exists, session->commit());
  EXPECT_EQ(count(), 0U);
}

TEST_F(Session, RaisesDeferredConstraintsAtTheCommit) {
  admin(std::string("create table pairs (tenant_id text, id int, constraint pairs_key unique (tenant_id, "
                    "id) deferrable "
                    "initially deferred);") +
        secure_table_sql("pairs"));
  const Sql insert("pairs.insert", "INSERT INTO pairs VALUES ('acme', 1)", {}, {}, Access::write);
  rows(*engine_, "acme", insert);
  const auto alone = error_of([&] { rows(*engine_, "acme", insert); });  // at the Sync
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->kind(), Error::Kind::already_exists);
  EXPECT_EQ(alone->detail().constraint, "pairs_key");
  const auto session = begin();
  rows(*session, insert);
  EXPECT_KIND(Error::Kind::already_exists, session->commit());
  EXPECT_EQ(admin_value("select count(*) from pairs"), "1");
}

TEST_F(Session, RefusesToWriteWhenItOnlyReads) {
  const auto session = begin({Access::read, backend::Isolation::repeatable_read, backend::Deadline::max()});
  EXPECT_EQ(rows(*session, all_things()).size(), 0U);
  EXPECT_KIND(Error::Kind::read_only, add(*session, 1));
}

TEST_F(Session, ReportsSerializationFailuresAsRetryable) {
  add_thing("acme", 1);
  const Sql touch("touch", "UPDATE things SET note = note || 'x'", {}, {}, Access::write);
  const auto first = begin({Access::write, backend::Isolation::repeatable_read, backend::Deadline::max()});
  const auto second = begin({Access::write, backend::Isolation::repeatable_read, backend::Deadline::max()});
  rows(*first, all_things());
  rows(*second, all_things());
  rows(*first, touch);
  first->commit();
  const auto error = error_of([&] { rows(*second, touch); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::serialization_failure);
  EXPECT_TRUE(error->retryable());
}

TEST_F(Session, LetsASinkRunStatementsOfTheSameSession) {
  add_thing("acme", 1);
  add_thing("acme", 2);
  const auto session = begin();
  const auto remove_each = [&](backend::Values row) {
    const Sql remove("remove", "DELETE FROM things WHERE id = $1", {Type::int64}, {}, Access::write);
    rows(*session, remove, {Value::integral(Type::int64, row[1].integral())});
    return true;
  };
  session->execute({all_things(), {}, remove_each});
  session->commit();
  EXPECT_EQ(count(), 0U);
}

TEST_F(Session, StreamsAndStaysUsableAfterAnEarlyStop) {
  const auto session = begin();
  const Sql many("many", "SELECT n FROM generate_series(1, 20000) AS n", {}, {Type::int32});
  int seen = 0;
  const auto few = [&](backend::Values) { return ++seen < 5; };
  session->execute({many, {}, few, backend::Deadline::max(), true});
  EXPECT_EQ(seen, 5);
  add(*session, 1);
  session->commit();
  EXPECT_EQ(count(), 1U);
}

TEST_F(Session, AsksForAnotherTryWhenTheSchemaChangedUnderAPreparedStatement) {
  const auto engine = open_with_one_connection();
  const Sql star("star", "SELECT * FROM things", {}, {Type::text, Type::int64, Type::text});
  rows(*engine, "acme", star);
  admin("alter table things alter column id type integer");
  EXPECT_KIND(Error::Kind::serialization_failure,
              rows(*engine->begin({"acme", Role::customer, ""}, {}), star));
  const auto session = engine->begin({"acme", Role::customer, ""}, {});
  EXPECT_EQ(rows(*session, star).size(), 0U);
}

}  // namespace

}  // namespace tenon::postgres::testing
