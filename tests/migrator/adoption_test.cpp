#include "fixture.hpp"
#include "migrate/foreign_history.hpp"

namespace tenon::test {
namespace {

// Databases as golang-migrate, goose, Flyway and Alembic make them: with those tools' own statements.
class Adoption : public MigratorTest {
 protected:
  void SetUp() override {
    MigratorTest::SetUp();
    if (IsSkipped()) return;
    for (int i = 1; i <= 4; ++i) {
      const std::string n = std::to_string(i);
      file(n + "_t.up.sql", "CREATE TABLE t" + n + " (n integer);\n");
      file(n + "_t.down.sql", "DROP TABLE t" + n + ";\n");
    }
  }
  // golang-migrate: database/postgres/postgres.go, database/sqlite3/sqlite3.go
  void golang_migrate(int version, bool dirty) const {
    sql(postgres() ? "CREATE TABLE IF NOT EXISTS \"public\".\"schema_migrations\""
                     " (version bigint not null primary key, dirty boolean not null)"
                   : "CREATE TABLE IF NOT EXISTS schema_migrations (version uint64,dirty bool);"
                     "CREATE UNIQUE INDEX IF NOT EXISTS version_unique ON schema_migrations (version);");
    sql("INSERT INTO schema_migrations (version, dirty) VALUES (" + std::to_string(version) + ", " +
        (dirty ? "true" : "false") + ")");
  }
  // goose: internal/dialect/dialectquery
  void goose() const {
    sql(postgres() ? "CREATE TABLE goose_db_version (id serial NOT NULL, version_id bigint NOT NULL,"
                     " is_applied boolean NOT NULL, tstamp timestamp NULL default now(), PRIMARY KEY(id))"
                   : "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT,"
                     " version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL,"
                     " tstamp TIMESTAMP DEFAULT (datetime('now')))");
    for (const char* row : {"0, true", "1, true", "2, true", "2, false", "3, true"})
      sql("INSERT INTO goose_db_version (version_id, is_applied) VALUES (" + std::string(row) + ")");
  }
  // Flyway: the tables that PostgreSQLDatabase and SQLiteDatabase create
  void flyway() const {
    const std::string columns =
        R"("installed_rank" INT NOT NULL, "version" VARCHAR(50), "description" VARCHAR(200) NOT NULL,
           "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL, "checksum" INTEGER,
           "installed_by" VARCHAR(100) NOT NULL, )";
    sql(postgres()
            ? "CREATE TABLE \"public\".\"flyway_schema_history\" (" + columns +
                  "\"installed_on\" TIMESTAMP NOT NULL DEFAULT now(), \"execution_time\" INTEGER NOT NULL,"
                  " \"success\" BOOLEAN NOT NULL);"
                  "ALTER TABLE \"public\".\"flyway_schema_history\" ADD CONSTRAINT"
                  " \"flyway_schema_history_pk\" PRIMARY KEY (\"installed_rank\");"
                  "CREATE INDEX \"flyway_schema_history_s_idx\" ON"
                  " \"public\".\"flyway_schema_history\" (\"success\");"
            : "CREATE TABLE \"flyway_schema_history\" (" + columns +
                  "\"installed_on\" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')),"
                  " \"execution_time\" INT NOT NULL, \"success\" BOOLEAN NOT NULL);"
                  "CREATE INDEX \"flyway_schema_history_s_idx\" ON"
                  " \"flyway_schema_history\" (\"success\");");
  }
  void flyway_row(int rank, const std::string& version, const std::string& type,
                  bool success = true) const {
    sql("INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,"
        " installed_by, execution_time, success) VALUES (" +
        std::to_string(rank) + ", " + version + ", 'd', '" + type + "', 'V__d.sql', 1, 'deployer', 5, " +
        (success ? "true" : "false") + ")");
  }
  void alembic(const std::string& revision) const {
    sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))");
    sql("INSERT INTO alembic_version (version_num) VALUES ('" + revision + "')");
  }
  void schema_up_to(int version) const {
    for (int i = 1; i <= version; ++i) sql("CREATE TABLE t" + std::to_string(i) + " (n integer)");
  }
};

TEST_P(Adoption, OfGolangMigrate) {
  schema_up_to(3);
  golang_migrate(3, false);
  Database database = open();
  Migrator migrator = app(database);
  const MigrationReport report = migrator.actor("us").adopt({});
  EXPECT_EQ(report.recorded, (Versions{1, 2, 3}));
  EXPECT_EQ(migrator.history().at(0).action, MigrationEvent::Action::adopted);
  EXPECT_EQ(migrator.history().at(0).actor, "us");
  EXPECT_EQ(migrator.up().applied, Versions{4});
  EXPECT_EQ(migrator.down_to(2).reverted, (Versions{4, 3}));
  EXPECT_EQ(value("SELECT version FROM schema_migrations"), "3") << "the tool's own table stays";
  EXPECT_EQ(error_of([&] { migrator.adopt({}); }).kind(), Error::Kind::conflict);
  database.close();
}

TEST_P(Adoption, OfADirtyGolangMigrateAsksFirst) {
  schema_up_to(2);
  golang_migrate(3, true);
  Database database = open();
  Migrator migrator = app(database);
  const Error error = error_of([&] { migrator.adopt({}); });
  EXPECT_EQ(error.detail().code, "adopted-dirty");
  EXPECT_THAT(error.what(), ::testing::HasSubstr("version 3 (dirty)"));
  EXPECT_TRUE(migrator.history().empty());
  AdoptOptions options;
  options.dirty = DirtyVersion::pending;
  EXPECT_EQ(migrator.adopt(options).recorded, (Versions{1, 2}));
  EXPECT_EQ(migrator.up().applied, (Versions{3, 4}));
  database.close();
}

TEST_P(Adoption, OfADirtyGolangMigrateThatWasCompleted) {
  schema_up_to(3);
  golang_migrate(3, true);
  Database database = open();
  AdoptOptions options;
  options.tool = MigrationTool::golang_migrate;
  options.dirty = DirtyVersion::applied;
  EXPECT_EQ(app(database).adopt(options).recorded, (Versions{1, 2, 3}));
  database.close();
}

TEST_P(Adoption, RefusesAVersionThatTheFolderLacks) {
  golang_migrate(9, false);
  Database database = open();
  const Error error = error_of([&] { app(database).adopt({}); });
  EXPECT_EQ(error.kind(), Error::Kind::not_found);
  EXPECT_THAT(error.what(), ::testing::HasSubstr("version 9"));
  database.close();
}

TEST_P(Adoption, OfGooseTakesTheLastWordOnEachVersion) {
  schema_up_to(1);
  sql("CREATE TABLE t3 (n integer)");
  goose();
  Database database = open();
  Migrator migrator = app(database);
  EXPECT_EQ(migrator.adopt({}).recorded, (Versions{1, 3}));
  for (const MigrationEvent& event : migrator.history()) {
    EXPECT_GT(event.at, now() - std::chrono::minutes{10});
    EXPECT_LT(event.at, now() + std::chrono::minutes{10});
  }
  EXPECT_EQ(error_of([&] { migrator.up(); }).detail().code, "migration-out-of-order");
  EXPECT_EQ(migrator.allow_out_of_order().up().applied, (Versions{2, 4}));
  database.close();
}

TEST_P(Adoption, OfFlyway) {
  schema_up_to(2);
  flyway();
  flyway_row(1, "NULL", "SCHEMA");
  flyway_row(2, "'1'", "BASELINE");
  flyway_row(3, "'1.1'", "SQL");
  flyway_row(4, "NULL", "SQL");  // a repeatable script
  Database database = open();
  Migrator migrator = app(database);
  const Error error = error_of([&] { migrator.adopt({}); });
  EXPECT_EQ(error.kind(), Error::Kind::invalid_argument);
  EXPECT_THAT(error.what(), ::testing::HasSubstr("'1.1'"));
  AdoptOptions options;
  options.versions = {{"1.1", 2}};
  EXPECT_EQ(migrator.adopt(options).recorded, (Versions{1, 2}));
  EXPECT_EQ(migrator.history().at(1).actor, "deployer");
  EXPECT_EQ(migrator.up().applied, (Versions{3, 4}));
  database.close();
}

TEST_P(Adoption, OfFlywayNeedsNoFileOfABaselineNorOfWhatWasTakenBack) {
  schema_up_to(2);
  flyway();
  flyway_row(1, "'0'", "BASELINE");
  flyway_row(2, "'1'", "SQL");
  flyway_row(3, "'9'", "SQL");  // its file is gone
  flyway_row(4, "'9'", "DELETE");
  flyway_row(5, "'2'", "SQL");
  Database database = open();
  EXPECT_EQ(app(database).adopt({}).recorded, (Versions{1, 2}));
  EXPECT_EQ(app(database).up().applied, (Versions{3, 4}));
  database.close();
}

TEST_P(Adoption, OfFlywayWithAFailureIsRefused) {
  flyway();
  flyway_row(1, "'1'", "SQL", false);
  Database database = open();
  EXPECT_EQ(error_of([&] { app(database).adopt({}); }).detail().code, "adopted-dirty");
  database.close();
}

TEST_P(Adoption, OfAlembicNeedsAMapping) {
  schema_up_to(2);
  alembic("9f3c01ab77de");
  Database database = open();
  Migrator migrator = app(database);
  EXPECT_THAT(error_of([&] { migrator.adopt({}); }).what(),
              ::testing::HasSubstr("--map 9f3c01ab77de=VERSION"));
  AdoptOptions options;
  options.versions = {{"9f3c01ab77de", 2}};
  EXPECT_EQ(migrator.adopt(options).recorded, (Versions{1, 2}));
  EXPECT_EQ(migrator.up().applied, (Versions{3, 4}));
  database.close();
}

TEST_P(Adoption, NeedsExactlyOneTool) {
  Database database = open();
  EXPECT_EQ(error_of([&] { app(database).adopt({}); }).kind(), Error::Kind::not_found);
  golang_migrate(1, false);
  alembic("9f3c01ab77de");
  EXPECT_EQ(error_of([&] { app(database).adopt({}); }).kind(), Error::Kind::conflict);
  AdoptOptions named;
  named.tool = MigrationTool::goose;
  EXPECT_EQ(error_of([&] { app(database).adopt(named); }).kind(), Error::Kind::not_found);
  database.close();
}

TENON_ON_BACKENDS(Adoption);

class LiveAdoption : public Adoption {};

// crc32("public\0schema_migrations\0app") * 1486364155 modulo 2^32, computed with zlib's crc32.
TEST(SqliteOrPostgres, LocksOfGolangMigrateHaveTheNumbersThatItComputes) {
  EXPECT_EQ(detail::GolangMigrateLock::key("app", "public", "schema_migrations"), 1787120056U);
  EXPECT_EQ(detail::GolangMigrateLock::key("/app", "public", "schema_migrations"), 1726534663U);
}

TEST_P(LiveAdoption, WaitsForAGolangMigrateAtWork) {
  schema_up_to(1);
  golang_migrate(1, false);
  Database database = open();
  const std::string name = value("SELECT current_database()");
  for (const std::string& spelling : {name, "/" + name}) {
    const std::string key =
        std::to_string(detail::GolangMigrateLock::key(spelling, "public", "schema_migrations"));
    const auto theirs = database.engine().maintenance();
    theirs->execute("SELECT pg_advisory_lock(" + key + ")");
    Migrator migrator = app(database);
    migrator.lock_timeout(std::chrono::milliseconds{200});
    EXPECT_EQ(error_of([&] { migrator.adopt({}); }).kind(), Error::Kind::timeout) << spelling;
  }
  EXPECT_EQ(app(database).adopt({}).recorded, Versions{1});
  database.close();
}

TENON_ON_POSTGRES(LiveAdoption);

}  // namespace
}  // namespace tenon::test
