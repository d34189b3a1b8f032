#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <utility>

#include "fixture.hpp"

namespace tenon::postgres::testing {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

class Failure : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    engine_ = open_with_one_connection();
  }
  const Sql sleep_{"sleep", "SELECT pg_sleep($1)::text", {Type::float64}, {Type::text}};
};

TEST_F(Failure, OfAnIdleConnectionIsNotNoticedByAnyone) {
  add_thing("acme", 1);
  EXPECT_NE(terminate_others(), "0");
  add_thing("acme", 2);
  EXPECT_NE(terminate_others(), "0");
  EXPECT_EQ(rows(*engine_, "acme", all_things()).size(), 2U);
}

TEST_F(Failure, OfAConnectionInUseIsUnavailableThenAllIsWell) {
  const auto session = engine_->begin({"acme", Role::customer, ""}, {});
  rows(*session, insert_thing(), {Value::text("acme"), Value::integral(Type::int64, 1), Value::text("")});
  EXPECT_NE(terminate_others(), "0");
  EXPECT_KIND(Error::Kind::unavailable, rows(*session, all_things()));
  session->rollback();
  EXPECT_EQ(rows(*engine_, "acme", all_things()).size(), 0U);
}

TEST_F(Failure, OfTheConnectionAtTheCommitIsUnknown) {
  const auto session = engine_->begin({"acme", Role::customer, ""}, {});
  rows(*session, insert_thing(), {Value::text("acme"), Value::integral(Type::int64, 1), Value::text("")});
  EXPECT_NE(terminate_others(), "0");
  EXPECT_KIND(Error::Kind::outcome_unknown, session->commit());
  EXPECT_EQ(rows(*engine_, "acme", all_things()).size(), 0U);
}

TEST_F(Failure, OfAStatementThatTerminatesItselfIsCertain) {
  admin(
      "create function end_it() returns text language sql security definer as "
      "'select pg_terminate_backend(pg_backend_pid())::text'");
  const Sql suicide("suicide", "INSERT INTO things SELECT 'acme', 1, end_it()", {}, {}, Access::write);
  EXPECT_KIND(Error::Kind::unavailable, rows(*engine_, "acme", suicide));
  EXPECT_EQ(rows(*engine_, "acme", all_things()).size(), 0U);
}

TEST_F(Failure, ByDeadlineCancelsAndKeepsTheConnection) {
  const Sql pid("pid", "SELECT pg_backend_pid()", {}, {Type::int32});
  const Rows before = rows(*engine_, "acme", pid);
  const Value long_time = Value::real(60);
  const auto ignore = [](backend::Values) { return true; };
  const auto start = Clock::now();
  EXPECT_KIND(Error::Kind::timeout,
              engine_->execute({"acme", Role::customer, ""},
                               {sleep_, {&long_time, 1}, ignore, start + milliseconds(150)}));
  EXPECT_GE(Clock::now() - start, milliseconds(150));
  EXPECT_LT(Clock::now() - start, seconds(10));
  EXPECT_EQ(admin_value("select count(*) from pg_stat_activity where state = 'active' and pid <> "
                        "pg_backend_pid() and query like '%pg_sleep($%'"),
            "0");
  EXPECT_EQ(rows(*engine_, "acme", pid), before);
}

TEST_F(Failure, ByDeadlineInASessionLeavesOnlyTheRollback) {
  const auto session = engine_->begin({"acme", Role::customer, ""}, {});
  rows(*session, insert_thing(), {Value::text("acme"), Value::integral(Type::int64, 1), Value::text("")});
  const Value long_time = Value::real(60);
  const auto ignore = [](backend::Values) { return true; };
  EXPECT_KIND(Error::Kind::timeout,
              session->execute({sleep_, {&long_time, 1}, ignore, Clock::now() + milliseconds(100)}));
  EXPECT_KIND(Error::Kind::timeout, session->commit());
  EXPECT_EQ(rows(*engine_, "acme", all_things()).size(), 0U);
}

TEST_F(Failure, OfAFrozenServerIsBoundedByTheDeadline) {
  const Sql pid("pid", "SELECT pg_backend_pid()", {}, {Type::int32});
  const Sql add("add", "INSERT INTO things VALUES ('acme', 1, '')", {}, {}, Access::write);
  const auto ignore = [](backend::Values) { return true; };
  const std::pair<const backend::Statement&, Error::Kind> cases[] = {{pid, Error::Kind::timeout},
                                                                     {add, Error::Kind::outcome_unknown}};
  for (const auto& [statement, kind] : cases) {
    const int server = std::stoi(rows(*engine_, "acme", pid)[0][0]);
    ASSERT_EQ(kill(server, SIGSTOP), 0);
    const auto start = Clock::now();
    EXPECT_KIND(kind, engine_->execute({"acme", Role::customer, ""},
                                       {statement, {}, ignore, start + milliseconds(100)}));
    EXPECT_LT(Clock::now() - start, seconds(8));
    ASSERT_EQ(kill(server, SIGCONT), 0);
    EXPECT_NE(std::stoi(rows(*engine_, "acme", pid)[0][0]), server) << "that connection is not used again";
  }
}

TEST_F(Failure, OfAFrozenServerHoldsARollbackUpForTwoSeconds) {
  const Sql pid("pid", "SELECT pg_backend_pid()", {}, {Type::int32});
  auto session = engine_->begin({"acme", Role::customer, ""}, {});
  const int server = std::stoi(rows(*session, pid)[0][0]);
  ASSERT_EQ(kill(server, SIGSTOP), 0);
  const auto start = Clock::now();
  session.reset();
  EXPECT_LT(Clock::now() - start, seconds(4));
  ASSERT_EQ(kill(server, SIGCONT), 0);
  EXPECT_NE(std::stoi(rows(*engine_, "acme", pid)[0][0]), server) << "that connection is not used again";
}

TEST_F(Failure, OfAFrozenServerWhileAConnectionRestsCostsATestOfIt) {
  Config tested = config();
  tested.pool.size = 1;
  tested.pool.ping_after_idle = milliseconds(50);
  tested.pool.ping_timeout = milliseconds(200);
  const auto engine = open(tested);
  const Sql pid("pid", "SELECT pg_backend_pid()", {}, {Type::int32});
  const int server = std::stoi(rows(*engine, "acme", pid)[0][0]);
  ASSERT_EQ(kill(server, SIGSTOP), 0);
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_NE(std::stoi(rows(*engine, "acme", pid)[0][0]), server);
  EXPECT_EQ(engine->pool_stats().evicted(Eviction::unanswered), 1U);
  ASSERT_EQ(kill(server, SIGCONT), 0);
}

TEST_F(Failure, ToReplicateACommitIsUnknown) {
  admin("alter database " + database_ + " set synchronous_commit = on");
  admin("alter system set synchronous_standby_names = 'nobody'");
  admin("select pg_reload_conf()");
  const auto engine = open(config());
  const auto synchronous = [&] { return admin_value("show synchronous_standby_names") == "nobody"; };
  for (int tries = 0; !synchronous() && tries < 100; ++tries) std::this_thread::sleep_for(milliseconds(20));
  const Sql add("add", "INSERT INTO things VALUES ('acme', $1, '')", {Type::int64}, {}, Access::write);
  const auto ignore = [](backend::Values) { return true; };
  const Value id = Value::integral(Type::int64, 1);
  EXPECT_KIND(Error::Kind::outcome_unknown,
              engine->execute({"acme", Role::customer, ""},
                              {add, {&id, 1}, ignore, Clock::now() + milliseconds(300)}));
  const auto session =
      engine->begin({"acme", Role::customer, ""},
                    {Access::write, backend::Isolation::read_committed, Clock::now() + milliseconds(300)});
  rows(*session, add, {Value::integral(Type::int64, 2)});
  EXPECT_KIND(Error::Kind::outcome_unknown, session->commit());
  EXPECT_EQ(admin_value("select count(*) from things"), "2") << "both are there, on this server";
  admin("alter system reset synchronous_standby_names");
  admin("select pg_reload_conf()");
  for (int tries = 0; synchronous() && tries < 100; ++tries) std::this_thread::sleep_for(milliseconds(20));
}

TEST_F(Failure, ToGetAConnectionTellsTheStateOfThePool) {
  Config one = config();
  one.pool.size = 1;
  one.pool.max_overflow = 0;
  one.pool.acquire_timeout = std::chrono::seconds(1);
  const auto engine = open(one);
  const auto session = engine->begin({"acme", Role::customer, ""}, {});
  const auto error = error_of([&] { rows(*engine, "acme", all_things()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::timeout);
  EXPECT_NE(std::string(error->what()).find("1 of 1 open, 1 active, 0 idle"), std::string::npos)
      << error->what();
}

TEST_F(Failure, ToConnectIsUnavailableAndNamesNoPassword) {
  Config nowhere;
  nowhere.url = "postgresql://someone:hunter2@127.0.0.1:1/nothing";
  const auto error = error_of([&] { (void)open(nowhere); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::unavailable);
  EXPECT_EQ(std::string(error->what()).find("hunter2"), std::string::npos) << error->what();

  Config absent = config();
  absent.url.replace(absent.url.find(database_), database_.size(), "absent");
  EXPECT_KIND(Error::Kind::invalid_argument, open(absent));
  Config unreadable;
  unreadable.url = "postgresql://u:p%zz@h/d";
  EXPECT_KIND(Error::Kind::invalid_argument, open(unreadable));
  Config stranger = config();
  stranger.url.replace(stranger.url.find("postgres@"), 8, "no_such_role");
  EXPECT_KIND(Error::Kind::permission_denied, open(stranger));
}

TEST_F(Failure, OfTheFirstOfSeveralHostsLeadsToTheNext) {
  Config several = config();
  const std::string good = url(true);
  const std::size_t host = good.find("127.0.0.1");
  several.url = good.substr(0, host) + "127.0.0.1:1," + good.substr(host);
  EXPECT_EQ(rows(*open(several), "acme", all_things()).size(), 0U);
}

TEST_F(Failure, OfALockIsBusy) {
  const auto session = engine_->begin({"acme", Role::customer, ""}, {});
  admin(
      "create table locked (id int); insert into locked values (1); grant select, update on locked to "
      "tenon_app");
  const auto maintenance = engine_->maintenance();
  maintenance->begin();
  maintenance->execute("select * from locked for update");
  const Sql locked("locked", "SELECT id FROM locked FOR UPDATE NOWAIT", {}, {Type::int32});
  const auto error = error_of([&] { rows(*session, locked); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::busy);
  EXPECT_TRUE(error->retryable());
}

}  // namespace

}  // namespace tenon::postgres::testing
