#include <chrono>
#include <cstdlib>
#include <fstream>
#include <signal.h>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include "../support/pgbouncer.hpp"
#include "fixture.hpp"

namespace tenon::test {
namespace {

class OnPostgres : public MigratorTest {
 protected:
  // Leaves an invalid index behind: a unique one over equal rows.
  void fail_concurrently() const {
    file("1_t.up.sql", "CREATE TABLE t (n integer);\nINSERT INTO t VALUES (1), (1);\n");
    file("2_i.up.sql", "CREATE UNIQUE INDEX CONCURRENTLY \"T one\" ON t (n);\n");
  }
};

TEST_P(OnPostgres, AnInvalidIndexIsToldThenDropped) {
  fail_concurrently();
  Database database = open();
  const Error first = error_of([&] { app(database).up(); });
  EXPECT_EQ(first.kind(), Error::Kind::already_exists) << first.what();
  const auto codes = [&] {
    std::vector<std::string> all;
    for (const MigrationProblem& problem : app(database).validate()) all.push_back(problem.code);
    return all;
  };
  EXPECT_THAT(codes(), ::testing::ElementsAre("migration-partial", "invalid-index"));
  sql("DELETE FROM t; INSERT INTO t VALUES (1)");
  const Error second = error_of([&] { app(database).up(); });
  EXPECT_EQ(second.detail().code, "invalid-index") << second.what();
  EXPECT_THAT(second.what(), ::testing::HasSubstr("tenon migrate repair"));
  const auto mended = app(database).repair();
  ASSERT_EQ(mended.size(), 1U);
  EXPECT_EQ(mended[0].name, "public.\"T one\"");
  EXPECT_EQ(app(database).up().applied, Versions{2});
  EXPECT_TRUE(codes().empty());
  database.close();
}

TEST_P(OnPostgres, InvalidIndexesOfOthersAreToldAndLeft) {
  fail_concurrently();
  Database database = open();
  (void)error_of([&] { app(database).up(); });
  sql("CREATE SCHEMA theirs; CREATE TABLE theirs.t (n integer); INSERT INTO theirs.t VALUES (1), (1);"
      "CREATE TABLE u (n integer); INSERT INTO u VALUES (1), (1)");
  // One of the same name on another table, one of the same table and another name, one of neither.
  for (const char* build :
       {"CREATE UNIQUE INDEX CONCURRENTLY \"T one\" ON theirs.t (n)",
        "CREATE UNIQUE INDEX CONCURRENTLY t_two ON t (n)", "CREATE UNIQUE INDEX CONCURRENTLY u_n ON u (n)"})
    EXPECT_EQ(error_of([&] { sql(build); }).kind(), Error::Kind::already_exists);
  const auto mended = app(database).repair();
  ASSERT_EQ(mended.size(), 1U);
  EXPECT_EQ(mended[0].name, "public.\"T one\"");
  EXPECT_EQ(value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "3");

  std::vector<std::string> told;
  for (const MigrationProblem& problem : app(database).validate()) {
    if (problem.code != "invalid-index") continue;
    told.push_back(problem.name);
    EXPECT_THAT(problem.remedy, ::testing::HasSubstr("DROP INDEX CONCURRENTLY " + problem.name));
  }
  EXPECT_THAT(told, ::testing::ElementsAre("public.t_two", "public.u_n", "theirs.\"T one\""));
  sql("DELETE FROM t; INSERT INTO t VALUES (1)");
  EXPECT_EQ(app(database).up().applied, Versions{2}) << "they keep nobody from work";
  EXPECT_TRUE(app(database).repair().empty());
  EXPECT_EQ(value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "3");
  database.close();
}

TEST_P(OnPostgres, AnIndexThatWasBuiltAfterAllIsNotBuiltAgain) {
  file("1_t.up.sql", "CREATE TABLE t (n integer);\n");
  file("2_i.up.sql", "CREATE INDEX CONCURRENTLY t_n ON t (n);\nSELECT nope;\n");
  Database database = open();
  (void)error_of([&] { app(database).up(); });
  // As after a kill between the index and its journal row.
  sql("UPDATE tenon.schema_journal SET finished = 0 WHERE statement = 1");
  file("2_i.up.sql", "CREATE INDEX CONCURRENTLY t_n ON t (n);\nSELECT 1;\n");
  EXPECT_EQ(app(database).up().applied, Versions{2});
  database.close();
}

// It was taken for one of the migration's own when that was tried a second time.
TEST_P(OnPostgres, AnIndexThatWasThereBeforeIsNotTakenForTheMigrations) {
  file("1_t.up.sql", "CREATE TABLE t (n integer);\nCREATE INDEX t_n ON t (n);\n");
  file("2_i.up.sql", "CREATE UNIQUE INDEX CONCURRENTLY t_n ON t (n);\n");
  Database database = open();
  for (int attempt = 0; attempt < 3; ++attempt)
    EXPECT_EQ(error_of([&] { app(database).up(); }).kind(), Error::Kind::already_exists);
  EXPECT_EQ(app(database).version(), 1);
  sql("DROP INDEX t_n");
  EXPECT_EQ(app(database).up().applied, Versions{2});
  EXPECT_EQ(value("SELECT indisunique FROM pg_index WHERE indexrelid = 't_n'::regclass"), "t");
  database.close();
}

// `up` told to repair, and `repair` found nothing.
TEST_P(OnPostgres, AnInvalidIndexIsFoundWhereTheFilesSettingsSay) {
  file("1_t.up.sql",
       "CREATE SCHEMA shop;\nCREATE TABLE shop.t (n integer);\nINSERT INTO shop.t VALUES (1), (1);\n");
  file("2_i.up.sql", "SET search_path = shop;\nCREATE UNIQUE INDEX CONCURRENTLY t_n ON t (n);\n");
  Database database = open();
  EXPECT_EQ(error_of([&] { app(database).up(); }).kind(), Error::Kind::already_exists);
  sql("DELETE FROM shop.t");
  EXPECT_EQ(error_of([&] { app(database).up(); }).detail().code, "invalid-index");
  EXPECT_EQ(app(database).validate().back().remedy.find("repair leaves it alone"), std::string::npos);
  const auto mended = app(database).repair();
  ASSERT_EQ(mended.size(), 1U);
  EXPECT_EQ(mended[0].name, "shop.t_n");
  EXPECT_EQ(app(database).up().applied, Versions{2});
  database.close();
}

TEST_P(OnPostgres, AnIndexThatWasBuiltFromAnotherTextIsNotTakenForTodays) {
  file("1_t.up.sql", "CREATE TABLE t (n integer, m integer);\n");
  file("2_i.up.sql", "CREATE INDEX CONCURRENTLY t_i ON t (n);\nSELECT nope;\n");
  Database database = open();
  (void)error_of([&] { app(database).up(); });
  // As after a kill between the index and its journal row.
  sql("UPDATE tenon.schema_journal SET finished = 0 WHERE statement = 1");
  file("2_i.up.sql", "CREATE INDEX CONCURRENTLY t_i ON t (m);\nSELECT 1;\n");
  const Error error = error_of([&] { app(database).up(); });
  EXPECT_EQ(error.detail().code, "journal-changed") << error.what();
  EXPECT_THAT(error.what(), ::testing::HasSubstr("drop the index"));
  sql("DROP INDEX t_i");
  EXPECT_EQ(app(database).up().applied, Versions{2});
  EXPECT_THAT(value("SELECT pg_get_indexdef('t_i'::regclass)"), ::testing::HasSubstr("(m)"));
  database.close();
}

TEST_P(OnPostgres, PartitionedTablesAreReindexedWithTheDirective) {
  file("1_t.up.sql",
       "CREATE TABLE t (n integer) PARTITION BY LIST (n);\n"
       "CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);\nCREATE INDEX t_n ON t (n);\n");
  file("2_r.up.sql", "-- tenon:no-transaction\nREINDEX TABLE t;\nREINDEX INDEX t_n;\n");
  Database database = open();
  EXPECT_EQ(app(database).up().applied, (Versions{1, 2}));
  database.close();
}

TEST_P(OnPostgres, DiscardAllIsRefusedBeforeItReleasesTheLock) {
  file("1_t.up.sql", "-- tenon:no-transaction\nCREATE TABLE t (n integer);\nDISCARD ALL;\n");
  Database database = open();
  const Error error = error_of([&] { app(database).up(); });
  EXPECT_EQ(error.kind(), Error::Kind::invalid_argument) << error.what();
  EXPECT_THAT(error.what(), ::testing::HasSubstr("RESET ALL"));
  EXPECT_EQ(value("SELECT to_regclass('t')"), "null");
  file("1_t.up.sql", "-- tenon:no-transaction\nCREATE TABLE t (n integer);\nRESET ALL;\n");
  EXPECT_EQ(app(database).up().applied, Versions{1});
  database.close();
}

TEST_P(OnPostgres, SettingsMadeWithSetConfigHoldWhereAFileGoesOn) {
  const std::string head =
      "-- tenon:no-transaction\nSELECT pg_catalog.set_config('lock_timeout', '7s', false);\n"
      "CREATE TABLE t (n integer);\n";
  file("1_t.up.sql", head + "SELECT nope;\n");
  Database database = open();
  (void)error_of([&] { app(database).up(); });
  file("1_t.up.sql", head + "INSERT INTO t SELECT 1 WHERE current_setting('lock_timeout') = '7s';\n");
  app(database).up();
  EXPECT_EQ(value("SELECT count(*) FROM t"), "1");
  database.close();
}

TEST_P(OnPostgres, SettingsOfAFileHoldWhereItGoesOnAndEndWithIt) {
  const std::string head = "SET lock_timeout = '7s';\nCREATE TABLE t (n integer);\n";
  file("1_t.up.sql", "-- tenon:no-transaction\n" + head + "SELECT nope;\n");
  Database database = open();
  (void)error_of([&] { app(database).up(); });
  file("1_t.up.sql", "-- tenon:no-transaction\n" + head +
                         "INSERT INTO t SELECT 1 WHERE "
                         "current_setting('lock_timeout') = '7s';\n");
  file("2_u.up.sql",
       "CREATE TABLE u AS SELECT current_setting('lock_timeout') AS s;\n"
       "SELECT set_config('search_path', '', false);\n");
  file("3_v.up.sql", "CREATE TABLE v (n integer);\n");
  app(database).up();
  EXPECT_EQ(value("SELECT count(*) FROM t"), "1");
  EXPECT_EQ(value("SELECT s FROM u"), "0");
  database.close();
}

TEST_P(OnPostgres, APolicyInTheWayIsLoud) {
  Database database = open();
  database.migrate();
  file("1_backfill.up.sql", "SET LOCAL ROLE tenon_app;\nUPDATE tenon.policies SET name = 'x';\n");
  const Error error = error_of([&] { app(database).up(); });
  EXPECT_EQ(error.kind(), Error::Kind::permission_denied);
  EXPECT_THAT(error.what(), ::testing::HasSubstr("row-level security"));
  database.close();
}

TEST_P(OnPostgres, RowsOfACopyAreTaken) {
  file("1_t.up.sql",
       "CREATE TABLE t (a integer, b text);\nCOPY t FROM stdin;\n1\tone; two\n2\t\\N\n\\.\n"
       "INSERT INTO t VALUES (3, 'x');\n");
  Database database = open();
  app(database).up();
  EXPECT_EQ(value("SELECT string_agg(coalesce(b, '-'), ',' ORDER BY a) FROM t"), "one; two,-,x");
  database.close();
}

TEST_P(OnPostgres, ADeferredConstraintFailsAtTheCommitAndKeepsNothing) {
  file("1_t.up.sql",
       "CREATE TABLE t (n integer PRIMARY KEY, m integer REFERENCES t DEFERRABLE INITIALLY "
       "DEFERRED);\nINSERT INTO t VALUES (1, 2);\n");
  Database database = open();
  const Error error = error_of([&] { app(database).up(); });
  EXPECT_EQ(error.kind(), Error::Kind::constraint_violation);
  EXPECT_THAT(error.what(), ::testing::HasSubstr("when it was committed"));
  EXPECT_EQ(app(database).version(), 0);
  EXPECT_EQ(value("SELECT to_regclass('t')"), "null");
  database.close();
}

TENON_ON_POSTGRES(OnPostgres);

class Pooler : public MigratorTest {
 protected:
  void SetUp() override {
    MigratorTest::SetUp();
    if (IsSkipped()) return;
    if (!PgBouncer::installed())
      GTEST_SKIP() << "PGBOUNCER IS NOT INSTALLED: nothing tests migrations behind a pooler";
  }

  // Starts it; returns the test's database through it.
  std::string through(const std::string& mode) {
    pooler_ = std::make_unique<PgBouncer>(mode, value("SHOW port"));
    return pooler_->url(value("SELECT current_database()"));
  }
  [[nodiscard]] static Config without_statements(const std::string& url) {
    Config config = Config::from_url(url);
    config.postgres.prepared_statements = false;
    return config;
  }

 private:
  std::unique_ptr<PgBouncer> pooler_;
};

TEST_P(Pooler, InTransactionModeIsNamedAndADirectUrlPassesIt) {
  Config config = without_statements(through("transaction"));
  Database database = Database::open(config);
  const Error error = error_of([&] { database.migrate(); });
  EXPECT_EQ(error.kind(), Error::Kind::unsupported);
  EXPECT_EQ(error.detail().code, "transaction-pooler");
  EXPECT_THAT(error.what(), ::testing::HasSubstr("migration_url"));
  EXPECT_EQ(value("SELECT to_regclass('tenon.schema_history')"), "null");
  EXPECT_EQ(value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0") << "no lock is left";
  database.close();

  config.postgres.migration_url = url();
  Database direct = Database::open(config);
  EXPECT_FALSE(direct.migrate().applied.empty());
  EXPECT_TRUE(direct.migrate().applied.empty());
  direct.close();
}

TEST_P(Pooler, InSessionModeIsNoHarm) {
  Database database = Database::open(without_statements(through("session")));
  EXPECT_FALSE(database.migrate().applied.empty());
  database.close();
}

TENON_ON_POSTGRES(Pooler);

}  // namespace
}  // namespace tenon::test
