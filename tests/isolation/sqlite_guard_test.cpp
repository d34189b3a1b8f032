#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

#include <boost/describe/class.hpp>
#include <gtest/gtest.h>

#include <tenon/backend/engine.hpp>
#include <tenon/policy_store.hpp>
#include <tenon/raw_sql.hpp>

#include "sqlite_attack_scene.hpp"

namespace tenon::test {

struct NameRow {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(NameRow, (), (name))

namespace {

void expect_held(Layout layout, testing::AttackPlace place) {
  // An administrator reads every tenant's file after each attack, so that there are not to be many.
  const std::size_t attacks_per_scene = layout == Layout::one_file ? 1'000 : 20;
  std::optional<SqliteAttackScene> scene;
  std::size_t made = 0;
  for (const testing::SqlAttack& attack : sqlite_attacks()) {
    if (made++ % attacks_per_scene == 0) scene.emplace(layout);
    EXPECT_EQ(testing::try_attack(*scene, attack, place), "") << attack.name << ": " << attack.sql;
  }
  std::cout << made << " attacks\n";
}

TEST(SqliteAttacks, AreHeldInAScope) {
  expect_held(Layout::one_file, testing::AttackPlace::scope);
}

TEST(SqliteAttacks, AreHeldInATransaction) {
  expect_held(Layout::one_file, testing::AttackPlace::transaction);
}

TEST(SqliteAttacks, AreHeldInAScopeOnAFilePerTenant) {
  expect_held(Layout::file_per_tenant, testing::AttackPlace::scope);
}

TEST(SqliteAttacks, AreHeldInATransactionOnAFilePerTenant) {
  expect_held(Layout::file_per_tenant, testing::AttackPlace::transaction);
}

TEST(SqliteAttacks, DoNotBecomeFewer) {
  EXPECT_GE(sqlite_attacks().size(), 240U);
}

TEST(SqliteGuard, ServesTwoTenantsAlternatelyOnOneConnection) {
  const Scene scene;
  const TenantScope both[2]{scene.attacker(), scene.victim()};
  for (int turn = 0; turn < 10'000; ++turn) {
    const auto rows = both[turn % 2].query<NameRow>("SELECT name FROM policies WHERE id = $1", "shared");
    ASSERT_EQ(rows.size(), 1U);
    ASSERT_EQ(rows[0].name.find(marker) == std::string::npos, turn % 2 == 0);
  }
}

TEST(SqliteGuard, ServesTwoTenantsUnderFourThreads) {
  const Scene scene;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&scene, &wrong, number] {
      const TenantScope both[2]{scene.attacker(), scene.victim()};
      for (int turn = 0; turn < 10'000; ++turn) {
        const int who = (turn + number) % 2;
        if (turn % 50 == 0) both[who].execute("UPDATE policies SET version = version + 1");
        const auto rows = both[who].query<NameRow>("SELECT name FROM policies");
        if (rows.size() != 2) ++wrong;
        for (const NameRow& row : rows) {
          if ((row.name.find(marker) == std::string::npos) != (who == 0)) ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(scene.read_as_stranger("SELECT sum(version) FROM tenon_policies"), "1604\n");
}

TEST(SqliteGuard, KeepsOutTableFunctionsThatATableReplaces) {
  const Scene scene;
  const TenantScope attacker = scene.attacker();
  EXPECT_EQ(attacker.query<std::string>("SELECT value FROM json_each('[\"a\"]')").size(), 1U);
  scene.run_as_stranger(
      "CREATE TABLE json_each (value TEXT); INSERT INTO json_each VALUES ('VICTIM-MARKER')");
  EXPECT_THROW((void)attacker.query<std::string>("SELECT value FROM json_each"), Error);
  EXPECT_THROW((void)attacker.query<std::int64_t>("SELECT count(*) FROM json_each"), Error);
}

TEST(SqliteGuard, GuardsATableThatAnotherProgramMakesUnderACachedStatement) {
  const Scene scene;
  const TenantScope attacker = scene.attacker();
  const char* const sql = "WITH c AS (SELECT id FROM sites) SELECT count(*) FROM c";
  EXPECT_EQ(attacker.query<std::int64_t>(sql).at(0), 2);
  scene.run_as_stranger(
      "CREATE TABLE c (id TEXT, tenant_id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));"
      "INSERT INTO c VALUES ('x', 'victim')");
  try {
    EXPECT_EQ(attacker.query<std::int64_t>(sql).at(0), 2);
  } catch (const Error&) {  // a CTE named as a table may be refused, but not answered with the table's rows
  }
  EXPECT_EQ(attacker.query<std::int64_t>("SELECT count(*) FROM c").at(0), 0);
}

// A statement that was prepared while the table came into being counted everybody's rows from then on.
TEST(SqliteGuard, GuardsATableThatAnotherProgramMakesWhileAStatementIsPrepared) {
  const Scene scene;
  const TenantScope attacker = scene.attacker();
  for (int round = 0; round < 30; ++round) {
    const std::string table = "late" + std::to_string(round);
    const std::string sql = "SELECT count(*) FROM " + table;
    std::atomic<bool> made{false};
    std::int64_t most = 0;
    std::thread asking([&] {
      for (int after = 0; after < 3; after += made ? 1 : 0) {
        try {
          most = std::max(most, attacker.query<std::int64_t>(sql).at(0));
        } catch (const Error&) {  // not yet there
        }
      }
    });
    std::this_thread::sleep_for(std::chrono::milliseconds{3});
    scene.run_as_stranger("BEGIN IMMEDIATE; CREATE TABLE " + table +
                          " (tenant_id TEXT NOT NULL, id TEXT, PRIMARY KEY (tenant_id, id)); INSERT INTO " +
                          table + " VALUES ('victim', 'x'); COMMIT");
    made = true;
    asking.join();
    ASSERT_EQ(most, 0) << table;
  }
}

TEST(SqliteGuard, SeesAColumnThatAnotherProgramAdds) {
  const Scene scene;
  const TenantScope attacker = scene.attacker();
  EXPECT_EQ(attacker.execute("UPDATE sites SET plan = $1", "paid"), 2U);
  scene.run_as_stranger("ALTER TABLE hosting_sites ADD COLUMN colour TEXT");
  EXPECT_EQ(attacker.execute("UPDATE sites SET plan = $1", "paid"), 2U);
  EXPECT_EQ(attacker.execute("INSERT INTO sites (id, name, colour) VALUES ('c', 'c', 'red')"), 1U);
  EXPECT_EQ(attacker.query<std::string>("SELECT colour FROM sites WHERE id = 'c'").at(0), "red");
}

TEST(SqliteGuard, ChangesOnlyTheTenantsRowsWhenATableLosesItsTenant) {
  const Scene scene;
  const TenantScope attacker = scene.attacker();
  EXPECT_EQ(attacker.query<std::int64_t>("SELECT count(*) FROM counters").at(0), 2);
  scene.run_as_stranger("ALTER TABLE hosting_counters DROP COLUMN tenant_id");
  EXPECT_THROW((void)attacker.query<std::int64_t>("SELECT count(*) FROM counters"), Error);
  EXPECT_THROW((void)attacker.query<std::int64_t>("SELECT count(*) FROM hosting_counters"), Error);
}

TEST(SqliteGuard, LooksAgainBeforeARawWrite) {
  const Scene scene;
  const TenantScope attacker = scene.attacker();
  EXPECT_EQ(attacker.execute("UPDATE sites SET plan = $1", "paid"), 2U);
  scene.run_as_stranger(
      "DROP TABLE hosting_sites; CREATE TABLE hosting_sites (id TEXT, name TEXT, plan TEXT);"
      "INSERT INTO hosting_sites VALUES ('v', 'VICTIM-MARKER', 'free')");
  EXPECT_THROW(attacker.execute("UPDATE sites SET plan = $1", "paid"), Error);
  EXPECT_THROW(attacker.execute("UPDATE hosting_sites SET plan = $1", "paid"), Error);
  EXPECT_THROW((void)attacker.query<std::string>("SELECT name FROM sites"), Error);
  EXPECT_EQ(scene.read_as_stranger("SELECT plan FROM hosting_sites"), "free\n");
}

TEST(SqliteGuard, LeavesATableAloneWhoseTenantsCouldCompareEqual) {
  const Scene scene;
  scene.run_as_stranger(
      "CREATE TABLE loose (tenant_id INTEGER, x TEXT); INSERT INTO loose VALUES (42, 'VICTIM-MARKER');"
      "CREATE TABLE folded (tenant_id TEXT COLLATE NOCASE, x TEXT);"
      "INSERT INTO folded VALUES ('ATTACKER', 'VICTIM-MARKER')");
  const TenantScope number = scene.database->scope(TenantContext{" 42"});
  EXPECT_THROW((void)number.query<std::string>("SELECT x FROM loose"), Error);
  EXPECT_EQ(scene.attacker().query<std::string>("SELECT x FROM folded").size(), 0U);
}

TEST(SqliteGuard, RefusesWritesWhereAKeyTakesTwoTenantsForOne) {
  const Scene scene;
  scene.run_as_stranger(
      "CREATE TABLE hosting_folded (tenant_id TEXT COLLATE NOCASE, id TEXT, PRIMARY KEY (tenant_id, id));"
      "INSERT INTO hosting_folded VALUES ('ATTACKER', 'x')");
  EXPECT_THROW(scene.attacker().execute("INSERT INTO folded VALUES ('attacker', 'x')"), Error);
  EXPECT_EQ(scene.attacker().query<std::int64_t>("SELECT count(*) FROM folded").at(0), 0);
}

// That a row cannot be removed would tell that another tenant refers to it.
TEST(SqliteGuard, RefusesWritesWhereAnothersRowMayReferToOnes) {
  const Scene scene;
  EXPECT_EQ(scene.attacker().execute("UPDATE sites SET name = name"), 2U);
  scene.run_as_stranger(
      "CREATE TABLE shares (tenant_id TEXT NOT NULL, id TEXT NOT NULL, owner TEXT, site TEXT,"
      " PRIMARY KEY (tenant_id, id), FOREIGN KEY (owner, site) REFERENCES hosting_sites (tenant_id, id)) "
      "STRICT");
  EXPECT_EQ(scene.attacker().query_one<std::int64_t>("SELECT count(*) FROM sites"), 2);
  try {
    scene.attacker().execute("DELETE FROM sites WHERE id = 'nobody'");
    ADD_FAILURE() << "another tenant's row might have referred to it";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::permission_denied) << error.what();
  }
}

// The whole file was called damaged.
TEST(SqliteGuard, TellsAFunctionThatNoSchemaMayCallFromDamage) {
  Scene scene;
  scene.run_as_stranger("CREATE INDEX quoted ON hosting_sites (tenant_id, json_quote(name))");
  scene.database->close(std::chrono::milliseconds(0));
  try {
    const Database again = Database::open(scene_config("sqlite:" + scene.file()));
    (void)again.scope(TenantContext{"attacker"}).query<std::string>("SELECT name FROM sites");
    ADD_FAILURE() << "SQLite lets it";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::unsupported) << error.what();
    EXPECT_NE(std::string(error.what()).find("the file is whole"), std::string::npos) << error.what();
  }
}

TEST(SqliteGuard, DistinguishesTenantsThatLookAlike) {
  const Scene scene;
  for (const char* tenant : {"ATTACKER", "attacker ", " attacker", "attacker'", "att%", "attacke_",
                             "\xD0\xB0ttacker", "victim' OR '1'='1", "\\", "cafe\xCC\x81"}) {
    const TenantScope other = scene.database->scope(TenantContext{tenant});
    EXPECT_EQ(other.query<std::int64_t>("SELECT count(*) FROM policies").at(0), 0) << tenant;
    EXPECT_EQ(other.execute("INSERT INTO sites (id, name) VALUES ('shared', 'x')"), 1U) << tenant;
    EXPECT_EQ(other.query<std::string>("SELECT tenant_id FROM sites").at(0), tenant);
  }
}

TEST(SqliteGuard, RefusesRawWritesOfThoseWhoOnlyRead) {
  const Scene scene;
  const TenantScope reader = scene.database->scope(TenantContext{"attacker", Role::read_only});
  EXPECT_EQ(reader.query<std::int64_t>("SELECT count(*) FROM policies").at(0), 2);
  try {
    reader.execute("DELETE FROM policies");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::permission_denied);
  }
  Transaction reading = scene.attacker().begin({.access = backend::Access::read});
  try {
    reading.execute("DELETE FROM policies");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::read_only);
  }
  EXPECT_THROW((void)reading.query<NameRow>("DELETE FROM policies RETURNING name"), Error);
  EXPECT_EQ(reading.query<std::int64_t>("SELECT count(*) FROM policies").at(0), 2);
}

// Only the preparing of a text asked whether it may write; in memory, readers use the writer's connection.
TEST(SqliteGuard, RefusesWritesOfReadersThatAWriterHasPrepared) {
  Database database = Database::open("sqlite::memory:");
  database.migrate();
  const TenantScope writer = database.scope(TenantContext{"acme"});
  const TenantScope reader = database.scope(TenantContext{"acme", Role::read_only});
  PolicyStore{writer}.insert({.id = "a", .name = "first"});
  const std::string_view update = "UPDATE policies SET name = $1";
  const std::string_view returning = "UPDATE policies SET name = $1 RETURNING name";
  EXPECT_EQ(writer.execute(update, "second"), 1U);
  EXPECT_EQ(writer.execute_returning<std::string>(returning, "second").size(), 1U);
  EXPECT_THROW((void)reader.query<std::string>(update, "third"), Error);
  EXPECT_THROW((void)reader.query<std::string>(returning, "third"), Error);
  EXPECT_THROW((void)writer.query<std::string>(returning, "third"), Error);
  {
    Transaction transaction = writer.begin();
    EXPECT_EQ(transaction.execute(update, "second"), 1U);
    EXPECT_THROW((void)transaction.query<std::string>(returning, "third"), Error);
  }
  EXPECT_EQ(PolicyStore{reader}.get("a")->name, "second");
  EXPECT_EQ(reader.query_one<std::string>("SELECT name FROM policies"), "second");
  EXPECT_THROW(writer.execute("SELECT name FROM policies"), Error) << "run it with query()";
}

TEST(SqliteGuard, GivesAnAdministratorNoRawSql) {
  const Scene scene;
  const backend::Statement statement{.name = "raw.query",
                                     .sql = "SELECT name FROM policies",
                                     .id = 1,
                                     .parameters = {},
                                     .columns = {},
                                     .access = backend::Access::read};
  const auto ignore = [](backend::Values) { return true; };
  try {
    scene.database->engine().execute(
        {"", Role::administrator, ""},
        {.statement = statement, .parameters = {}, .rows = ignore, .raw = true});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::permission_denied);
  }
}

}  // namespace
}  // namespace tenon::test
