#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <libpq-fe.h>

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
        "DISCARD ALL",
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
