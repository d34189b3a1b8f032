#include <algorithm>
#include <memory>
#include <thread>

#include <sqlite3.h>

#include "fixture.hpp"

namespace tenon::test {
namespace {

class OnSqlite : public MigratorTest {
 protected:
  using Handle = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
  // A connection as another program has it.
  [[nodiscard]] Handle other() const {
    sqlite3* raw = nullptr;
    EXPECT_EQ(sqlite3_open(url().substr(7).c_str(), &raw), SQLITE_OK);
    return {raw, sqlite3_close};
  }
  static void execute(const Handle& on, const char* sql) {
    ASSERT_EQ(sqlite3_exec(on.get(), sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(on.get());
  }
  [[nodiscard]] Config impatient() const {
    Config config = Config::from_url(url());
    config.sqlite.busy_timeout = std::chrono::milliseconds{20};
    return config;
  }
};

TEST_P(OnSqlite, AWriterOfAnotherProgramIsWaitedForThenReported) {
  file("1_t.up.sql", "CREATE TABLE t (n integer);\n");
  Database database = Database::open(impatient());
  const Handle holder = other();
  execute(holder, "BEGIN IMMEDIATE");
  Migrator migrator = app(database);
  migrator.lock_timeout(std::chrono::milliseconds{300});
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(error_of([&] { migrator.up(); }).kind(), Error::Kind::busy);
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds{300});

  std::thread release([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    execute(holder, "COMMIT");
  });
  migrator.lock_timeout(std::chrono::seconds{20});
  EXPECT_EQ(migrator.up().applied, Versions{1});
  release.join();
  database.close();
}

// It once waited for SQLite's own 5 s each time.
TEST_P(OnSqlite, TheLockTimeoutEndsAWaitThatTheDatabaseWouldGoOnWith) {
  file("1_t.up.sql", "CREATE TABLE t (n integer);\n");
  Database database = open();
  const Handle holder = other();
  execute(holder, "BEGIN IMMEDIATE");
  Migrator migrator = app(database);
  for (const int timeout_ms : {300, 0}) {
    migrator.lock_timeout(std::chrono::milliseconds{timeout_ms});
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(error_of([&] { migrator.up(); }).kind(), Error::Kind::busy);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds{2'000});
  }
  execute(holder, "COMMIT");
  database.close();
}

TEST_P(OnSqlite, ForeignKeysOffAreCheckedBeforeTheCommit) {
  file("1_t.up.sql",
       "CREATE TABLE parent (id integer PRIMARY KEY);\n"
       "CREATE TABLE child (p integer REFERENCES parent (id));\n"
       "INSERT INTO parent VALUES (1);\nINSERT INTO child VALUES (1);\n");
  file("2_drop.up.sql",
       "PRAGMA foreign_keys = OFF;\nBEGIN;\nDELETE FROM parent;\nCOMMIT;\n"
       "PRAGMA foreign_keys = ON;\n");
  Database database = open();
  const Error error = error_of([&] { app(database).up(); });
  EXPECT_EQ(error.kind(), Error::Kind::constraint_violation);
  EXPECT_EQ(error.detail().code, "foreign-key-check");
  EXPECT_THAT(error.what(), ::testing::HasSubstr("child, row 1, refers to parent"));
  EXPECT_EQ(value("SELECT count(*) FROM parent"), "1");
  EXPECT_EQ(app(database).version(), 1);

  file("2_drop.up.sql", "PRAGMA foreign_keys = OFF;\nDELETE FROM parent;\nDELETE FROM child;\n");
  file("3_next.up.sql", "INSERT INTO child VALUES (7);\n");
  EXPECT_EQ(error_of([&] { app(database).up(); }).kind(), Error::Kind::constraint_violation)
      << "foreign keys are on again for the next file";
  EXPECT_EQ(app(database).version(), 2);
  database.close();
}

TEST_P(OnSqlite, ForeignKeysOffForAPartOfAFileAreOffWhereItGoesOnAndCheckedAtItsEnd) {
  file("1_t.up.sql",
       "CREATE TABLE parent (id integer PRIMARY KEY);\n"
       "CREATE TABLE child (p integer REFERENCES parent (id) ON DELETE CASCADE);\n"
       "INSERT INTO parent VALUES (1), (2);\nINSERT INTO child VALUES (1), (2);\n");
  file("2_rebuild.up.sql",
       "CREATE TABLE more (n integer);\n"
       "PRAGMA foreign_keys = OFF;\n"
       "CREATE TABLE new_parent (id integer PRIMARY KEY, name text);\n"
       "INSERT INTO new_parent (id) SELECT id FROM parent WHERE id <> 2;\n"
       "SELECT 1 FROM comes_later;\n"
       "DROP TABLE parent;\n"
       "ALTER TABLE new_parent RENAME TO parent;\n"
       "PRAGMA foreign_keys = ON;\n");
  {
    Database database = open();
    EXPECT_EQ(error_of([&] { app(database).up(); }).kind(), Error::Kind::schema_mismatch);
    database.close();
  }
  sql("CREATE TABLE comes_later (n integer)");
  Database database = open();
  const Error error = error_of([&] { app(database).up(); });
  EXPECT_EQ(error.detail().code, "foreign-key-check");
  EXPECT_THAT(error.what(), ::testing::HasSubstr("child, row 2, refers to parent"));
  EXPECT_EQ(value("SELECT count(*) FROM child"), "2") << "no row went with the old table";
  EXPECT_EQ(app(database).version(), 1);
  sql("DELETE FROM child WHERE p = 2");
  EXPECT_EQ(app(database).up().applied, Versions{2});
  EXPECT_EQ(value("SELECT count(*) FROM child"), "1");
  database.close();
}

TEST_P(OnSqlite, AVacuumRunsOutsideATransaction) {
  file("1_t.up.sql", "CREATE TABLE t (n integer);\nVACUUM;\nCREATE TABLE u (n integer);\n");
  Database database = open();
  EXPECT_FALSE(app(database).plan().at(0).transactional);
  EXPECT_EQ(app(database).up().applied, Versions{1});
  database.close();
}

TEST_P(OnSqlite, PragmasAndAttachedFilesOfAFileHoldWhereItGoesOn) {
  const std::string head =
      "ATTACH ':memory:' AS side;\nPRAGMA auto_vacuum = FULL;\nCREATE TABLE t (n integer);\n";
  file("1_t.up.sql", head + "SELECT nope;\n");
  {
    Database database = open();
    EXPECT_THAT(error_of([&] { app(database).up(); }).what(), ::testing::HasSubstr("statement 4 of 4"));
    database.close();
  }
  file("1_t.up.sql", head + "CREATE TABLE side.s (n integer);\nDETACH side;\nVACUUM;\n");
  Database database = open();
  EXPECT_EQ(app(database).up().applied, Versions{1});
  database.close();
  EXPECT_EQ(value("PRAGMA auto_vacuum"), "1");
}

// The connection stays open beneath the next attempt, and kept what the last one had attached.
TEST_P(OnSqlite, AttachedFilesAreLetGoWhereAFileFails) {
  const std::string head = "ATTACH ':memory:' AS \"the \"\"side\";\nCREATE TABLE t (n integer);\n";
  const std::string tail = "DETACH \"the \"\"side\";\nVACUUM;\n";
  file("1_t.up.sql", head + "SELECT nope;\n" + tail);
  Database database = open();
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_THAT(error_of([&] { app(database).up(); }).what(), ::testing::HasSubstr("statement 3 of 5"));
  }
  const auto list = database.engine().maintenance()->query("PRAGMA database_list", {});
  EXPECT_TRUE(
      std::ranges::all_of(list, [](const auto& one) { return one[1] == "main" || one[1] == "temp"; }));
  file("1_t.up.sql", head + "SELECT 1;\n" + tail);
  EXPECT_EQ(app(database).up().applied, Versions{1});
  database.close();
}

TENON_ON_SQLITE(OnSqlite);

}  // namespace
}  // namespace tenon::test
