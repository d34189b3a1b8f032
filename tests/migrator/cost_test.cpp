#include <algorithm>
#include <chrono>

#include "fixture.hpp"
#include "watched_engine.hpp"

namespace tenon::test {
namespace {

class Cost : public MigratorTest {
 protected:
  void SetUp() override {
    MigratorTest::SetUp();
    backend::register_driver(std::make_shared<WatchedDriver>());
    WatchedDriver::watch() = {};
  }
  void TearDown() override {
    WatchedDriver::watch() = {};
    MigratorTest::TearDown();
  }
  [[nodiscard]] Database watched() const { return Database::open("watched+" + url()); }
};

TEST_P(Cost, OfAStartWithNothingToDoIsOneQuery) {
  Database database = watched();
  file("1_t.up.sql", "CREATE TABLE t (n integer);\n");
  database.migrate(read_migrations(folder()));
  for (const bool host : {false, true}) {
    WatchedDriver::watch().statements.clear();
    if (host) {
      EXPECT_TRUE(app(database).up().applied.empty());
    } else {
      EXPECT_TRUE(database.migrate().applied.empty());
    }
    EXPECT_EQ(WatchedDriver::watch().statements.size(), 1U)
        << ::testing::PrintToString(WatchedDriver::watch().statements);
  }
  database.close();
}

TEST_P(Cost, OfABusyDatabaseIsPatienceNeverAnEmptyHistory) {
  file("1_t.up.sql", "CREATE TABLE t (n integer);\n");
  Database database = watched();
  app(database).up();
  int refusals = 3;
  WatchedDriver::watch().before = [&](std::string_view) {
    if (refusals-- > 0) throw Error(Error::Kind::busy, "locked by the test");
  };
  EXPECT_TRUE(app(database).up().applied.empty());
  EXPECT_LE(refusals, 0);

  WatchedDriver::watch() = {};
  WatchedDriver::watch().before = [](std::string_view) {
    throw Error(Error::Kind::busy, "locked by the test");
  };
  Migrator migrator = app(database);
  migrator.lock_timeout(std::chrono::milliseconds{200});
  EXPECT_EQ(error_of([&] { migrator.up(); }).kind(), Error::Kind::busy);
  for (const std::string& statement : WatchedDriver::watch().statements)
    EXPECT_THAT(statement, ::testing::StartsWith("SELECT")) << "nothing is tried on an unknown record";
  database.close();
}

// PostgreSQL's VACUUM waits by itself.
class CostOnSqlite : public Cost {};

TEST_P(CostOnSqlite, OfAFileLockedWhenItIsToBeVacuumedIsPatience) {
  file("1_t.up.sql", "CREATE TABLE t (n integer);\nVACUUM;\n");
  Database database = watched();
  int refusals = 3;
  WatchedDriver::watch().before = [&](std::string_view what) {
    if (what == "VACUUM" && refusals-- > 0) throw Error(Error::Kind::busy, "locked by the test");
  };
  EXPECT_EQ(app(database).up().applied, Versions{1});
  EXPECT_EQ(refusals, -1);
  database.close();
}

TEST_P(Cost, OfAnOutageWhileReadingIsAnError) {
  file("1_t.up.sql", "CREATE TABLE t (n integer);\n");
  Database database = watched();
  WatchedDriver::watch().before = [](std::string_view) { throw Error(Error::Kind::unavailable, "gone"); };
  EXPECT_EQ(error_of([&] { app(database).up(); }).kind(), Error::Kind::unavailable);
  EXPECT_EQ(WatchedDriver::watch().statements.size(), 1U);
  database.close();
}

TEST_P(Cost, OfAConnectionLostInACommitIsAnUnknownOutcome) {
  file("1_t.up.sql", "CREATE TABLE t (n integer);\n");
  Database database = watched();
  database.migrate();
  WatchedDriver::watch().before = [](std::string_view what) {
    if (what == "commit") throw Error(Error::Kind::unavailable, "gone");
  };
  const Error error = error_of([&] { app(database).up(); });
  EXPECT_EQ(error.kind(), Error::Kind::outcome_unknown);
  EXPECT_THAT(error.what(), ::testing::HasSubstr("tenon migrate status"));
  database.close();
}

// bench/migrations.cpp measures how long they take.
TEST_P(Cost, OfStatusWithAThousandAppliedIsOneQuery) {
  std::vector<Migration> all;
  for (int i = 1; i <= 1000; ++i) {
    Migration& migration = all.emplace_back();
    migration.version = i;
    migration.name = "step";
    migration.up = "SELECT " + std::to_string(i) + ";\n";
  }
  Database database = watched();
  Migrator migrator = database.migrator("app", all);
  migrator.force(1000, "for the measure");
  WatchedDriver::watch().statements.clear();
  const std::vector<MigrationStatus> status = migrator.status();
  EXPECT_EQ(WatchedDriver::watch().statements.size(), 1U)
      << ::testing::PrintToString(WatchedDriver::watch().statements);
  EXPECT_EQ(std::count_if(status.begin(), status.end(),
                          [](const auto& one) { return one.state == MigrationStatus::State::applied; }),
            1000);
  database.close();
}

TENON_ON_BACKENDS(Cost);
TENON_ON_SQLITE(CostOnSqlite);

}  // namespace
}  // namespace tenon::test
