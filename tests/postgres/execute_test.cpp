#include <chrono>
#include <string>

#include "fixture.hpp"
#include "proxy.hpp"

namespace tenon::postgres::testing {

namespace {

int port_of(const std::string& url) {
  const std::size_t colon = url.rfind(':');
  return std::stoi(url.substr(colon + 1));
}

class Execute : public PostgresTest {
 protected:
  // An engine whose connections run through a proxy.
  std::unique_ptr<backend::Engine> open_through(const CountingProxy& proxy) {
    Config through = config();
    through.url = "postgresql://postgres@127.0.0.1:" + std::to_string(proxy.port()) + "/" + database_;
    through.pool.ping_after_idle = std::chrono::hours(1);
    return open(through);
  }
};

TEST_F(Execute, TakesOneRoundTripEvenTheFirstTimeOnAConnection) {
  CountingProxy proxy(port_of(url(true)));
  const auto engine = open_through(proxy);
  add_thing("acme", 1, "one");
  for (int call = 0; call < 3; ++call) {
    const unsigned before = proxy.round_trips();
    EXPECT_EQ(rows(*engine, "acme", get_thing(), {Value::text("acme"), Value::integral(Type::int64, 1)}),
              (Rows{{"1", "one"}}));
    EXPECT_EQ(proxy.round_trips() - before, 1U) << "call " << call;
  }
}

TEST_F(Execute, TakesOneRoundTripPerStatementAndOneForTheCommitInASession) {
  CountingProxy proxy(port_of(url(true)));
  const auto engine = open_through(proxy);
  const unsigned before = proxy.round_trips();
  const auto session = engine->begin({"acme", Role::customer, ""}, {});
  rows(*session, insert_thing(), {Value::text("acme"), Value::integral(Type::int64, 1), Value::text("")});
  rows(*session, all_things());
  session->commit();
  EXPECT_EQ(proxy.round_trips() - before, 3U);
}

TEST_F(Execute, ReportsALostWriteAsUnknownAndALostReadNotAtAll) {
  CountingProxy proxy(port_of(url(true)));
  const auto engine = open_through(proxy);
  const auto add = [&](int id) {
    rows(*engine, "acme", insert_thing(),
         {Value::text("acme"), Value::integral(Type::int64, id), Value::text("")});
  };
  add(1);
  proxy.swallow_next_answer();
  EXPECT_KIND(Error::Kind::outcome_unknown, add(2));
  EXPECT_EQ(admin_value("select count(*) from things"), "2") << "it was committed, and nobody could know";

  EXPECT_EQ(rows(*engine, "acme", all_things()).size(), 2U);
  proxy.swallow_next_answer();
  EXPECT_EQ(rows(*engine, "acme", all_things()).size(), 2U) << "a read is tried again";
}

TEST_F(Execute, ReportsALostWriteOfTheHostsAsUnknownAndDoesNotRepeatItsLostQuery) {
  CountingProxy proxy(port_of(url(true)));
  const auto engine = open_through(proxy);
  const Sql write("execute", "INSERT INTO things VALUES ('acme', 1, '')", {}, {}, Access::write);
  (void)rows(*engine, "acme", all_things());
  proxy.swallow_next_answer();
  EXPECT_KIND(Error::Kind::outcome_unknown, rows(*engine, "acme", write, {}, true));
  EXPECT_EQ(admin_value("select count(*) from things"), "1");

  EXPECT_EQ(rows(*engine, "acme", all_things(), {}, true).size(), 1U);
  proxy.swallow_next_answer();
  EXPECT_KIND(Error::Kind::unavailable, rows(*engine, "acme", all_things(), {}, true));
}

TEST_F(Execute, CountsRowsChangedAndRowsReturned) {
  const auto ignore = [](backend::Values) { return true; };
  const backend::Principal acme{"acme", Role::customer, ""};
  for (int id = 1; id <= 3; ++id) add_thing("acme", id);
  const Sql touch("things.touch", "UPDATE things SET note = $1", {Type::text}, {}, Access::write);
  const Value note = Value::text("x");
  EXPECT_EQ(engine_->execute(acme, {touch, {&note, 1}, ignore}), 3U);
  EXPECT_EQ(engine_->execute(acme, {all_things(), {}, ignore}), 3U);
  const Sql remove("things.remove", "DELETE FROM things WHERE id = 1 RETURNING id", {}, {Type::int64},
                   Access::write);
  EXPECT_EQ(engine_->execute(acme, {remove, {}, ignore}), 1U);
}

TEST_F(Execute, StopsEarlyWhenTheSinkHasEnough) {
  for (int id = 1; id <= 3; ++id) add_thing("acme", id);
  for (const bool stream : {false, true}) {
    int seen = 0;
    const auto first = [&](backend::Values) { return ++seen < 2; };
    engine_->execute({"acme", Role::customer, ""},
                     {all_things(), {}, first, backend::Deadline::max(), stream});
    EXPECT_EQ(seen, 2);
    EXPECT_EQ(rows(*engine_, "acme", all_things()).size(), 3U);
  }
}

TEST_F(Execute, StreamsManyRowsAndStopsAtOnce) {
  const Sql many("many", "SELECT n FROM generate_series(1, 3000000) AS n", {}, {Type::int32});
  std::int64_t seen = 0;
  const auto few = [&](backend::Values row) {
    seen = row[0].integral();
    return seen < 1000;
  };
  const auto start = std::chrono::steady_clock::now();
  engine_->execute({"acme", Role::customer, ""}, {many, {}, few, backend::Deadline::max(), true});
  EXPECT_EQ(seen, 1000);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));

  const Sql some("some", "SELECT n FROM generate_series(1, 50000) AS n", {}, {Type::int32});
  std::uint64_t all = 0;
  const auto count = [&](backend::Values) { return ++all, true; };
  EXPECT_EQ(
      engine_->execute({"acme", Role::customer, ""}, {some, {}, count, backend::Deadline::max(), true}),
      50000U);
  EXPECT_EQ(all, 50000U);
}

TEST_F(Execute, KeepsTheConnectionOfAShortStreamThatStopsEarly) {
  const auto engine = open_with_one_connection();
  const Sql few("few", "SELECT n FROM generate_series(1, 100) AS n", {}, {Type::int32});
  const auto first = [](backend::Values) { return false; };
  for (int call = 0; call < 40; ++call)
    engine->execute({"acme", Role::customer, ""}, {few, {}, first, backend::Deadline::max(), true});
  // Each was lost once. A busy machine may keep the server from its rows for long enough to be cancelled.
  EXPECT_LT(engine->pool_stats().created, 10U);
}

TEST_F(Execute, CancelsAStreamThatStopsEarlyWhenItsNextRowsTakeLong) {
  const Sql slow("slow",
                 "SELECT repeat('x', 20000) FROM generate_series(1, 9) UNION ALL SELECT pg_sleep(60)::text",
                 {}, {Type::text});
  const auto first = [](backend::Values) { return false; };
  const auto start = std::chrono::steady_clock::now();
  engine_->execute({"acme", Role::customer, ""}, {slow, {}, first, backend::Deadline::max(), true});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_EQ(rows(*engine_, "acme", all_things()).size(), 0U) << "and the next one is not cancelled";
}

TEST_F(Execute, PassesOnWhatTheSinkThrowsAndStaysUsable) {
  add_thing("acme", 1);
  for (const bool stream : {false, true}) {
    const auto fail = [](backend::Values) -> bool { throw std::runtime_error("the sink's own"); };
    EXPECT_THROW(engine_->execute({"acme", Role::customer, ""},
                                  {all_things(), {}, fail, backend::Deadline::max(), stream}),
                 std::runtime_error);
    EXPECT_EQ(rows(*engine_, "acme", all_things()).size(), 1U);
  }
}

TEST_F(Execute, KeepsItsConnectionAfterAnErrorInTheFlight) {
  const auto engine = open_with_one_connection();
  const Sql pid("pid", "SELECT pg_backend_pid()", {}, {Type::int32});
  const Sql division("division", "SELECT 1 / $1", {Type::int32}, {Type::int32});
  const Rows before = rows(*engine, "acme", pid);
  const auto error = error_of([&] { rows(*engine, "acme", division, {Value::integral(Type::int32, 0)}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::invalid_argument);
  EXPECT_EQ(error->sqlstate(), "22012");
  EXPECT_EQ(error->detail().statement, "division");
  const Sql nothing("nothing", "SELECT absent FROM nowhere", {}, {Type::int32});
  EXPECT_KIND(Error::Kind::schema_mismatch, rows(*engine, "acme", nothing));
  EXPECT_EQ(rows(*engine, "acme", pid), before);
}

TEST_F(Execute, PreparesAgainWhatTheServerForgotOrWhatTheSchemaChanged) {
  const auto engine = open_with_one_connection();
  add_thing("acme", 1, "one");
  const Sql star("star", "SELECT * FROM things", {}, {Type::text, Type::int64, Type::text});
  EXPECT_EQ(rows(*engine, "acme", star).size(), 1U);
  admin("alter table things alter column id type integer");  // "cached plan must not change result type"
  EXPECT_EQ(rows(*engine, "acme", star).size(), 1U);
  EXPECT_EQ(rows(*engine, "acme", star).size(), 1U);
}

TEST_F(Execute, EvictsTheLeastRecentlyUsedStatements) {
  Config small = config();
  small.pool.size = 1;
  small.pool.max_overflow = 0;
  small.postgres.statement_cache = 4;
  const auto engine = open(small);
  for (int round = 0; round < 2; ++round) {
    for (int n = 0; n < 10; ++n) {
      const Sql sql("n", "SELECT " + std::to_string(n), {}, {Type::int32});
      EXPECT_EQ(rows(*engine, "acme", sql), (Rows{{std::to_string(n)}}));
    }
  }
  const Sql count("count", "SELECT count(*) FROM pg_prepared_statements", {}, {Type::int64});
  const int prepared = std::stoi(rows(*engine, "acme", count)[0][0]);
  EXPECT_LE(prepared, 5) << "the bound and the binding's, which is counted in it, and one on its way out";
}

TEST_F(Execute, WorksWithoutPreparedStatements) {
  Config plain = config();
  plain.postgres.prepared_statements = false;
  const auto engine = open(plain);
  add_thing("acme", 1, "one");
  EXPECT_EQ(rows(*engine, "acme", get_thing(), {Value::text("acme"), Value::integral(Type::int64, 1)}),
            (Rows{{"1", "one"}}));
  const Sql count("count", "SELECT count(*) FROM pg_prepared_statements", {}, {Type::int64});
  EXPECT_EQ(rows(*engine, "acme", count), (Rows{{"0"}}));
}

TEST_F(Execute, ComplainsAboutColumnsThatAreNotWhatTheProgramExpects) {
  const Sql fewer("fewer", "SELECT 1, 2", {}, {Type::int32});
  EXPECT_KIND(Error::Kind::schema_mismatch, rows(*engine_, "acme", fewer));
  const Sql other("other", "SELECT 'x'::text", {}, {Type::int32});
  const auto error = error_of([&] { rows(*engine_, "acme", other); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::schema_mismatch);
  EXPECT_NE(std::string(error->what()).find("column 1"), std::string::npos);
}

TEST_F(Execute, AcceptsTheOtherSpellingsOfTheScheme) {
  for (const char* scheme : {"postgres", "postgresql+psycopg2"}) {
    Config other = config();
    other.url = scheme + url().substr(url().find(':'));
    EXPECT_EQ(open(other)->version().substr(0, 11), "PostgreSQL ");
  }
}

TEST_F(Execute, RefusesAfterClose) {
  engine_->close();
  EXPECT_KIND(Error::Kind::unavailable, rows(*engine_, "acme", all_things()));
  EXPECT_KIND(Error::Kind::unavailable, engine_->maintenance());
}

}  // namespace

}  // namespace tenon::postgres::testing
