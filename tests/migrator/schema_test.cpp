#include "fixture.hpp"

namespace tenon::test {
namespace {

class Schema : public MigratorTest {
 protected:
  // Up, then for every version down to it and up again: the schema is the same each time, and that of the
  // version on the way too.
  void expect_symmetric(Migrator migrator) const {
    std::vector<std::string> at{schema()};
    for (const Migration& migration : migrator.migrations()) {
      migrator.up(migration.version);
      at.push_back(schema());
    }
    for (std::size_t i = migrator.migrations().size(); i-- > 0;) {
      migrator.down_to(i == 0 ? 0 : migrator.migrations()[i - 1].version);
      EXPECT_EQ(schema(), at[i]) << "below version " << migrator.migrations()[i].version;
      migrator.up();
      ASSERT_EQ(schema(), at.back()) << "up again from below " << migrator.migrations()[i].version;
    }
  }
};

TEST_P(Schema, OfTheBundledMigrationsIsTheSameAfterUpDownUp) {
  Database database = open();
  database.migrate();  // makes the roles, which stay, and the migrator's own tables
  database.migrator().down_to(0);
  expect_symmetric(database.migrator());
  database.close();
}

TENON_ON_BACKENDS(Schema);

class Folders : public Schema {};

TEST_P(Folders, AHostingSchemaInTheStyleOfGolangMigrate) {
  if (!postgres()) GTEST_SKIP() << "it is written for PostgreSQL";
  use_data("golang_migrate_hosting");
  Database database = open();
  Migrator migrator = app(database);
  EXPECT_EQ(migrator.up().applied.size(), migrator.migrations().size());
  EXPECT_TRUE(migrator.validate().empty());
  migrator.down_to(0);
  EXPECT_EQ(migrator.up().applied.size(), migrator.migrations().size());
  database.close();
}

TEST_P(Folders, IndexesBuiltConcurrently) {
  if (!postgres()) GTEST_SKIP() << "it is written for PostgreSQL";
  use_data("concurrently");
  Database database = open();
  Migrator migrator = app(database);
  EXPECT_EQ(migrator.up().applied.size(), migrator.migrations().size());
  EXPECT_EQ(value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
  EXPECT_TRUE(migrator.validate().empty());
  database.close();
}

TEST_P(Folders, OfGoose) {
  if (!postgres()) GTEST_SKIP() << "it is written for PostgreSQL";
  use_data("goose");
  Database database = open();
  Migrator migrator = app(database);
  EXPECT_EQ(migrator.up().applied.size(), migrator.migrations().size());
  EXPECT_FALSE(migrator.down().reverted.empty());
  EXPECT_EQ(migrator.up().applied.size(), 1U);
  database.close();
}

TEST_P(Folders, TablesRebuiltInTwelveSteps) {
  if (postgres()) GTEST_SKIP() << "it is written for SQLite";
  use_data("sqlite_twelve_step");
  Database database = open();
  Migrator migrator = app(database);
  EXPECT_EQ(migrator.up().applied.size(), migrator.migrations().size());
  EXPECT_EQ(database.engine().maintenance()->query("PRAGMA foreign_key_check", {}).size(), 0U);
  EXPECT_EQ(database.engine().maintenance()->query("PRAGMA foreign_keys", {})[0][0], "1");
  database.close();
}

TENON_ON_BACKENDS(Folders);

}  // namespace
}  // namespace tenon::test
