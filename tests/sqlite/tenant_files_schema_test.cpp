// One file per tenant: migrations, how many files are open, and reading across all of them.

#include <algorithm>
#include <atomic>
#include <fstream>
#include <optional>
#include <set>
#include <thread>

#include <tenon/database.hpp>
#include <tenon/policy_store.hpp>
#include <tenon/raw_sql.hpp>

#include "support.hpp"

namespace tenon::test {
namespace {

namespace fs = std::filesystem;

const Migration notes{1, "notes",
                      "CREATE TABLE app_notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT,"
                      " PRIMARY KEY (tenant_id, id)) STRICT;",
                      "DROP TABLE app_notes;"};

class TenantFilesSchema : public ::testing::Test {
 protected:
  [[nodiscard]] Database open(std::size_t most = 64) const {
    Config config = Config::from_url("sqlite:" + directory.string() + "/?tenants=files");
    config.sqlite.open_tenants = most;
    config.sqlite.synchronous = Synchronous::normal;
    config.sqlite.raw_schemas = {"app"};
    config.pool.acquire_timeout = 300ms;
    return Database::open(config);
  }
  static TenantScope scope(const Database& database, const std::string& tenant) {
    return database.scope(TenantContext{tenant});
  }
  static void put(const Database& database, const std::string& tenant, const std::string& id = "p") {
    PolicyStore{scope(database, tenant)}.insert({.id = id, .name = id + " of " + tenant});
  }
  static void note(const Database& database, const std::string& tenant, const std::string& id) {
    scope(database, tenant).execute("INSERT INTO notes (id, body) VALUES ($1, 'same')", id);
  }

  TemporaryFolder folder;
  fs::path directory = folder.path() / "tenants";
};

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

// The tenants' files that this process has open.
std::set<std::string> open_files(const fs::path& directory) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const fs::path file = fs::read_symlink(entry.path(), gone);
    if (!gone && file.parent_path() == directory && file.extension() == ".db" &&
        file.filename() != "@schema.db")
      names.insert(file.filename().string());
  }
  return names;
}

// The least of a few counts: one is no moment, for it takes a file that is closed meanwhile and one that is
// opened then for two.
std::size_t open_files_at_once(const fs::path& directory) {
  std::size_t least = open_files(directory).size();
  for (int again = 0; again < 3; ++again) least = std::min(least, open_files(directory).size());
  return least;
}

TEST_F(TenantFilesSchema, OpensNoMoreFilesThanItMay) {
  if (!fs::exists("/proc/self/fd")) GTEST_SKIP() << "this system has no /proc to count open files with";
  Database database = open(4);
  database.migrate();
  const fs::path real = fs::canonical(directory);
  std::atomic<std::size_t> most{0};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&, number] {
      for (int turn = 0; turn < 60; ++turn) {
        const std::string tenant = "tenant-" + std::to_string((turn * 7 + number * 3) % 12);
        const std::string id = std::to_string(number) + "-" + std::to_string(turn);
        put(database, tenant, id);
        if (PolicyStore{scope(database, tenant)}.get(id).value().name != id + " of " + tenant) ++wrong;
        most = std::max(most.load(), open_files_at_once(real));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(most, 4U);
  EXPECT_EQ(database.administrator().count<Policy>(), 240U);
  EXPECT_LE(open_files(real).size(), 4U);
}

TEST_F(TenantFilesSchema, SaysWhatToDoWhenAllFilesThatMayBeOpenAreInUse) {
  Database database = open(1);
  database.migrate();
  put(database, "b");
  Transaction held = scope(database, "a").begin();
  std::thread([&] {
    const Error error = error_of([&] { (void)PolicyStore{scope(database, "b")}.count(); });
    EXPECT_EQ(error.kind(), Error::Kind::timeout);
    EXPECT_NE(std::string(error.what()).find("open_tenants"), std::string::npos) << error.what();
  }).join();
  held.rollback();
  EXPECT_EQ(PolicyStore{scope(database, "b")}.count(), 1U);
}

TEST_F(TenantFilesSchema, CountsWaitsForAFileToBeOpenedAmongThePools) {
  Database database = open(1);
  database.migrate();
  put(database, "b");
  std::optional<Transaction> held = scope(database, "a").begin();
  const PoolStats before = database.pool_stats();
  const auto while_b_waits = [&](auto&& then) {
    std::thread waiting([&] {
      try {
        (void)PolicyStore{scope(database, "b")}.count();
      } catch (const Error&) {
      }
    });
    for (int i = 0; i < 200 && database.pool_stats().waiting == 0; ++i) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(database.pool_stats().waiting, 1U);
    then();
    waiting.join();
    EXPECT_EQ(database.pool_stats().waiting, 0U);
  };
  while_b_waits([] {});
  EXPECT_EQ(database.pool_stats().timeouts, before.timeouts + 1);
  EXPECT_EQ(database.pool_stats().waited, before.waited);
  while_b_waits([&] { held.reset(); });
  EXPECT_EQ(database.pool_stats().timeouts, before.timeouts + 1);
  EXPECT_EQ(database.pool_stats().waited, before.waited + 1);
  EXPECT_GT(database.pool_stats().acquire_wait_total, before.acquire_wait_total);
}

TEST_F(TenantFilesSchema, IsMadeOnceWhenManyBeginTogether) {
  {
    Database database = open();
    database.migrate();
  }
  // Databases of their own, as processes have them.
  std::vector<std::string> failures(6);
  std::vector<std::thread> threads;
  for (std::size_t number = 0; number < failures.size(); ++number) {
    threads.emplace_back([&, number] {
      try {
        Database database = open();
        for (int tenant = 0; tenant < 5; ++tenant)
          put(database, "tenant-" + std::to_string(tenant), std::to_string(number));
      } catch (const std::exception& error) {
        failures[number] = error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& failure : failures) EXPECT_EQ(failure, "");
  const Database database = open();
  for (int tenant = 0; tenant < 5; ++tenant)
    EXPECT_EQ(PolicyStore{scope(database, "tenant-" + std::to_string(tenant))}.count(), failures.size());
}

TEST_F(TenantFilesSchema, LetsAnAdministratorReadAllFilesInOneOrder) {
  Database database = open(3);
  database.migrate();
  for (int tenant = 0; tenant < 9; ++tenant)
    for (int id = 0; id < 5; ++id)
      PolicyStore{scope(database, "t" + std::to_string(tenant))}.insert(
          {.id = std::to_string(id),
           .name = std::to_string((id * 9 + tenant * 4) % 10),
           .budget = double(id)});
  const AdministratorScope administrator = database.administrator();
  EXPECT_EQ(administrator.count<Policy>(), 45U);
  EXPECT_EQ(administrator.count<Policy>(field<&Policy::budget> >= 3.0), 18U);

  std::vector<std::string> paged;
  auto query = all().order_by(desc<&Policy::name>).limit(7);
  for (std::optional<Cursor> next;;) {
    const auto page = administrator.find<Policy>(query.after(next));
    for (const auto& row : page) paged.push_back(row.entity.name + row.tenant + row.entity.id);
    next = page.next;
    if (!next) break;
  }
  std::vector<std::string> sorted = paged;
  std::ranges::sort(sorted, std::greater<>());
  EXPECT_EQ(paged, sorted);
  EXPECT_EQ(std::set<std::string>(paged.begin(), paged.end()).size(), 45U);

  std::vector<std::string> streamed;
  administrator.for_each<Policy>(all().order_by(desc<&Policy::name>), [&](Owned<Policy>& row) {
    streamed.push_back(row.entity.name + row.tenant + row.entity.id);
    return streamed.size() < 20;
  });
  EXPECT_EQ(streamed, std::vector<std::string>(paged.begin(), paged.begin() + 20));
}

TEST_F(TenantFilesSchema, LeavesTheDatabaseUsableWhenAnAdministratorsVisitorThrows) {
  Database database = open(1);
  database.migrate();
  put(database, "a");
  put(database, "b");
  EXPECT_THROW(database.administrator().for_each<Policy>(all(), [](Owned<Policy>&) { throw 7; }), int);
  EXPECT_EQ(database.administrator().count<Policy>(), 2U);
}

}  // namespace
}  // namespace tenon::test
