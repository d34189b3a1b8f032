#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <tenon/migration_source.hpp>

#include "random_script.hpp"
#include "splitting.hpp"

namespace tenon::test {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// A schema of its own on the test's server, gone with it.
class Schema {
 public:
  explicit Schema(const std::string& name) : connection_(nullptr, &PQfinish) {
    const char* url = std::getenv("TENON_TEST_POSTGRES_URL");
    connection_.reset(PQconnectdb(url == nullptr ? "" : url));
    EXPECT_EQ(PQstatus(connection_.get()), CONNECTION_OK) << PQerrorMessage(connection_.get());
    execute("DROP SCHEMA IF EXISTS " + name + " CASCADE; CREATE SCHEMA " + name +
            "; SET search_path = " + name);
  }

  // All statements in one message, as psql -c or golang-migrate would.
  void execute(const std::string& sql) { (void)results_of(sql); }

  // Every result of a message, its first value each.
  std::vector<std::string> results_of(const std::string& sql) {
    std::vector<std::string> values;
    EXPECT_EQ(PQsendQuery(connection_.get(), sql.c_str()), 1);
    while (PGresult* raw = PQgetResult(connection_.get())) {
      const Result result(raw, &PQclear);
      const ExecStatusType status = PQresultStatus(raw);
      EXPECT_TRUE(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
          << PQresultErrorMessage(raw) << "\n"
          << sql;
      values.emplace_back(status == PGRES_TUPLES_OK && PQntuples(raw) > 0 ? PQgetvalue(raw, 0, 0)
                                                                          : PQcmdStatus(raw));
    }
    return values;
  }

  // As the migrator would, here without a history.
  void run(const detail::Script& script) {
    if (script.transactional) execute("BEGIN");
    for (const auto& statement : script.statements) {
      if (statement.copy_data) {
        copy(statement);
      } else {
        execute(std::string(statement.text));
      }
    }
    if (script.transactional) execute("COMMIT");
  }

  void copy(const detail::ScriptStatement& statement) {
    const Result begun(PQexec(connection_.get(), std::string(statement.text).c_str()), &PQclear);
    EXPECT_EQ(PQresultStatus(begun.get()), PGRES_COPY_IN) << PQerrorMessage(connection_.get());
    EXPECT_EQ(PQputCopyData(connection_.get(), statement.copy_data->data(),
                            static_cast<int>(statement.copy_data->size())),
              1);
    EXPECT_EQ(PQputCopyEnd(connection_.get(), nullptr), 1);
    while (PGresult* raw = PQgetResult(connection_.get())) {
      EXPECT_EQ(PQresultStatus(raw), PGRES_COMMAND_OK) << PQresultErrorMessage(raw);
      PQclear(raw);
    }
  }

  // What describe() tells about the first statement that fails.
  std::string failure_of(const detail::Script& script) {
    for (std::size_t i = 0; i < script.statements.size(); ++i) {
      const std::string_view text = script.statements[i].text;
      const Result result(PQexec(connection_.get(), std::string(text).c_str()), &PQclear);
      const char* message = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
      if (message == nullptr) continue;
      const char* position = PQresultErrorField(result.get(), PG_DIAG_STATEMENT_POSITION);
      const char* hint = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_HINT);
      std::optional<std::size_t> offset;
      if (position != nullptr) offset = detail::offset_of_character(text, std::stoul(position));
      return describe(script, {i, offset, message, hint == nullptr ? "" : hint});
    }
    return "";
  }

  // Every table, index, function, type, trigger and policy of the schema, with its definition.
  std::vector<std::string> objects() {
    std::vector<std::string> all;
    for (const char* sql :
         {"SELECT relname || ' ' || relkind::text || ' ' || relrowsecurity::text FROM pg_class "
          "WHERE relnamespace = current_schema::regnamespace AND relkind <> 't' ORDER BY 1",
          "SELECT typname || ' ' || typtype::text FROM pg_type "
          "WHERE typnamespace = current_schema::regnamespace ORDER BY 1",
          "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema ORDER BY 1",
          "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = current_schema::regnamespace "
          "ORDER BY 1",
          "SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid "
          "WHERE relnamespace = current_schema::regnamespace AND NOT tgisinternal ORDER BY 1",
          "SELECT policyname || ' ' || coalesce(qual, '') FROM pg_policies WHERE schemaname = "
          "current_schema "
          "ORDER BY 1",
          "SELECT table_name || ' ' || column_name || ' ' || data_type FROM information_schema.columns "
          "WHERE table_schema = current_schema ORDER BY 1"})
      for (std::string& row : column(sql)) all.push_back(std::move(row));
    return all;
  }

  std::vector<std::string> column(const char* sql) {
    const Result result(PQexec(connection_.get(), sql), &PQclear);
    EXPECT_EQ(PQresultStatus(result.get()), PGRES_TUPLES_OK) << PQerrorMessage(connection_.get());
    std::vector<std::string> values;
    for (int row = 0; row < PQntuples(result.get()); ++row)
      values.emplace_back(PQgetvalue(result.get(), row, 0));
    return values;
  }

  // True when the server says that the statement cannot run in the transaction, in which the session is.
  bool refused_in_transaction(const char* sql) {
    const Result result(PQexec(connection_.get(), sql), &PQclear);
    const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
    return state != nullptr && std::string(state) == "25001";  // active_sql_transaction
  }

  // Everything that a script of the generator made.
  std::string dump(std::size_t tables) {
    std::string sql =
        "SELECT coalesce((SELECT string_agg(pg_get_functiondef(p.oid), E'\\n' ORDER BY proname) FROM "
        "pg_proc p "
        "WHERE pronamespace = current_schema::regnamespace), '') || "
        "coalesce((SELECT string_agg(viewname || definition, E'\\n' ORDER BY viewname) FROM pg_views "
        "WHERE schemaname = current_schema), '') || "
        "coalesce((SELECT string_agg(tablename || definition, E'\\n' ORDER BY tablename) FROM pg_rules "
        "WHERE schemaname = current_schema), '')";
    for (std::size_t i = 0; i < tables; ++i)
      sql += "|| coalesce((SELECT string_agg(a || b, ',') FROM t" + std::to_string(i) + "), '')";
    return results_of(sql).at(0);
  }

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

TEST(PostgresScripts, MakeTheSameInPiecesAsAsAWhole) {
  Random random(3);
  for (int i = 0; i < 60; ++i) {
    const std::string script = valid_script(random, postgres, 6);
    Schema schema("same");
    schema.execute(script);
    const std::string whole = schema.dump(6);
    schema.execute("DROP SCHEMA same CASCADE; CREATE SCHEMA same");
    for (const auto& statement : detail::split_script(script, postgres))
      ASSERT_EQ(schema.results_of(std::string(statement.text)).size(), 1U) << statement.text;
    ASSERT_FALSE(::testing::Test::HasFailure()) << script;
    ASSERT_EQ(whole, schema.dump(6)) << script;
  }
}

TEST(PostgresScripts, ReadEveryKindOfTextAsTheServerDoes) {
  const std::vector<std::string> values{"'a;''b'",
                                        "E'a\\';b'",
                                        "E'a'\n'\\';b'",
                                        "E'a' -- c\n'\\';b'",
                                        "$$a;'$$",
                                        "$t$a;$$;$x$;$t$",
                                        "U&'a!0061;' UESCAPE '!'",
                                        "'a\\'",
                                        "e'\\\\'",
                                        "B'01'::text",
                                        "1/* /* ; */ ; */+2",
                                        "'a'\n';b'",
                                        "(SELECT \"a;b\" FROM (SELECT 1 AS \"a;b\") AS \"x\"\"y;\")",
                                        "$tä1$;$tä1$",
                                        "n'a;'",
                                        "2 */* ; */ 3",
                                        "'a'--;\n",
                                        "1 AS end",
                                        "CASE WHEN true THEN ';' END",
                                        "E'\\x3b;'",
                                        "U&'\\003b;'"};
  Random random(5);
  Schema schema("texts");
  for (int i = 0; i < 300; ++i) {
    std::string script;
    std::vector<std::string> one_by_one;
    for (int n = 0; n < 10; ++n)
      script += "SELECT " + values[random() % values.size()] + (n % 3 == 0 ? ";;" : " ;") + "\n";
    for (const auto& statement : detail::split_script(script, postgres))
      for (std::string& value : schema.results_of(std::string(statement.text)))
        one_by_one.push_back(std::move(value));
    ASSERT_EQ(one_by_one.size(), 10U) << script;
    ASSERT_EQ(schema.results_of(script), one_by_one) << script;
  }
}

class PostgresFolders : public ::testing::TestWithParam<const char*> {};

TEST_P(PostgresFolders, RunThereAndBackAndThereAgain) {
  Schema schema("folder");
  const auto migrations = read_migrations(std::string(MIGRATIONS_DATA "/") + GetParam());
  ASSERT_GE(migrations.size(), 4U);
  std::vector<std::vector<std::string>> before;
  for (const Migration& migration : migrations) {
    before.push_back(schema.objects());
    schema.run(detail::up_script(migration, postgres));
    ASSERT_FALSE(::testing::Test::HasFailure()) << migration.up_file;
  }
  const auto complete = schema.objects();
  EXPECT_GT(complete.size(), 8U);
  for (std::size_t i = migrations.size(); i-- > 0;) {
    schema.run(detail::down_script(migrations[i], postgres));
    ASSERT_EQ(schema.objects(), before[i]) << migrations[i].down_file;
  }
  for (const Migration& migration : migrations) schema.run(detail::up_script(migration, postgres));
  EXPECT_EQ(schema.objects(), complete);
}

INSTANTIATE_TEST_SUITE_P(Real, PostgresFolders,
                         ::testing::Values("golang_migrate_hosting", "concurrently", "goose"));

TEST(PostgresScripts, CarryTheDataOfCopy) {
  Schema schema("copied");
  schema.run(detail::read_script(
      "BEGIN;\nCREATE TABLE t (a int, b text);\nCOPY copied.t (a, b) FROM stdin;\n1\tx;'$$\n2\t\\N\n\\.\n\n"
      "INSERT INTO t VALUES (3, 'y');\nCOMMIT;\n",
      postgres));
  EXPECT_EQ(schema.column("SELECT a || coalesce(b, 'null') FROM t ORDER BY a"),
            (std::vector<std::string>{"1x;'$$", "2null", "3y"}));
}

TEST(PostgresScripts, ShowWhereTheirErrorsAre) {
  Schema schema("errors");
  const auto failure = [&](std::string_view sql) {
    return schema.failure_of(detail::read_script(sql, postgres, "1_a.up.sql", 10));
  };
  EXPECT_EQ(failure("SELECT 'ü';\r\n/* ö */ SELECT 'ä',\r\n\tlenth('x');\r\n"),
            "1_a.up.sql:12:2: function lenth(unknown) does not exist\n"
            "  in statement 2 of 2, which begins on line 11: SELECT 'ä',\n"
            "  12 | \tlenth('x');\n"
            "     | \t^\n"
            "  hint: No function matches the given name and argument types. You might need to add explicit "
            "type casts.");
  EXPECT_EQ(failure("SELECT 1/0"),
            "1_a.up.sql:10:1: division by zero\n  in statement 1 of 1\n  10 | SELECT 1/0\n     | ^");
}

// What split_script says cannot run in a transaction is what the server refuses in one, and the reverse.
TEST(PostgresScripts, KnowWhatTheServerRefusesInATransaction) {
  Schema schema("alone");
  schema.execute("CREATE TABLE t (a int PRIMARY KEY); CREATE INDEX i ON t (a); CLUSTER t USING t_pkey");
  schema.execute(
      "CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)");
  schema.execute("CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE UNIQUE INDEX v_a ON v (a)");
  schema.execute("CREATE TYPE mood AS ENUM ('good')");
  for (const char* sql :
       {"CREATE INDEX CONCURRENTLY j ON t (a)",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS j ON t (a)",
        "DROP INDEX CONCURRENTLY i",
        "REINDEX INDEX CONCURRENTLY i",
        "REINDEX (CONCURRENTLY) TABLE t",
        "REINDEX (VERBOSE) SCHEMA alone",
        "REINDEX DATABASE postgres",
        "REINDEX SYSTEM postgres",
        "REINDEX TABLE t",
        "VACUUM",
        "VACUUM (ANALYZE) t",
        "ANALYZE t",
        "ALTER SYSTEM SET work_mem = '4MB'",
        "CREATE DATABASE never",
        "DROP DATABASE IF EXISTS never",
        "ALTER DATABASE postgres SET TABLESPACE pg_default",
        "ALTER DATABASE postgres SET work_mem = '4MB'",
        "CREATE TABLESPACE never LOCATION '/nowhere'",
        "DROP TABLESPACE IF EXISTS never",
        "CLUSTER",
        "CLUSTER t",
        "CLUSTER VERBOSE",
        "CLUSTER VERBOSE t",
        "CREATE SUBSCRIPTION s CONNECTION 'host=/nowhere' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION 'host=/nowhere' PUBLICATION p WITH (connect = false)",
        "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY",
        "ALTER TABLE p DETACH PARTITION p1",
        "DISCARD TEMP",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        "ALTER TYPE mood ADD VALUE 'bad'"}) {
    Schema transaction("unused");
    transaction.execute("SET search_path = alone; BEGIN");
    EXPECT_EQ(transaction.refused_in_transaction(sql),
              !detail::split_script(sql, postgres).at(0).transactional)
        << sql;
  }
}

}  // namespace
}  // namespace tenon::test
