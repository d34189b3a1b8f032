#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "splitting.hpp"

namespace tenon::test {
namespace {

using detail::read_script;
using detail::Script;
using detail::split_script;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::vector<std::string> texts_of(const Script& script) {
  std::vector<std::string> result;
  for (const auto& statement : script.statements) result.emplace_back(statement.text);
  return result;
}

std::string script_refusal(std::string_view sql, backend::Flavour flavour, bool no_transaction = false) {
  return message_of([&] { (void)read_script(sql, flavour, "f.sql", 1, no_transaction); });
}

TEST(Script, TakesItsOwnTransactionForTheMigrators) {
  for (const char* begin :
       {"BEGIN", "begin work", "BEGIN TRANSACTION", "START TRANSACTION", "BEGIN READ WRITE"})
    for (const char* commit : {"COMMIT", "commit work", "END", "END TRANSACTION", "COMMIT AND NO CHAIN"}) {
      const std::string sql = std::string(begin) + "; SELECT 1; SELECT 2; " + commit + ";";
      EXPECT_THAT(texts(sql, postgres), ElementsAre("SELECT 1", "SELECT 2")) << sql;
      EXPECT_TRUE(read_script(sql, postgres).transactional);
    }
  for (const char* begin : {"BEGIN", "BEGIN IMMEDIATE", "BEGIN DEFERRED TRANSACTION", "begin exclusive"})
    EXPECT_THAT(texts(std::string(begin) + "; SELECT 1; END TRANSACTION;", sqlite),
                ElementsAre("SELECT 1"));
}

TEST(Script, TakesWhatStandsAroundItsTransactionIntoIt) {
  EXPECT_THAT(texts("SET lock_timeout = '1s'; BEGIN; SELECT 1; COMMIT; SELECT 2;", postgres), SizeIs(3));
}

TEST(Script, LeavesSavepointsAlone) {
  const auto script = read_script("SAVEPOINT a; SELECT 1; ROLLBACK TO a; RELEASE SAVEPOINT a", postgres);
  EXPECT_TRUE(script.transactional);
  EXPECT_THAT(script.statements, SizeIs(4));
  EXPECT_THAT(script_refusal("SAVEPOINT a; VACUUM", postgres),
              HasSubstr("a savepoint needs a transaction"));
}

TEST(Script, RefusesOtherTransactionControl) {
  EXPECT_THAT(refusal("BEGIN; SELECT 1;", postgres), StartsWith("f.sql:1:1: BEGIN without its COMMIT"));
  EXPECT_THAT(refusal("SELECT 1;\nCOMMIT;", postgres), StartsWith("f.sql:2:1: COMMIT without a BEGIN"));
  EXPECT_THAT(refusal("BEGIN; BEGIN; COMMIT;", postgres), HasSubstr("BEGIN inside a transaction"));
  EXPECT_THAT(refusal("BEGIN; COMMIT; BEGIN; COMMIT;", postgres), HasSubstr("a second transaction"));
  EXPECT_THAT(refusal("BEGIN; ROLLBACK;", sqlite), HasSubstr("may not roll back"));
  EXPECT_THAT(refusal("ABORT;", postgres), HasSubstr("may not roll back"));
  EXPECT_THAT(refusal("BEGIN; COMMIT AND CHAIN;", postgres), HasSubstr("to begin or finish another"));
  EXPECT_THAT(refusal("COMMIT PREPARED 'x'", postgres), HasSubstr("to begin or finish another"));
  EXPECT_THAT(refusal("PREPARE TRANSACTION 'x'", postgres), HasSubstr("PREPARE TRANSACTION"));
  EXPECT_THAT(refusal("BEGIN ISOLATION LEVEL SERIALIZABLE; COMMIT", postgres), HasSubstr("modes of BEGIN"));
  EXPECT_THAT(refusal("BEGIN READ ONLY; COMMIT", postgres), HasSubstr("modes of BEGIN"));
  EXPECT_THAT(refusal("VACUUM; DISCARD ALL", postgres), HasSubstr("RESET ALL"));
  EXPECT_EQ(refusal("PREPARE p AS SELECT 1; COMMENT ON TABLE t IS 'x'", postgres), "");
}

TEST(Script, RefusesStatementsAloneBesideItsOwnTransaction) {
  EXPECT_THAT(
      refusal("BEGIN;\nCREATE INDEX CONCURRENTLY i ON t (a);\nCOMMIT;", postgres),
      StartsWith("f.sql:2:1: CREATE INDEX CONCURRENTLY cannot run in a transaction, but the file has"));
  EXPECT_THAT(refusal("BEGIN; SELECT 1; COMMIT; VACUUM;", sqlite), HasSubstr("migration of its own"));
  EXPECT_THAT(script_refusal("BEGIN; SELECT 1; COMMIT;", postgres, true),
              HasSubstr("a BEGIN … COMMIT of its own"));
}

TEST(Script, KnowsWhatCannotRunInATransactionOnPostgres) {
  for (const char* sql : {"CREATE INDEX CONCURRENTLY i ON t (a)",
                          "create unique index concurrently if not exists i on t (a)",
                          "DROP INDEX CONCURRENTLY IF EXISTS i",
                          "REINDEX INDEX CONCURRENTLY i",
                          "REINDEX (CONCURRENTLY) TABLE t",
                          "REINDEX (VERBOSE, TABLESPACE x) DATABASE d",
                          "REINDEX SCHEMA s",
                          "REINDEX SYSTEM d",
                          "VACUUM",
                          "VACUUM (FULL, ANALYZE) t",
                          "ALTER SYSTEM SET work_mem = '1MB'",
                          "CREATE DATABASE d",
                          "DROP DATABASE IF EXISTS d",
                          "ALTER DATABASE d SET TABLESPACE s",
                          "CREATE TABLESPACE s LOCATION '/x'",
                          "DROP TABLESPACE s",
                          "CLUSTER",
                          "CLUSTER VERBOSE",
                          "CLUSTER (VERBOSE)",
                          "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p",
                          "DROP SUBSCRIPTION s",
                          "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
                          "ALTER SUBSCRIPTION s SET PUBLICATION p",
                          "ALTER TABLE ONLY public.\"T\" DETACH PARTITION p CONCURRENTLY"}) {
    const auto found = split_script(sql, postgres);
    EXPECT_FALSE(found.at(0).transactional) << sql;
    EXPECT_THAT(std::string(found.at(0).why_not), HasSubstr("cannot run in a transaction")) << sql;
    const Script script = read_script(std::string("SELECT 1; ") + sql, postgres);
    EXPECT_FALSE(script.transactional) << sql;
    EXPECT_EQ(script.why_not, found.at(0).why_not);
  }
}

TEST(Script, KnowsWhatCanRunInATransactionOnPostgres) {
  for (const char* sql :
       {"CREATE INDEX i ON t (a)", "CREATE INDEX \"concurrently\" ON t (a)", "REINDEX INDEX i",
        "REINDEX (VERBOSE) TABLE t", "REFRESH MATERIALIZED VIEW CONCURRENTLY v", "ANALYZE t",
        "ALTER TYPE mood ADD VALUE 'x'", "ALTER DATABASE d SET search_path = x", "CLUSTER t USING i",
        "CLUSTER (VERBOSE) t", "CLUSTER VERBOSE t",
        "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (create_slot = false, slot_name = NONE)",
        "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)", "ALTER SUBSCRIPTION s DISABLE",
        "ALTER TABLE t DETACH PARTITION p", "DISCARD TEMP", "CREATE TABLE vacuum (a int)"})
    EXPECT_TRUE(split_script(sql, postgres).at(0).transactional) << sql;
}

TEST(Script, KnowsWhatCannotRunInATransactionOnSqlite) {
  for (const char* sql :
       {"VACUUM", "VACUUM main INTO 'x'", "PRAGMA journal_mode = WAL", "pragma main.Journal_Mode(delete)",
        "PRAGMA synchronous=1", "PRAGMA \"temp_store\" = 2", "PRAGMA wal_checkpoint", "ATTACH 'x' AS y",
        "DETACH DATABASE y"}) {
    const auto found = split_script(sql, sqlite);
    EXPECT_FALSE(found.at(0).transactional) << sql;
    EXPECT_THAT(std::string(found.at(0).why_not), HasSubstr("in a transaction")) << sql;
  }
  for (const char* sql : {"PRAGMA journal_mode", "PRAGMA user_version = 3", "PRAGMA foreign_key_check(t)",
                          "PRAGMA defer_foreign_keys = ON", "PRAGMA foreign_keys", "REINDEX t", "ANALYZE"})
    EXPECT_TRUE(split_script(sql, sqlite).at(0).transactional) << sql;
}

TEST(Script, RunsTheTwelveStepsInATransactionWithForeignKeysOff) {
  for (const char* off : {"OFF", "off", "0", "no", "FALSE", "'off'"}) {
    const std::string sql =
        "PRAGMA foreign_keys=" + std::string(off) +
        "; BEGIN; CREATE TABLE new_t (a); DROP TABLE t; PRAGMA foreign_key_check; COMMIT; "
        "PRAGMA foreign_keys(ON);";
    const Script script = read_script(sql, sqlite);
    EXPECT_TRUE(script.transactional) << sql;
    EXPECT_TRUE(script.foreign_keys_off) << sql;
    EXPECT_THAT(texts_of(script),
                ElementsAre("CREATE TABLE new_t (a)", "DROP TABLE t", "PRAGMA foreign_key_check"));
  }
  EXPECT_TRUE(read_script("PRAGMA foreign_keys=OFF; DROP TABLE t;", sqlite).foreign_keys_off);
}

TEST(Script, TakesForeignKeysOnForWhatIsSoAnyway) {
  const Script script = read_script("PRAGMA foreign_keys = yes; SELECT 1", sqlite);
  EXPECT_TRUE(script.transactional);
  EXPECT_FALSE(script.foreign_keys_off);
  EXPECT_THAT(texts_of(script), ElementsAre("SELECT 1"));
}

TEST(Script, RunsStatementsOneByOneWhereForeignKeysAreOffForSomeOnly) {
  const Script script = read_script("DELETE FROM a; PRAGMA foreign_keys=OFF; DROP TABLE a;", sqlite);
  EXPECT_FALSE(script.transactional);
  EXPECT_FALSE(script.foreign_keys_off);
  EXPECT_THAT(script.statements, SizeIs(3));
  EXPECT_THAT(
      script_refusal("DELETE FROM a; PRAGMA foreign_keys=OFF; BEGIN; DROP TABLE a; COMMIT;", sqlite),
      HasSubstr("off for a part of the file only"));
  const Script vacuum = read_script("PRAGMA foreign_keys=OFF; VACUUM;", sqlite);
  EXPECT_FALSE(vacuum.transactional);
  EXPECT_THAT(vacuum.statements, SizeIs(2));
}

TEST(Script, RefusesForeignKeysOffWhereItHasNoEffect) {
  EXPECT_THAT(refusal("BEGIN;\nPRAGMA foreign_keys=OFF; COMMIT;", sqlite),
              StartsWith("f.sql:2:1: PRAGMA foreign_keys has no effect inside a transaction"));
  EXPECT_TRUE(
      read_script("PRAGMA foreign_keys=OFF; BEGIN; DROP TABLE a; PRAGMA foreign_keys=ON; COMMIT;", sqlite)
          .foreign_keys_off);
}

TEST(Script, ObeysTheDirective) {
  const Script script = read_script("-- why\n-- tenon:no-transaction  \r\nSELECT 1;", postgres);
  EXPECT_FALSE(script.transactional);
  EXPECT_EQ(script.why_not, "the file asks for no transaction");
  EXPECT_FALSE(read_script("--tenon:no-transaction\nSELECT 1", postgres).transactional);
  EXPECT_FALSE(read_script("\xEF\xBB\xBF-- tenon:no-transaction\nSELECT 1", sqlite).transactional);
  EXPECT_FALSE(read_script("SELECT 1", postgres, {}, 1, true).transactional);
  EXPECT_TRUE(read_script("-- see tenon:no-transaction\nSELECT 1", postgres).transactional);
  EXPECT_THAT(read_script("-- tenon:no-transaction", postgres).statements, IsEmpty());
}

TEST(Script, RefusesDirectivesThatItWouldNotObey) {
  EXPECT_THAT(script_refusal("-- tenon:no_transaction\nSELECT 1", postgres),
              StartsWith("f.sql:1:1: unknown directive"));
  EXPECT_THAT(script_refusal("SELECT 1;\n-- tenon:no-transaction\nSELECT 2;", postgres),
              StartsWith("f.sql:2:1: the directive must stand before the first statement"));
  EXPECT_EQ(script_refusal("SELECT '\n-- tenon:nothing\n'", postgres), "");
}

TEST(Script, KnowsTheDirectionsOfAMigration) {
  Migration migration{3, "m", "SELECT 1", "SELEC 2;\nVACUUM"};
  migration.down_file = "m.sql";
  migration.down_line = 7;
  EXPECT_TRUE(detail::up_script(migration, postgres).transactional);
  const Script down = detail::down_script(migration, postgres);
  EXPECT_FALSE(down.transactional);
  EXPECT_EQ(down.file, "m.sql");
  EXPECT_EQ(down.statements.at(1).line, 8U);
  migration.no_transaction = true;
  EXPECT_FALSE(detail::up_script(migration, postgres).transactional);
}

}  // namespace
}  // namespace tenon::test
