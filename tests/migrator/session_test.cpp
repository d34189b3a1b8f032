// What a file made of the session ends with the file, and the records are written as the migrator itself.

#include <tenon/uuid.hpp>

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

class SessionsOnPostgres : public MigratorTest {
 protected:
  void SetUp() override {
    MigratorTest::SetUp();
    if (IsSkipped()) return;
    role_ = "role_" + to_string(Uuid::random()).substr(0, 8);
    sql("CREATE ROLE " + role_ + "; GRANT CREATE, USAGE ON SCHEMA public TO " + role_);
  }
  void TearDown() override {
    if (!role_.empty()) sql("DROP OWNED BY " + role_ + "; DROP ROLE " + role_);
    MigratorTest::TearDown();
  }
  [[nodiscard]] std::string owner(const std::string& table) const {
    return value("SELECT tableowner FROM pg_tables WHERE tablename = '" + table + "'");
  }
  void expect_owners(const std::string& set_role) const {
    file("1_as.up.sql", set_role + "CREATE TABLE a (n integer);\n");
    file("2_next.up.sql", "CREATE TABLE b AS SELECT 1 AS n;\n");
    Database database = open();
    EXPECT_EQ(app(database).up().applied, (Versions{1, 2}));
    EXPECT_EQ(app(database).version(), 2);
    database.close();
    EXPECT_EQ(owner("a"), role_);
    EXPECT_NE(owner("b"), role_) << "the role ends with its file";
  }

  std::string role_;
};

TEST_P(SessionsOnPostgres, PreparedStatementsAndCursorsEndWithTheirFile) {
  const std::string text = "PREPARE one AS SELECT 1;\nDECLARE two CURSOR WITH HOLD FOR SELECT 2;\n";
  file("1_a.up.sql", text);
  file("2_b.up.sql", text);
  Database database = open();
  EXPECT_EQ(app(database).up().applied, (Versions{1, 2}));
  database.close();
}

TEST_P(SessionsOnPostgres, ARoleMakesWhatItsFileMakesAndNotTheRecord) {
  expect_owners("SET ROLE " + role_ + ";\n");
}

TEST_P(SessionsOnPostgres, ARoleOfTheTransactionMakesWhatItsFileMakesAndNotTheRecord) {
  expect_owners("SET LOCAL ROLE " + role_ + ";\n");
}

TEST_P(SessionsOnPostgres, AnotherSessionUserMakesWhatItsFileMakesAndNotTheRecord) {
  expect_owners("SET SESSION AUTHORIZATION " + role_ + ";\n");
}

TEST_P(SessionsOnPostgres, ARoleHoldsWhereAFileWithoutATransactionGoesOn) {
  const std::string head =
      "-- tenon:no-transaction\nSET ROLE " + role_ + ";\nCREATE TABLE a (n integer);\n";
  file("1_as.up.sql", head + "SELECT nope;\n");
  Database database = open();
  EXPECT_THAT(error_of([&] { app(database).up(); }).what(), ::testing::HasSubstr("statement 3 of 3"));
  file("1_as.up.sql", head + "CREATE TABLE b (n integer);\nCREATE INDEX CONCURRENTLY b_n ON b (n);\n");
  file("2_next.up.sql", "CREATE TABLE c (n integer);\n");
  EXPECT_EQ(app(database).up().applied, (Versions{1, 2}));
  database.close();
  EXPECT_EQ(owner("a"), role_);
  EXPECT_EQ(owner("b"), role_);
  EXPECT_NE(owner("c"), role_);
}

TEST_P(SessionsOnPostgres, ARoleThatAFunctionTakesIsNotTheRecords) {
  file("1_as.up.sql", "-- tenon:no-transaction\nDO $$ BEGIN EXECUTE 'SET ROLE " + role_ +
                          "'; END $$;\nCREATE TABLE a (n integer);\n");
  Database database = open();
  EXPECT_EQ(app(database).up().applied, Versions{1});
  database.close();
  EXPECT_EQ(owner("a"), role_);
}

// A trigger that waits for the commit runs with the file's role, as it would at psql.
TEST_P(SessionsOnPostgres, ARoleHoldsUntilTheCommit) {
  file("1_as.up.sql",
       "CREATE TABLE seen (who text);\nGRANT ALL ON seen TO " + role_ +
           ";\nCREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS"
           " 'BEGIN INSERT INTO seen VALUES (current_user); RETURN NULL; END';\n"
           "CREATE TABLE a (n integer);\nGRANT ALL ON a TO " +
           role_ +
           ";\nCREATE CONSTRAINT TRIGGER late AFTER INSERT ON a DEFERRABLE INITIALLY DEFERRED"
           " FOR EACH ROW EXECUTE FUNCTION look();\nSET LOCAL ROLE " +
           role_ + ";\nINSERT INTO a VALUES (1);\n");
  Database database = open();
  app(database).up();
  database.close();
  EXPECT_EQ(value("SELECT who FROM seen"), role_);
}

TENON_ON_POSTGRES(SessionsOnPostgres);

}  // namespace
}  // namespace tenon::test
