// One file per tenant: migrations, and the schema of files however they come.

#include <fstream>
#include <optional>
#include <thread>

#include "tenant_files_fixture.hpp"

namespace tenon::test {
namespace {

namespace fs = std::filesystem;

class TenantFilesSchema : public TenantFilesTest {};

TEST_F(TenantFilesSchema, ReachesFilesThatExistAndThoseThatComeLater) {
  Database database = open(2);
  database.migrate();
  for (const char* tenant : {"a", "b", "c"}) put(database, tenant);
  EXPECT_EQ(database.migrator("app", {notes}).up().applied, std::vector<std::int64_t>{1});
  for (const char* tenant : {"a", "b", "c", "d"}) note(database, tenant, "n");

  // One who knows nothing of the host's migrations.
  const Database other = open();
  note(other, "e", "n");
  EXPECT_EQ(scope(other, "e").query<std::int64_t>("SELECT count(*) FROM notes").at(0), 1);
  Stranger file((directory / "e.db").string());
  EXPECT_EQ(file.number("SELECT count(*) FROM tenon_schema_history WHERE component = 'app'"), 1);
}

TEST_F(TenantFilesSchema, ReachesFilesThatAnotherHasOpen) {
  Database database = open();
  database.migrate();
  put(database, "a");
  {
    Database other = open();
    other.migrator("app", {notes}).up();
  }
  note(database, "a", "n");
  EXPECT_EQ(scope(database, "a").query<std::int64_t>("SELECT count(*) FROM notes").at(0), 1);
}

TEST_F(TenantFilesSchema, StaysAsItIsEverywhereWhenOneTenantsRowsStandInTheWay) {
  Database database = open();
  database.migrate();
  database.migrator("app", {notes}).up();
  note(database, "a", "n1");
  note(database, "b", "n1");
  note(database, "b", "n2");  // the same body twice
  const Migration unique{2, "unique", "CREATE UNIQUE INDEX app_notes_body ON app_notes (tenant_id, body);",
                         ""};
  const Error error = error_of([&] { database.migrator("app", {notes, unique}).up(); });
  EXPECT_EQ(error.kind(), Error::Kind::already_exists) << error.what();
  EXPECT_NE(std::string(error.what()).find("b.db"), std::string::npos) << error.what();
  note(database, "a", "n2");  // no unique index
  EXPECT_EQ(database.migrator("app", {notes, unique}).status()[1].state, MigrationStatus::State::pending);

  scope(database, "a").execute("DELETE FROM notes WHERE id = 'n2'");
  scope(database, "b").execute("DELETE FROM notes WHERE id = 'n2'");
  database.migrator("app", {notes, unique}).up();
  for (const char* tenant : {"a", "b", "new"}) {
    scope(database, tenant).execute("INSERT OR IGNORE INTO notes (id, body) VALUES ('n1', 'same')");
    EXPECT_EQ(kind_of([&] { note(database, tenant, "n3"); }), Error::Kind::already_exists) << tenant;
  }
}

TEST_F(TenantFilesSchema, NamesAFileThatIsLockedOrDamaged) {
  {
    Database database = open();
    database.migrate();
    for (const char* tenant : {"a", "b"}) put(database, tenant);
  }
  const std::string path = (directory / "b.db").string();
  const auto refusal = [&] {
    Config config = Config::from_url("sqlite:" + directory.string() + "/?tenants=files");
    config.sqlite.busy_timeout = 20ms;
    return error_of([&] { Database::open(config).migrator("app", {notes}).lock_timeout(0ms).up(); });
  };
  {
    Stranger holder(path);
    holder.run("BEGIN IMMEDIATE");
    const Error locked = refusal();
    EXPECT_EQ(locked.kind(), Error::Kind::busy) << locked.what();
    EXPECT_NE(std::string(locked.what()).find("in the file " + path), std::string::npos) << locked.what();
  }
  std::ofstream(path, std::ios::binary | std::ios::trunc) << std::string(8192, 'x');
  const Error damaged = refusal();
  EXPECT_EQ(damaged.kind(), Error::Kind::corrupt) << damaged.what();
  EXPECT_NE(std::string(damaged.what()).find("in the file " + path), std::string::npos) << damaged.what();
}

// Observers pass the text on, and the file's name is the tenant's id.
TEST_F(TenantFilesSchema, ATenantsOwnCallNamesNoFile) {
  {
    Database database = open();
    database.migrate();
    put(database, "acme-and-sons");
  }
  std::ofstream(directory / "acme-and-sons.db", std::ios::binary | std::ios::trunc)
      << std::string(8192, 'x');
  Database database = open();
  const auto refusals = {error_of([&] { put(database, "acme-and-sons"); }), error_of([&] {
                           (void)scope(database, "acme-and-sons").query<std::string>("SELECT 'x'");
                         }),
                         error_of([&] { (void)scope(database, "acme-and-sons").begin(); })};
  for (const Error& refusal : refusals) {
    EXPECT_EQ(refusal.kind(), Error::Kind::corrupt) << refusal.what();
    EXPECT_EQ(std::string(refusal.what()).find("acme"), std::string::npos) << refusal.what();
  }
}

TEST_F(TenantFilesSchema, MovesTheRowsOfEveryTenant) {
  Database database = open();
  database.migrate();
  database.migrator("app", {notes}).up();
  note(database, "a", "n");
  note(database, "b", "n");
  const Migration data{2, "data", "UPDATE app_notes SET body = 'moved';", ""};
  database.migrator("app", {notes, data}).up();
  for (const char* tenant : {"a", "b"})
    EXPECT_EQ(scope(database, tenant).query<std::string>("SELECT body FROM notes").at(0), "moved");
}

TEST_F(TenantFilesSchema, LetsTemporaryTablesEndWithTheirMigrationInEveryFile) {
  Database database = open();
  database.migrate();
  database.migrator("app", {notes}).up();
  note(database, "a", "n");
  const Migration stage{2, "stage", "CREATE TEMP TABLE app_notes (tenant_id, id, body);", ""};
  const Migration fill{3, "fill", "INSERT INTO app_notes VALUES ('t', 'filled', '');", ""};
  database.migrator("app", {notes, stage, fill}).up();
  note(database, "new", "n");
  for (const char* tenant : {"a", "new"}) {
    Stranger file((directory / (std::string(tenant) + ".db")).string());
    EXPECT_EQ(file.number("SELECT count(*) FROM app_notes WHERE id = 'filled'"), 1) << tenant;
  }
}

TEST_F(TenantFilesSchema, RollsBackToASavepointInEveryFileAlike) {
  Database database = open();
  database.migrate();
  database.migrator("app", {notes}).up();
  note(database, "a", "n");
  const Migration undone{2, "undone",
                         "SAVEPOINT s; UPDATE app_notes SET body = 'undone'; ROLLBACK TO s; RELEASE s;"
                         " UPDATE app_notes SET id = id || '2';",
                         ""};
  database.migrator("app", {notes, undone}).up();
  note(database, "new", "n");
  for (const char* tenant : {"a", "new"})
    EXPECT_EQ(scope(database, tenant).query<std::string>("SELECT body FROM notes").at(0), "same") << tenant;
  EXPECT_EQ(scope(database, "a").query<std::string>("SELECT id FROM notes").at(0), "n2");
  Stranger file((directory / "a.db").string());
  EXPECT_EQ(file.number("SELECT count(*) FROM tenon_schema_history WHERE component = 'app'"), 2);
}

// "Nothing of it was kept", it said, and the file was used as it was.
TEST_F(TenantFilesSchema, TellsOfAFileThatCouldNotBeBroughtUpAndTriesAgainBeforeItsNextUse) {
  const std::string key =
      "(tenant_id TEXT NOT NULL, id TEXT NOT NULL, parent TEXT, PRIMARY KEY (tenant_id, id)";
  const Migration family{1, "family",
                         "CREATE TABLE app_parents " + key + ") STRICT; CREATE TABLE app_children " + key +
                             ", FOREIGN KEY (tenant_id, parent) REFERENCES app_parents (tenant_id, id)"
                             " DEFERRABLE INITIALLY DEFERRED) STRICT;",
                         ""};
  const Migration orphans{2, "orphans", "DELETE FROM app_parents;", ""};
  Database database = open();
  database.migrate();
  (void)database.migrator("app", {family}).up();
  put(database, "a");
  put(database, "b");
  Stranger file((directory / "a.db").string());
  file.run(
      "INSERT INTO app_parents VALUES ('a', 'p', NULL); INSERT INTO app_children VALUES ('a', 'c', 'p')");
  Migrator app = database.migrator("app", {family, orphans});
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Error error = error_of([&] { attempt == 0 ? (void)app.up() : put(database, "a", "q"); });
    EXPECT_EQ(error.kind(), Error::Kind::constraint_violation) << error.what();
    EXPECT_EQ(std::string(error.what()).find("nothing of it was kept"), std::string::npos) << error.what();
    EXPECT_EQ(error.detail().code, attempt == 0 ? "tenant-file-behind" : "");
  }
  EXPECT_EQ(app.version(), 2);
  put(database, "b", "q");
  file.run("DELETE FROM app_children");
  put(database, "a", "q");
  EXPECT_EQ(file.number("SELECT count(*) FROM app_parents"), 0);
}

// A file made later was given what one migration had set for itself in those that followed.
TEST_F(TenantFilesSchema, EndsTheSettingsOfAMigrationWithIt) {
  Database database = open();
  database.migrate();
  (void)database
      .migrator(
          "app",
          {{1, "orders",
            "CREATE TABLE app_orders (id INTEGER PRIMARY KEY, n INTEGER) STRICT;"
            "CREATE TRIGGER app_log AFTER INSERT ON app_orders BEGIN UPDATE app_orders SET n = 0; END;",
            ""},
           {2, "legacy", "PRAGMA legacy_alter_table = ON; CREATE TABLE app_other (id INTEGER) STRICT;", ""},
           {3, "purchases", "ALTER TABLE app_orders RENAME TO app_purchases;", ""}})
      .up();
  put(database, "late");
  Stranger file((directory / "late.db").string());
  const std::string trigger = file.text("SELECT sql FROM sqlite_schema WHERE name = 'app_log'");
  EXPECT_EQ(trigger.find("app_orders"), std::string::npos) << trigger;
}

TEST_F(TenantFilesSchema, RefusesAMigrationThatAttachesAFile) {
  Database database = open();
  database.migrate();
  const Migration attach{1, "attach", "ATTACH ':memory:' AS other;", ""};
  const Error error = error_of([&] { database.migrator("app", {attach}).up(); });
  EXPECT_EQ(error.kind(), Error::Kind::unsupported) << error.what();
  EXPECT_NE(std::string(error.what()).find("a file per tenant"), std::string::npos) << error.what();
}

TEST_F(TenantFilesSchema, RefusesAFileThatIsAheadOfIt) {
  {
    Database database = open();
    database.migrate();
  }
  fs::copy_file(directory / "@schema.db", directory / "older");
  {
    Database database = open();
    database.migrator("app", {notes}).up();
    note(database, "a", "n");
  }
  fs::copy_file(directory / "older", directory / "@schema.db", fs::copy_options::overwrite_existing);
  const Database database = open();
  EXPECT_EQ(kind_of([&] { (void)PolicyStore{scope(database, "a")}.count(); }),
            Error::Kind::schema_mismatch);
}

}  // namespace
}  // namespace tenon::test
