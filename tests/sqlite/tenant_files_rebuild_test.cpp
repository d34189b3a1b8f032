// One file per tenant: tables that are rebuilt in SQLite's twelve steps (lang_altertable.html, section 7)
// where several tenants have rows.

#include <chrono>
#include <csignal>
#include <map>
#include <random>
#include <set>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <tenon/database.hpp>
#include <tenon/raw_sql.hpp>

#include "support.hpp"

namespace tenon::test {
namespace {

namespace fs = std::filesystem;

const Migration shop{
    1, "shop",
    "CREATE TABLE app_sites (tenant_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,"
    " PRIMARY KEY (tenant_id, id)) STRICT;\n"
    "CREATE TABLE app_orders (tenant_id TEXT NOT NULL, id TEXT NOT NULL, site TEXT NOT NULL,"
    " PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, site)"
    " REFERENCES app_sites (tenant_id, id) ON DELETE CASCADE) STRICT;\n",
    "DROP TABLE app_orders;\nDROP TABLE app_sites;\n"};

// With the keys enforced, DROP TABLE would delete every site and by CASCADE every order.
std::string rebuild(const std::string& column, const std::string& from = "app_sites") {
  return "CREATE TABLE app_sites_new (tenant_id TEXT NOT NULL, id TEXT NOT NULL,"
         " name TEXT NOT NULL CHECK (name <> 'refused'), " +
         column +
         " TEXT, PRIMARY KEY (tenant_id, id)) STRICT;\n"
         "INSERT INTO app_sites_new (tenant_id, id, name) SELECT tenant_id, id, name FROM " +
         from +
         ";\n"
         "DROP TABLE app_sites;\n"
         "ALTER TABLE app_sites_new RENAME TO app_sites;\n";
}

struct Style {
  const char* name;
  std::string before;
  std::string after;
  bool whole = true;  // all of it in one transaction
};

const std::vector<Style>& styles() {
  static const std::vector<Style> all{
      {"WithATransactionOfItsOwn", "PRAGMA foreign_keys=OFF;\nBEGIN;\n",
       "PRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys=ON;\n"},
      {"WithoutBegin", "PRAGMA foreign_keys = off;\n", ""},
      {"ForAPartOfTheFile", "CREATE TABLE app_more (n INTEGER) STRICT;\nPRAGMA foreign_keys = 0;\n",
       "PRAGMA foreign_keys = 1;\nDROP TABLE app_more;\n", false},
      {"WithoutATransaction", "-- tenon:no-transaction\nPRAGMA foreign_keys = OFF;\n",
       "PRAGMA foreign_keys = ON;\nVACUUM;\n", false},
  };
  return all;
}

class TenantFilesRebuild : public ::testing::TestWithParam<Style> {
 protected:
  TenantFilesRebuild() {
    Database database = open();
    database.migrate();
    database.migrator("app", {shop}).up();
    for (const char* tenant : {"a", "b", "c"}) fill(database, tenant);
  }
  [[nodiscard]] Database open() const {
    Config config = Config::from_url("sqlite:" + directory.string() + "/?tenants=files");
    config.sqlite.open_tenants = 2;  // files are closed and opened again
    config.sqlite.synchronous = Synchronous::normal;
    config.sqlite.raw_schemas = {"app"};
    return Database::open(config);
  }
  static void fill(const Database& database, const std::string& tenant) {
    const TenantScope scope = database.scope(TenantContext{tenant});
    for (const char* id : {"1", "2", "3"}) {
      scope.execute("INSERT INTO sites (id, name) VALUES ($1, $2)", id, "site " + tenant);
      scope.execute("INSERT INTO orders (id, site) VALUES ($1, $1)", id);
    }
  }
  static std::int64_t rows(const Database& database, const std::string& tenant) {
    return database.scope(TenantContext{tenant})
        .query<std::int64_t>(
            "SELECT count(*) FROM sites JOIN orders ON orders.site = sites.id"
            " WHERE sites.name = 'site ' || $1",
            tenant)
        .at(0);
  }
  [[nodiscard]] static Migration styled(const std::string& body) {
    return {2, "rebuild", GetParam().before + body + GetParam().after, ""};
  }
  [[nodiscard]] Stranger file(const std::string& tenant) const {
    return Stranger((directory / (tenant + ".db")).string());
  }
  // The schema without the migrator's tables, as text.
  [[nodiscard]] std::string schema(const std::string& tenant) const {
    return file(tenant).text(
        "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema WHERE name LIKE 'app%'"
        " AND sql IS NOT NULL ORDER BY name)");
  }
  [[nodiscard]] std::map<std::string, std::string> schemas() const {
    std::map<std::string, std::string> all;
    for (const char* tenant : {"@schema", "a", "b", "c"}) all[tenant] = schema(tenant);
    return all;
  }

  TemporaryFolder folder;
  fs::path directory = folder.path() / "tenants";
};

TEST_P(TenantFilesRebuild, KeepsTheRowsOfEveryTenant) {
  Database database = open();
  EXPECT_EQ(database.migrator("app", {shop, styled(rebuild("region"))}).up().applied,
            std::vector<std::int64_t>{2});
  fill(database, "later");
  for (const char* tenant : {"a", "b", "c", "later"}) {
    EXPECT_EQ(rows(database, tenant), 3) << tenant;
    EXPECT_EQ(schema(tenant), schema("@schema")) << tenant;
    EXPECT_NE(schema(tenant).find("region"), std::string::npos);
    EXPECT_EQ(file(tenant).number("SELECT count(*) FROM pragma_foreign_key_check"), 0) << tenant;
    const TenantScope scope = database.scope(TenantContext{tenant});
    EXPECT_EQ(kind_of([&] { scope.execute("INSERT INTO orders (id, site) VALUES ('9', 'none')"); }),
              Error::Kind::constraint_violation)
        << "keys are enforced again in " << tenant;
  }
}

TEST_P(TenantFilesRebuild, StopsAtARowThatTheNewTableRefuses) {
  Database database = open();
  database.scope(TenantContext{"b"}).execute("UPDATE sites SET name = 'refused' WHERE id = '2'");
  const auto before = schemas();
  const std::vector<Migration> all{shop, styled(rebuild("region"))};
  const Error error = error_of([&] { database.migrator("app", all).up(); });
  EXPECT_EQ(error.kind(), Error::Kind::constraint_violation) << error.what();
  EXPECT_NE(std::string(error.what()).find("b.db"), std::string::npos) << error.what();
  if (GetParam().whole) {
    EXPECT_EQ(schemas(), before);
  }
  for (const char* tenant : {"a", "c"}) EXPECT_EQ(rows(database, tenant), 3) << tenant;
  EXPECT_EQ(rows(database, "b"), 2);

  database.scope(TenantContext{"b"}).execute("UPDATE sites SET name = 'site b' WHERE id = '2'");
  EXPECT_EQ(database.migrator("app", all).up().applied, std::vector<std::int64_t>{2});
  for (const char* tenant : {"a", "b", "c"}) {
    EXPECT_EQ(rows(database, tenant), 3) << tenant;
    EXPECT_EQ(schema(tenant), schema("@schema")) << tenant;
  }
}

TEST_P(TenantFilesRebuild, StopsAtARowThatRefersToOneThatIsGone) {
  Database database = open();
  database.scope(TenantContext{"c"}).execute("UPDATE sites SET name = 'left out' WHERE id = '3'");
  const auto before = schemas();
  const std::vector<Migration> all{shop, styled(rebuild("region", "app_sites WHERE name <> 'left out'"))};
  const Error error = error_of([&] { database.migrator("app", all).up(); });
  EXPECT_EQ(error.kind(), Error::Kind::constraint_violation) << error.what();
  EXPECT_NE(std::string(error.what()).find("c.db"), std::string::npos) << error.what();
  EXPECT_NE(std::string(error.what()).find("app_orders"), std::string::npos) << error.what();
  if (GetParam().whole) {
    EXPECT_EQ(schemas(), before);
    EXPECT_EQ(database.scope(TenantContext{"c"}).query<std::int64_t>("SELECT count(*) FROM sites").at(0),
              3);
  }
  for (const char* tenant : {"a", "b"}) EXPECT_EQ(rows(database, tenant), 3) << tenant;
  EXPECT_EQ(database.migrator("app", all).version(), 1);

  database.scope(TenantContext{"c"}).execute("DELETE FROM orders WHERE id = '3'");
  EXPECT_EQ(database.migrator("app", all).up().applied, std::vector<std::int64_t>{2});
  EXPECT_EQ(rows(database, "c"), 2);
  for (const char* tenant : {"a", "b"}) EXPECT_EQ(rows(database, tenant), 3) << tenant;
}

// Kills the migrating process at any moment; whatever it left, the next one goes on from there.
TEST_P(TenantFilesRebuild, GoesOnAfterACrash) {
  using std::chrono::steady_clock;
  const Migration up = styled(rebuild("region"));
  const Migration back{3, "back", GetParam().before + rebuild("country") + GetParam().after, ""};
  const auto migrate = [&](const std::vector<Migration>& all) { open().migrator("app", all).up(); };
  std::vector<Migration> all{shop, up};
  const auto began = steady_clock::now();
  migrate(all);
  auto whole = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began).count();
  std::mt19937 random(std::random_device{}());
  int killed = 0;
  for (int round = 0; killed < 4; ++round) {
    ASSERT_LT(round, 60) << "the process is always faster than its end";
    all.push_back(back);
    all.back().version = 3 + round;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      try {
        migrate(all);
      } catch (const std::exception&) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    const auto life = static_cast<long>(random() % static_cast<unsigned long>(whole));
    std::this_thread::sleep_for(std::chrono::microseconds(life));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) {
      ++killed;
    } else {
      whole = std::max(life, 1L);
    }

    for (const char* tenant : {"a", "b", "c"})
      EXPECT_EQ(file(tenant).number("SELECT count(*) FROM app_orders"), 3) << tenant << ", round " << round;
    migrate(all);
    const Database database = open();
    for (const char* tenant : {"a", "b", "c"}) {
      ASSERT_EQ(rows(database, tenant), 3) << tenant << ", round " << round;
      ASSERT_EQ(schema(tenant), schema("@schema")) << tenant << ", round " << round;
      EXPECT_EQ(file(tenant).number("SELECT count(*) FROM tenon_schema_history WHERE component = 'app'"),
                static_cast<std::int64_t>(all.size()));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, TenantFilesRebuild, ::testing::ValuesIn(styles()),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace tenon::test
