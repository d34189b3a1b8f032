#include <chrono>
#include <string>
#include <thread>

#include "fixture.hpp"

namespace tenon::postgres::testing {

namespace {

class Maintenance : public PostgresTest {};

TEST_F(Maintenance, RunsSeveralStatementsAndQueriesWithParameters) {
  const auto maintenance = engine_->maintenance();
  maintenance->execute("create table numbers (n int); insert into numbers values (1), (2), (null);");
  const std::string_view parameters[] = {"2"};
  const auto found =
      maintenance->query("select n, n + $1::int from numbers order by n nulls last", parameters);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0][1], "3");
  EXPECT_EQ(found[2][0], std::nullopt);
}

TEST_F(Maintenance, KeepsNothingOfATransactionThatIsNotCommitted) {
  const auto maintenance = engine_->maintenance();
  maintenance->begin();
  maintenance->execute("create table draft (n int)");
  maintenance->rollback();
  maintenance->begin();
  maintenance->execute("create table kept (n int)");
  maintenance->commit();
  EXPECT_EQ(admin_value("select count(*) from pg_class where relname in ('draft', 'kept')"), "1");

  maintenance->begin();
  EXPECT_KIND(Error::Kind::schema_mismatch, maintenance->execute("select * from absent"));
  EXPECT_KIND(Error::Kind::invalid_argument, maintenance->commit());
  maintenance->rollback();
  EXPECT_EQ(maintenance->query("select 1", {}).size(), 1U);
}

// As a migration has one: closing said that nothing was left while it went on.
TEST_F(Maintenance, IsWaitedForWhenTheDatabaseClosesAndNeverCutOff) {
  auto maintenance = engine_->maintenance();
  const auto in = [](std::chrono::milliseconds patience) {
    return std::chrono::steady_clock::now() + patience;
  };
  EXPECT_FALSE(engine_->drain(in(std::chrono::milliseconds{100})));
  EXPECT_EQ(maintenance->query("select 1", {}).size(), 1U);
  std::thread working([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    maintenance.reset();
  });
  EXPECT_TRUE(engine_->drain(in(std::chrono::seconds{10})));
  working.join();
}

TEST_F(Maintenance, TurnsRowSecurityOffSoThatAPolicyInTheWayIsLoud) {
  const auto maintenance = engine_->maintenance();
  maintenance->begin();
  EXPECT_EQ(maintenance->query("show row_security", {})[0][0], "off");
  maintenance->execute("set local role tenon_app");
  EXPECT_KIND(Error::Kind::permission_denied, maintenance->query("select * from things", {}));
}

TEST_F(Maintenance, CarriesTheDatabasesOwnText) {
  const auto maintenance = engine_->maintenance();
  const auto error = error_of([&] { maintenance->execute("select 1;\nselect nope from things"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sqlstate(), "42703");
  const std::string text = error->what();
  EXPECT_NE(text.find("column \"nope\" does not exist"), std::string::npos) << text;
  EXPECT_EQ(error->detail().position, 18U) << text;
  const auto behind = error_of([&] { maintenance->execute("select 'é', \"ü\", nope from things"); });
  ASSERT_TRUE(behind);
  EXPECT_EQ(behind->detail().position, 14U) << behind->what();  // in bytes
  const auto hinted = error_of([&] { maintenance->query("select notte from things", {}); });
  ASSERT_TRUE(hinted);
  EXPECT_NE(hinted->detail().hint.find("things.note"), std::string::npos) << hinted->what();
}

TEST_F(Maintenance, CopiesRowsIn) {
  const auto maintenance = engine_->maintenance();
  maintenance->execute("create table pairs (a int, b text)");
  maintenance->copy_in("copy pairs from stdin", "1\tone\n2\t\\N\n");
  const auto rows = maintenance->query("select a, b from pairs order by a", {});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0][1], "one");
  EXPECT_EQ(rows[1][1], std::nullopt);
  EXPECT_KIND(Error::Kind::invalid_argument, maintenance->copy_in("copy pairs from stdin", "x\ty\n"));
  EXPECT_KIND(Error::Kind::invalid_argument, maintenance->copy_in("select 1", "x\ty\n"));
  EXPECT_KIND(Error::Kind::unsupported, maintenance->execute("copy pairs from stdin"));
  EXPECT_KIND(Error::Kind::unsupported, maintenance->execute("copy pairs to stdout"));
  EXPECT_EQ(maintenance->query("select count(*) from pairs", {})[0][0], "2");
}

TEST_F(Maintenance, ResetsWhatASessionSet) {
  const auto maintenance = engine_->maintenance();
  maintenance->execute("set search_path = ''; set role tenon_app; set lock_timeout = '7s'");
  maintenance->reset();
  EXPECT_NE(maintenance->query("show search_path", {})[0][0], "\"\"");
  EXPECT_NE(maintenance->query("select current_user", {})[0][0], "tenon_app");
  EXPECT_EQ(maintenance->query("show lock_timeout", {})[0][0], "0");
  EXPECT_EQ(maintenance->query("show row_security", {})[0][0], "off");
}

TEST_F(Maintenance, LocksByNameAcrossConnections) {
  const auto first = engine_->maintenance();
  auto second = engine_->maintenance();
  EXPECT_TRUE(first->try_lock("migrate"));
  EXPECT_FALSE(second->try_lock("migrate"));
  EXPECT_TRUE(first->holds_lock("migrate"));
  EXPECT_FALSE(second->holds_lock("migrate"));
  EXPECT_TRUE(second->try_lock("other"));
  first->unlock("migrate");
  EXPECT_TRUE(second->try_lock("migrate"));
  second.reset();
  bool ours = false;  // the server needs a moment to see the end of the connection
  for (int tries = 0; !ours && tries < 500; ++tries) {
    ours = first->try_lock("migrate");
    if (!ours) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(ours);
}

TEST_F(Maintenance, DoesNotReconnectBehindOurBack) {
  const auto maintenance = engine_->maintenance();
  EXPECT_TRUE(maintenance->try_lock("migrate"));
  const std::string pid = *maintenance->query("select pg_backend_pid()", {})[0][0];
  EXPECT_EQ(admin_value("select pg_terminate_backend(" + pid + ", 5000)"), "t");
  EXPECT_KIND(Error::Kind::unavailable, maintenance->query("select 1", {}));
  EXPECT_KIND(Error::Kind::unavailable, maintenance->query("select 1", {}));
}

TEST_F(Maintenance, MakesTheHistoryTableOnce) {
  const auto maintenance = engine_->maintenance();
  for (int time = 0; time < 2; ++time) maintenance->execute(engine_->dialect().create_schema_history());
  maintenance->execute(
      "insert into tenon.schema_history values ('tenon', 1, 1, 'n', 'up', 'c', '2026-11-21T03:35:00.5Z', "
      "1, "
      "'0.1.0', '', '')");
  const std::string applied(engine_->dialect().schema_history_applied_at());
  EXPECT_EQ(maintenance->query("select " + applied + " from tenon.schema_history", {})[0][0],
            "2026-11-21T03:35:00.500000Z");
}

TEST_F(Maintenance, TakesTheBundledSchemaDownAndUpAgain) {
  const auto maintenance = engine_->maintenance();
  maintenance->execute("drop table things");
  const auto migrations = engine_->bundled_migrations();
  for (auto at = migrations.rbegin(); at != migrations.rend(); ++at) maintenance->execute(at->down);
  EXPECT_EQ(admin_value("select count(*) from pg_tables where schemaname = 'tenon'"), "0");
  EXPECT_EQ(admin_value("select count(*) from pg_proc where pronamespace = 'tenon'::regnamespace"), "0");
  maintenance->begin();
  for (const EmbeddedMigration& migration : migrations) maintenance->execute(migration.up);
  maintenance->commit();
  EXPECT_EQ(admin_value("select count(*) from pg_tables where schemaname = 'tenon' and rowsecurity"), "4");
}

}  // namespace

}  // namespace tenon::postgres::testing
