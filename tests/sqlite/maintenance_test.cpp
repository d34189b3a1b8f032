#include <array>

#include <tenon/backend/dialect.hpp>

#include "support.hpp"

namespace tenon::test {
namespace {

using backend::CalendarUnit;

using SqliteMaintenance = SqliteTest;

TEST_F(SqliteMaintenance, TakesTheBundledSchemaUpAndDown) {
  const auto migrations = engine->bundled_migrations();
  ASSERT_FALSE(migrations.empty());
  const auto tables = [&] {
    return number(*engine,
                  "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name LIKE 'tenon_%'");
  };
  {
    const auto maintenance = engine->maintenance();
    maintenance->begin();
    for (const EmbeddedMigration& migration : migrations) maintenance->execute(migration.up);
    maintenance->commit();
  }
  EXPECT_EQ(tables(), 4);
  EXPECT_EQ(kind_of([&] {
              run(*engine,
                  writing("INSERT INTO tenon_cache_metadata VALUES ('', 'k', 't', NULL, 0, NULL, 1, 1)"));
            }),
            Error::Kind::constraint_violation);
  run(*engine, writing("INSERT INTO tenon_cache_metadata VALUES ('acme', 'k', 't', NULL, 0, NULL, 1, 1)"));
  {
    const auto maintenance = engine->maintenance();
    maintenance->begin();
    for (auto at = migrations.rbegin(); at != migrations.rend(); ++at) maintenance->execute(at->down);
    maintenance->commit();
  }
  EXPECT_EQ(tables(), 0);
}

TEST_F(SqliteMaintenance, NamesTheConstraintsOfTheBundledSchema) {
  engine->maintenance()->execute(engine->bundled_migrations()[0].up);
  const Error error = error_of([&] {
    run(*engine,
        writing("INSERT INTO tenon_policies VALUES ('acme','p','n','',-1,NULL,'block',1,'','',1,1,1)"));
  });
  EXPECT_EQ(error.detail().constraint, "policies_budget_not_negative");
  EXPECT_EQ(
      error_of([&] {
        run(*engine,
            writing("INSERT INTO tenon_policies VALUES ('acme','p','n','',1,NULL,'maybe',1,'','',1,1,1)"));
      })
          .detail()
          .constraint,
      "policies_on_violation_known");
}

TEST_F(SqliteMaintenance, QueriesInText) {
  put("a", 1);
  const auto maintenance = engine->maintenance();
  const std::array<std::string_view, 1> parameters{"1"};
  const auto rows = maintenance->query("SELECT id, amount, NULL FROM items WHERE amount = $1", parameters);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0][0], "a");
  EXPECT_EQ(rows[0][1], "1");
  EXPECT_EQ(rows[0][2], std::nullopt);
}

TEST_F(SqliteMaintenance, RollsBackWhenItEnds) {
  {
    const auto maintenance = engine->maintenance();
    maintenance->begin();
    maintenance->execute("CREATE TABLE gone (a INTEGER); INSERT INTO items VALUES ('a', 1);");
  }
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(kind_of([&] { (void)number(*engine, "SELECT count(*) FROM gone"); }),
            Error::Kind::schema_mismatch);
}

TEST_F(SqliteMaintenance, CarriesSqlitesOwnWords) {
  const auto maintenance = engine->maintenance();
  const Error error = error_of([&] { maintenance->execute("CREATE TABEL x (a)"); });
  EXPECT_NE(std::string(error.what()).find("TABEL"), std::string::npos) << error.what();
  EXPECT_EQ(error.detail().position, 8U);
  const Error later =
      error_of([&] { maintenance->execute("CREATE TABLE x (a);\n SELECT a, 'é', nope FROM x"); });
  EXPECT_EQ(later.detail().position, 38U) << later.what();
  EXPECT_EQ(error_of([&] { (void)maintenance->query("SELECT nope FROM items", {}); }).detail().position,
            8U);
  EXPECT_EQ(kind_of([&] { maintenance->copy_in("COPY x FROM STDIN", "1\n"); }), Error::Kind::unsupported);
  EXPECT_TRUE(maintenance->try_lock("tenon"));
  EXPECT_TRUE(maintenance->holds_lock("tenon"));
  maintenance->unlock("tenon");
}

TEST_F(SqliteMaintenance, SetsThePragmasAnewBehindIt) {
  engine->maintenance()->execute(
      "PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=1");
  const auto maintenance = engine->maintenance();
  EXPECT_EQ(*maintenance->query("PRAGMA foreign_keys", {})[0][0], "1");
  EXPECT_EQ(*maintenance->query("PRAGMA synchronous", {})[0][0], "2");
}

TEST_F(SqliteMaintenance, LeavesNothingToStatementsOfWhatAMigrationSet) {
  engine->maintenance()->execute(
      "CREATE TABLE checked (n INTEGER CHECK (n > 0)) STRICT;"
      "PRAGMA ignore_check_constraints=ON; PRAGMA legacy_alter_table=ON; PRAGMA writable_schema=ON;"
      "PRAGMA recursive_triggers=ON; PRAGMA reverse_unordered_selects=ON;"
      "PRAGMA query_only=ON");
  const auto maintenance = engine->maintenance();
  for (const char* pragma : {"legacy_alter_table", "writable_schema", "recursive_triggers",
                             "reverse_unordered_selects", "ignore_check_constraints", "query_only"}) {
    EXPECT_EQ(*maintenance->query(std::string("PRAGMA ") + pragma, {})[0][0], "0") << pragma;
  }
  maintenance->execute("CREATE TABLE shaped (t TEXT CHECK (t LIKE 'a%' OR t GLOB '[0-9]*')) STRICT");
  maintenance->execute("INSERT INTO shaped VALUES ('A'), ('1')");
  EXPECT_EQ(kind_of([&] { maintenance->execute("INSERT INTO checked VALUES (0)"); }),
            Error::Kind::constraint_violation);
  maintenance->execute("INSERT INTO checked VALUES (1)");
}

TEST_F(SqliteMaintenance, CreatesTheHistoryTableOnce) {
  const auto maintenance = engine->maintenance();
  const std::string create(engine->dialect().create_schema_history());
  maintenance->execute(create);
  maintenance->execute(create);
  maintenance->query("INSERT INTO tenon_schema_history VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '')",
                     std::array<std::string_view, 9>{"tenon", "1", "1", "n", "up", "c",
                                                     "2026-01-01T00:00:00Z", "5", "0.1.0"});
  const std::string select = "SELECT " + std::string(engine->dialect().schema_history_applied_at()) +
                             " FROM tenon_schema_history WHERE version = $1";
  const auto rows = maintenance->query(select, std::array<std::string_view, 1>{"1"});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0][0], "2026-01-01T00:00:00Z");
}

class SqliteCalendar : public SqliteTest {
 protected:
  // The start of the unit in which `moment` lies, both in the spelling of SQLite's datetime().
  std::string start(CalendarUnit unit, const std::string& moment, int microseconds = 0) {
    const auto maintenance = engine->maintenance();
    maintenance->execute("DROP TABLE IF EXISTS moments; CREATE TABLE moments (at INTEGER) STRICT;");
    maintenance->execute("INSERT INTO moments VALUES (unixepoch('" + moment + "') * 1000000 + " +
                         std::to_string(microseconds) + ")");
    const std::string expression = engine->dialect().start_of(unit, "at");
    const auto rows = maintenance->query("SELECT datetime(" + expression + " / 1000000, 'unixepoch'), " +
                                             expression + " % 1000000 FROM moments",
                                         {});
    EXPECT_EQ(rows[0][1], "0");
    return rows[0][0].value_or("nothing");
  }
};

TEST_F(SqliteCalendar, FindsTheStartOfDayWeekAndMonth) {
  EXPECT_EQ(start(CalendarUnit::day, "2026-11-21 03:35:00", 999'999), "2026-11-21 00:00:00");
  EXPECT_EQ(start(CalendarUnit::week, "2026-11-22 23:59:59"), "2026-11-16 00:00:00");
  EXPECT_EQ(start(CalendarUnit::week, "2026-11-16 00:00:00"), "2026-11-16 00:00:00");
  EXPECT_EQ(start(CalendarUnit::month, "2024-02-29 12:00:00", 1), "2024-02-01 00:00:00");
}

TEST_F(SqliteCalendar, RoundsDownBefore1970) {
  EXPECT_EQ(start(CalendarUnit::day, "1969-12-31 23:59:59", 999'999), "1969-12-31 00:00:00");
  EXPECT_EQ(start(CalendarUnit::day, "1970-01-01 00:00:00", -1), "1969-12-31 00:00:00");
  EXPECT_EQ(start(CalendarUnit::week, "1970-01-01 00:00:00"), "1969-12-29 00:00:00");
  EXPECT_EQ(start(CalendarUnit::week, "1968-02-29 10:00:00"), "1968-02-26 00:00:00");
  EXPECT_EQ(start(CalendarUnit::month, "1970-01-01 00:00:00", -1), "1969-12-01 00:00:00");
  EXPECT_EQ(start(CalendarUnit::month, "1900-03-15 00:00:00", 5), "1900-03-01 00:00:00");
}

}  // namespace
}  // namespace tenon::test
