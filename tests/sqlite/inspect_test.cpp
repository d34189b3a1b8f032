// What Engine::inspect finds in a database file that lets tenants be mixed up or read by others.

#include <algorithm>

#include <sys/stat.h>

#include "support.hpp"

namespace tenon::test {
namespace {

class Inspect : public ::testing::Test {
 protected:
  Inspect() { ::chmod(folder.path().c_str(), 0700); }

  [[nodiscard]] std::vector<Finding> findings() const {
    Config config;
    config.sqlite.tenant_columns = tenant_columns;
    return open("sqlite:" + file, config)->inspect();
  }
  // Those with this name, as "object: what".
  [[nodiscard]] std::vector<std::string> found(std::string_view name) const {
    std::vector<std::string> texts;
    for (const Finding& finding : findings()) {
      EXPECT_FALSE(finding.what.empty() || finding.remedy.empty()) << finding.name;
      if (finding.name == name) texts.push_back(finding.object + ": " + finding.what);
    }
    return texts;
  }
  void run(const std::string& sql) const { Stranger(file).run(sql); }

  TemporaryFolder folder;
  std::string file = folder.file("inspected.db");
  std::vector<std::string> tenant_columns{"tenant_id"};
};

TEST_F(Inspect, HasNothingToSayOfTheBundledSchemaButTheVersion) {
  const auto engine = open("sqlite:" + file);
  ::chmod(file.c_str(), 0600);
  const auto on = engine->maintenance();
  for (const EmbeddedMigration& migration : engine->bundled_migrations()) on->execute(migration.up);
  for (const Finding& finding : findings()) {
    if (finding.name == "file-readable-by-others") continue;  // the log's mode is the file's as it was
    EXPECT_EQ(finding.name, "sqlite-wal-reset-race") << to_string(finding);
  }
}

TEST_F(Inspect, TellsWhoElseMayReadOrReplaceTheFile) {
  run("CREATE TABLE t (a)");
  ::chmod(file.c_str(), 0600);
  EXPECT_TRUE(found("file-readable-by-others").empty());
  ::chmod(file.c_str(), 0644);
  EXPECT_FALSE(found("file-readable-by-others").empty());
  EXPECT_TRUE(found("file-writable-by-others").empty());
  ::chmod(file.c_str(), 0666);
  EXPECT_FALSE(found("file-writable-by-others").empty());
  EXPECT_EQ(findings().front().severity, FindingSeverity::error) << "errors come first";
  EXPECT_TRUE(found("directory-writable-by-others").empty());
  ::chmod(folder.path().c_str(), 0777);
  EXPECT_EQ(found("directory-writable-by-others").size(), 1U);
  ::chmod(folder.path().c_str(), 01777);
  EXPECT_TRUE(found("directory-writable-by-others").empty()) << "sticky";
}

TEST_F(Inspect, FindsKeysThatSpanTenants) {
  run("CREATE TABLE a (tenant_id TEXT NOT NULL, id TEXT, name TEXT UNIQUE, PRIMARY KEY (tenant_id, id)) "
      "STRICT;"
      "CREATE TABLE b (id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL) STRICT;"
      "CREATE TABLE c (tenant_id TEXT NOT NULL, id TEXT, PRIMARY KEY (id, tenant_id)) WITHOUT ROWID;"
      "CREATE TABLE d (tenant_id TEXT NOT NULL, id TEXT, UNIQUE (tenant_id, id));"
      "CREATE TABLE settings (key TEXT PRIMARY KEY)");
  const auto keys = found("key-without-tenant");
  ASSERT_EQ(keys.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(keys[i][0], "abc"[i]) << keys[i];
  const auto unindexed = found("table-without-tenant-index");
  ASSERT_EQ(unindexed.size(), 2U);
  EXPECT_TRUE(unindexed[0].starts_with("b:") && unindexed[1].starts_with("c:"));
}

TEST_F(Inspect, FindsForeignKeysWithoutTheTenant) {
  run("CREATE TABLE parents (tenant_id TEXT NOT NULL, id TEXT UNIQUE, PRIMARY KEY (tenant_id, id)) STRICT;"
      "CREATE TABLE good (tenant_id TEXT NOT NULL, id TEXT, parent TEXT, PRIMARY KEY (tenant_id, id),"
      " FOREIGN KEY (tenant_id, parent) REFERENCES parents (tenant_id, id));"
      "CREATE TABLE bad (tenant_id TEXT NOT NULL, id TEXT, parent TEXT REFERENCES parents (id),"
      " PRIMARY KEY (tenant_id, id));");
  const auto keys = found("foreign-key-without-tenant");
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_TRUE(keys[0].starts_with("bad: the foreign key on parent"));
}

TEST_F(Inspect, FindsTenantColumnsThatMixTenantsUp) {
  run("CREATE TABLE folded (tenant_id TEXT COLLATE NOCASE NOT NULL, id TEXT, PRIMARY KEY (tenant_id, id));"
      "CREATE TABLE numbers (tenant_id INTEGER NOT NULL, id TEXT, PRIMARY KEY (tenant_id, id));"
      "CREATE TABLE reals (tenant_id REAL NOT NULL, id TEXT, PRIMARY KEY (tenant_id, id));"
      "CREATE TABLE maybe (Tenant_Id TEXT, id TEXT, PRIMARY KEY (tenant_id, id));");
  EXPECT_EQ(found("tenant-collation").size(), 1U);
  EXPECT_EQ(findings().front().name, "tenant-collation") << "an error";
  ASSERT_EQ(found("tenant-not-text").size(), 1U);
  EXPECT_TRUE(found("tenant-not-text")[0].starts_with("reals: tenant_id is neither"))
      << found("tenant-not-text")[0];
  ASSERT_EQ(found("tenant-nullable").size(), 1U);
  EXPECT_TRUE(found("tenant-nullable")[0].starts_with("maybe:"));
}

TEST_F(Inspect, LooksAtTheTenantColumnsThatTheHostHas) {
  run("CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, name TEXT) STRICT;"
      "CREATE TABLE good (Customer_Id INTEGER NOT NULL, id TEXT, PRIMARY KEY (customer_id, id),"
      " FOREIGN KEY (customer_id) REFERENCES customers (customer_id)) STRICT;"
      "CREATE TABLE shared (customer_id INTEGER, id TEXT UNIQUE, site TEXT REFERENCES shared (id)) STRICT;"
      "CREATE TABLE both (tenant_id TEXT NOT NULL, customer_id BLOB NOT NULL, PRIMARY KEY (tenant_id));"
      "CREATE VIEW every_customer AS SELECT name FROM customers");
  EXPECT_TRUE(found("key-without-tenant").empty()) << "nobody said that a customer is a tenant";
  EXPECT_TRUE(found("view-unguarded").empty());
  tenant_columns = {"CUSTOMER_ID"};
  for (const char* name : {"key-without-tenant", "foreign-key-without-tenant", "table-without-tenant-index",
                           "tenant-nullable"}) {
    ASSERT_EQ(found(name).size(), 1U) << name;
    EXPECT_TRUE(found(name)[0].starts_with("shared: ")) << found(name)[0];
  }
  EXPECT_TRUE(found("tenant-not-text").empty()) << "of both columns raw SQL takes the text";
  EXPECT_EQ(found("view-unguarded").size(), 1U);
}

TEST_F(Inspect, FindsWhatReadsTenantsTablesUnguarded) {
  run("CREATE TABLE rows (tenant_id TEXT NOT NULL, id TEXT, PRIMARY KEY (tenant_id, id)) STRICT;"
      "CREATE TABLE plain (a TEXT);"
      "CREATE VIEW direct AS SELECT id FROM rows;"
      "CREATE VIEW through AS SELECT count(*) FROM direct;"
      "CREATE VIEW harmless AS SELECT a FROM plain;"
      "CREATE VIEW broken AS SELECT * FROM nowhere;"
      "CREATE TRIGGER noted AFTER INSERT ON rows BEGIN INSERT INTO plain VALUES (NEW.id); END;"
      "CREATE TRIGGER fine AFTER INSERT ON plain BEGIN SELECT 1; END;");
  const auto views = found("view-unguarded");
  ASSERT_EQ(views.size(), 2U);
  EXPECT_TRUE(views[0].starts_with("direct: the view reads rows")) << views[0];
  EXPECT_TRUE(views[1].starts_with("through: the view reads rows")) << views[1];
  ASSERT_EQ(found("view-fails").size(), 1U);
  const auto triggers = found("trigger-unguarded");
  ASSERT_EQ(triggers.size(), 1U);
  EXPECT_TRUE(triggers[0].starts_with("rows: trigger noted")) << triggers[0];
}

TEST_F(Inspect, FindsVirtualTables) {
  try {
    run("CREATE VIRTUAL TABLE texts USING fts5 (body)");
  } catch (const std::exception& error) {
    GTEST_SKIP() << "this SQLite has no fts5: " << error.what();
  }
  EXPECT_EQ(found("virtual-table").size(), 1U);
}

TEST_F(Inspect, WorksOnADatabaseInMemory) {
  const auto engine = open("sqlite::memory:");
  engine->maintenance()->execute("CREATE TABLE b (id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL) STRICT");
  const auto all = engine->inspect();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "key-without-tenant");
}

}  // namespace
}  // namespace tenon::test
