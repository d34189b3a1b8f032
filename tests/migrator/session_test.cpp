// What a file made of the session ends with the file.

#include "fixture.hpp"

namespace tenon::test {
namespace {

class Sessions : public MigratorTest {
 protected:
  // Rows that the second file puts into the real table of users.
  [[nodiscard]] std::string users_after(const std::string& end_of_first) const {
    file("1_users.up.sql", "CREATE TABLE users (id integer);\n");
    file("2_stage.up.sql", end_of_first);
    file("3_fill.up.sql", "INSERT INTO users VALUES (1), (2);\n");
    Database database = open();
    app(database).up();
    database.close();
    return value("SELECT count(*) FROM users");
  }
};

// The rows were once lost with the temporary table.
TEST_P(Sessions, ATemporaryTableEndsWithItsFile) {
  EXPECT_EQ(users_after("CREATE TEMP TABLE users AS SELECT 7 AS id;\n"), "2");
}

TEST_P(Sessions, ATemporaryTableEndsWithAFileThatRanWithoutATransaction) {
  EXPECT_EQ(users_after("-- tenon:no-transaction\nCREATE TEMPORARY TABLE users (id integer);\n"), "2");
}

TENON_ON_BACKENDS(Sessions);

class SessionsOnSqlite : public Sessions {};

TEST_P(SessionsOnSqlite, TemporaryObjectsOfEveryKindEndWithTheirFile) {
  EXPECT_EQ(users_after("CREATE TABLE IF NOT EXISTS temp.parent (id integer PRIMARY KEY AUTOINCREMENT);\n"
                        "CREATE TEMP TABLE child (p integer REFERENCES parent (id));\n"
                        "INSERT INTO parent VALUES (1);\nINSERT INTO child VALUES (1);\n"
                        "CREATE VIRTUAL TABLE temp.words USING fts5(word);\n"
                        "CREATE TEMP VIEW shown AS SELECT * FROM main.users;\n"
                        "CREATE TEMP TRIGGER \"lost \"\"rows\" AFTER INSERT ON main.users BEGIN"
                        " DELETE FROM users; END;\n"),
            "2");
  file("4_none.up.sql",
       "CREATE TABLE seen AS SELECT name FROM sqlite_temp_schema"
       " WHERE name NOT LIKE 'sqlite_%';\n");
  Database database = open();
  app(database).up();
  database.close();
  EXPECT_EQ(value("SELECT count(*) FROM seen"), "0");
}

// What a PRAGMA forbids may not keep it.
TEST_P(SessionsOnSqlite, ATemporaryTableEndsWithAFileThatForbidsWriting) {
  file("1_users.up.sql", "CREATE TABLE users (id integer);\n");
  file("2_stage.up.sql",
       "-- tenon:no-transaction\nCREATE TEMP TABLE users (id integer);\nPRAGMA query_only = ON;\n"
       "SELECT nope;\n");
  Database database = open();
  (void)error_of([&] { app(database).up(); });
  const auto on = database.engine().maintenance();
  EXPECT_EQ(on->query("SELECT count(*) FROM sqlite_temp_schema WHERE name = 'users'", {})[0][0], "0");
}

TENON_ON_SQLITE(SessionsOnSqlite);

class SessionsOnPostgres : public MigratorTest {};

TEST_P(SessionsOnPostgres, PreparedStatementsAndCursorsEndWithTheirFile) {
  const std::string text = "PREPARE one AS SELECT 1;\nDECLARE two CURSOR WITH HOLD FOR SELECT 2;\n";
  file("1_a.up.sql", text);
  file("2_b.up.sql", text);
  Database database = open();
  EXPECT_EQ(app(database).up().applied, (Versions{1, 2}));
  database.close();
}

TENON_ON_POSTGRES(SessionsOnPostgres);

}  // namespace
}  // namespace tenon::test
