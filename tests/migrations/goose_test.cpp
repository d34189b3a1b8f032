#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tenon/migration_source.hpp>

#include "folder.hpp"
#include "splitting.hpp"

namespace tenon::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Migration read(std::string_view text) {
  Folder folder;
  folder.with("00007_g.sql", text);
  return read_migrations(folder.path()).at(0);
}

std::string refused(std::string_view text) {
  return message_of([&] { (void)read(text); });
}

TEST(Goose, TakesTheSectionsApart) {
  const Migration migration =
      read("-- about\n\n-- +goose Up\nSELECT 1;\nSELECT 2;\n-- +goose Down\nSELECT 3;\n");
  EXPECT_EQ(migration.version, 7);
  EXPECT_EQ(migration.name, "g");
  EXPECT_EQ(migration.up, "SELECT 1;\nSELECT 2;\n");
  EXPECT_EQ(migration.up_line, 4U);
  EXPECT_EQ(migration.down, "SELECT 3;\n");
  EXPECT_EQ(migration.down_line, 7U);
  EXPECT_EQ(migration.down_file, migration.up_file);
  EXPECT_FALSE(migration.no_transaction);
}

TEST(Goose, TakesAnnotationsInAnyCaseAndSpacing) {
  EXPECT_EQ(read("--+goose UP  \r\nSELECT 1;\r\n--   +goose down\r\n").up, "SELECT 1;\r\n");
}

TEST(Goose, CannotBeTakenBackWithoutDown) {
  const Migration migration = read("-- +goose Up\nSELECT 1;");
  EXPECT_EQ(migration.up, "SELECT 1;");
  EXPECT_TRUE(migration.down_file.empty());
}

TEST(Goose, EndsAStatementWhereItsAnnotationDoes) {
  const Migration migration = read(
      "-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS int AS $$ SELECT 1; $$ LANGUAGE "
      "sql\n"
      "-- +goose StatementEnd\n-- +goose StatementBegin\nSELECT 2\n-- +goose StatementEnd\nSELECT 3;\n");
  const auto script = detail::up_script(migration, postgres);
  ASSERT_EQ(script.statements.size(), 3U);
  EXPECT_EQ(script.statements[0].line, 3U);
  EXPECT_EQ(script.statements[1].text, "SELECT 2");
  EXPECT_EQ(script.statements[1].line, 6U);
  EXPECT_EQ(script.statements[2].line, 8U);
}

TEST(Goose, RunsWithoutATransactionWhenAsked) {
  EXPECT_TRUE(read("-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;").no_transaction);
  EXPECT_TRUE(read("-- +goose Up\n-- +goose NO TRANSACTION\nSELECT 1;").no_transaction);
}

TEST(Goose, RefusesWhatGooseRefuses) {
  EXPECT_THAT(refused("-- +goose Down\nSELECT 1;"),
              HasSubstr("00007_g.sql:1:1: -- +goose Down must come once"));
  EXPECT_THAT(refused("-- +goose NO TRANSACTION\n"), HasSubstr("needs a line -- +goose Up"));
  EXPECT_THAT(refused("SELECT 1;\n-- +goose Up\n"),
              HasSubstr("00007_g.sql:1:1: a goose file has no SQL before"));
  EXPECT_THAT(refused("-- +goose Up\n-- +goose Up\n"),
              HasSubstr("00007_g.sql:2:1: -- +goose Up must come first"));
  EXPECT_THAT(refused("-- +goose Up\n-- +goose StatementBegin\nSELECT 1;"),
              HasSubstr("00007_g.sql:2:1: StatementBegin without"));
  EXPECT_THAT(refused("-- +goose Up\n-- +goose StatementBegin\n-- +goose Down\n"), HasSubstr(":3:1: "));
  EXPECT_THAT(refused("-- +goose Up\n-- +goose StatementEnd\n"), HasSubstr("StatementEnd without"));
  EXPECT_THAT(refused("-- +goose StatementBegin\n"), HasSubstr("must stand behind Up or Down"));
  EXPECT_THAT(refused("-- +goose Up\n-- +goose Sideways\n"), HasSubstr("goose has no such annotation"));
}

TEST(Goose, RefusesWhatDependsOnTheEnvironment) {
  EXPECT_THAT(refused("-- +goose ENVSUB ON\n-- +goose Up\n"), HasSubstr("ENVSUB is not supported"));
  EXPECT_EQ(refused("-- +goose Up\n-- +goose ENVSUB OFF\nSELECT 1;"), "");
}

TEST(Goose, RefusesMigrationsThatAreProgramsBesideIt) {
  Folder folder;
  folder.with("00001_a.sql", "-- +goose Up\n").with("00002_b_test.go").with("helper.go");
  EXPECT_EQ(read_migrations(folder.path()).size(), 1U);
  folder.with("00002_b.go");
  EXPECT_THAT(message_of([&] { (void)read_migrations(folder.path()); }),
              HasSubstr("/00002_b.go: a goose migration written in Go cannot be run"));
}

}  // namespace
}  // namespace tenon::test
