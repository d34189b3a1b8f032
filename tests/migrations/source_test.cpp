#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <tenon/migration_source.hpp>

#include "folder.hpp"
#include "splitting.hpp"

namespace tenon::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::int64_t> versions_of(const Folder& folder) {
  std::vector<std::int64_t> versions;
  for (const Migration& migration : read_migrations(folder.path())) versions.push_back(migration.version);
  return versions;
}

std::string refusal_of(const Folder& folder, Error::Kind kind = Error::Kind::invalid_argument) {
  return message_of([&] { (void)read_migrations(folder.path()); }, kind);
}

TEST(MigrationSource, ReadsPairsByVersion) {
  Folder folder;
  folder.with("000002_b.up.sql", "B").with("000010_c.d.up.sql", "C").with("000001_a.up.sql", "A");
  folder.with("000001_a.down.sql", "-A");
  const auto read = read_migrations(folder.path());
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[0].version, 1);
  EXPECT_EQ(read[0].name, "a");
  EXPECT_EQ(read[0].up, "A");
  EXPECT_EQ(read[0].down, "-A");
  EXPECT_EQ(read[0].up_file, (folder.path() / "000001_a.up.sql").string());
  EXPECT_EQ(read[0].down_file, (folder.path() / "000001_a.down.sql").string());
  EXPECT_EQ(read[1].down, "");
  EXPECT_EQ(read[1].down_file, "");
  EXPECT_EQ(read[2].version, 10);
  EXPECT_EQ(read[2].name, "c.d");
}

TEST(MigrationSource, TakesNumbersOfAnyWidth) {
  Folder folder;
  folder.with("1_a.up.sql").with("0002_b.up.sql").with("000000000000000000000003_c.up.sql");
  folder.with("20260131094500_d.up.sql").with("9223372036854775807_e.up.sql");
  EXPECT_THAT(versions_of(folder), ElementsAre(1, 2, 3, 20260131094500, 9223372036854775807));
}

TEST(MigrationSource, IgnoresFilesOfOtherKinds) {
  Folder folder;
  folder.with("1_a.up.sql")
      .with("README.md")
      .with("schema.sql")
      .with("2024-notes.sql")
      .with("2_x.up.sql.bak");
  folder.with(".3_x.up.sql").with("embed.go").with("4_x.up.SQL").with("V1.sql").with("atlas.sum");
  std::filesystem::create_directory(folder.path() / "5_later");
  EXPECT_THAT(versions_of(folder), ElementsAre(1));
}

TEST(MigrationSource, TakesEmptyFilesAndComments) {
  Folder folder;
  folder.with("1_a.up.sql", "").with("2_b.up.sql", "-- nothing\n").with("2_b.down.sql", "");
  const auto read = read_migrations(folder.path());
  EXPECT_EQ(read.at(0).up, "");
  EXPECT_EQ(read.at(1).up, "-- nothing\n");
  EXPECT_FALSE(read.at(1).down_file.empty());
  EXPECT_THAT(read_migrations(Folder().path()), IsEmpty());
}

TEST(MigrationSource, DropsTheByteOrderMarkAndKeepsLineEnds) {
  Folder folder;
  folder.with("1_a.up.sql", "\xEF\xBB\xBFSELECT 1;\r\n");
  EXPECT_EQ(read_migrations(folder.path()).at(0).up, "SELECT 1;\r\n");
}

TEST(MigrationSource, NamesBothFilesOfAVersionThatStandsTwice) {
  Folder ups;
  ups.with("1_a.up.sql").with("001_b.up.sql");
  EXPECT_THAT(refusal_of(ups), AllOf(HasSubstr("version 1 stands twice"), HasSubstr("/001_b.up.sql and "),
                                     HasSubstr("/1_a.up.sql; give one")));
  Folder downs;
  downs.with("1_a.up.sql").with("1_a.down.sql").with("1_b.down.sql");
  EXPECT_THAT(refusal_of(downs), AllOf(HasSubstr("1_a.down.sql and "), HasSubstr("1_b.down.sql; give")));
}

TEST(MigrationSource, LetsUpAndDownHaveDifferentNames) {
  Folder folder;
  folder.with("1_add.up.sql", "A").with("1_drop.down.sql", "B");
  EXPECT_EQ(read_migrations(folder.path()).at(0).name, "add");
  EXPECT_EQ(read_migrations(folder.path()).at(0).down, "B");
}

TEST(MigrationSource, MixesPairsAndGooseFiles) {
  Folder folder;
  folder.with("1_a.sql", "-- +goose Up\nSELECT 1;\n").with("2_b.up.sql").with("2_b.down.sql");
  EXPECT_THAT(versions_of(folder), ElementsAre(1, 2));
  folder.with("1_b.down.sql");
  EXPECT_THAT(refusal_of(folder), AllOf(HasSubstr("/1_a.sql and "), HasSubstr("/1_b.down.sql")));
  Folder up;
  up.with("1_a.up.sql").with("1_b.sql", "-- +goose Up\n");
  EXPECT_THAT(refusal_of(up), AllOf(HasSubstr("/1_a.up.sql and "), HasSubstr("/1_b.sql")));
}

TEST(MigrationSource, RefusesFilesThatWouldBeSkippedSilently) {
  const auto refused = [](const std::string& name) {
    Folder folder;
    folder.with(name);
    return refusal_of(folder);
  };
  EXPECT_THAT(refused("1_a.down.sql"), HasSubstr("/1_a.down.sql: there is no .up.sql for version 1"));
  EXPECT_THAT(refused("a.up.sql"), HasSubstr("/a.up.sql: a migration's file is named NUMBER_name.up.sql"));
  EXPECT_THAT(refused("1-a.up.sql"), HasSubstr("is named NUMBER_name.up.sql"));
  EXPECT_THAT(refused("0001.down.sql"), HasSubstr("is named NUMBER_name.up.sql"));
  EXPECT_THAT(refused("3_a.sql"), HasSubstr("/3_a.sql: is neither NUMBER_name.up.sql nor"));
  EXPECT_THAT(refused("0_a.up.sql"), HasSubstr("versions begin with 1"));
  EXPECT_THAT(refused("9223372036854775808_a.up.sql"), HasSubstr("larger than 9223372036854775807"));
  for (const char* name : {"V1__a.sql", "V1.2_3__a.sql", "U1__a.sql", "B2__a.sql", "R__a.sql"})
    EXPECT_THAT(refused(name), HasSubstr("Flyway's name")) << name;
}

// They once ran from top to bottom: what was created was dropped again.
TEST(MigrationSource, RefusesBothDirectionsInAFileOfOne) {
  const auto refused = [](const std::string& name, const std::string& text) {
    Folder folder;
    folder.with("1_a.up.sql").with(name, text);
    return refusal_of(folder);
  };
  const std::string created = "\nCREATE TABLE t (n integer);\n";
  const std::string dropped = "\nDROP TABLE t;\n";
  EXPECT_THAT(refused("1_a.up.sql", "-- +goose Up" + created + "-- +goose Down" + dropped),
              AllOf(HasSubstr("/1_a.up.sql:3:1: "), HasSubstr("rename the file to NUMBER_name.sql")));
  EXPECT_THAT(refused("1_a.down.sql", "-- +goose up\r" + created + "--+GOOSE DOWN\r" + dropped),
              AllOf(HasSubstr("/1_a.down.sql:1:1: "), HasSubstr("rename the file to NUMBER_name.sql")));
  for (const auto& [up, down] : {std::pair{"-- migrate:up", "-- migrate:down transaction:false"},
                                 {"--migrate:up transaction:false", "--  migrate:down"},
                                 {"-- +migrate Up notransaction", "-- +migrate Down"},
                                 {"--  +migrate up", "-- +migrate Down notransaction"}}) {
    EXPECT_THAT(refused("1_a.up.sql", up + created + down + dropped),
                AllOf(HasSubstr("/1_a.up.sql:3:1: "), HasSubstr("NUMBER_name.down.sql")));
    EXPECT_THAT(refused("1_a.down.sql", up + created + down + dropped), HasSubstr("/1_a.down.sql:1:1: "));
  }
}

TEST(MigrationSource, TakesAFileThatHoldsItsOwnDirectionOnly) {
  Folder folder;
  folder.with("1_a.up.sql",
              "-- migrate:up\nSELECT 1;\n-- migrate:downtown\n-- the migrate:down is beside\n");
  folder.with("1_a.down.sql", "-- +migrate Down\nSELECT 1;\n-- +migrate StatementBegin\n");
  folder.with("2_b.up.sql", "-- +goose Up\nSELECT 1;\n-- -- +goose Down\n");
  EXPECT_THAT(versions_of(folder), ElementsAre(1, 2));
}

TEST(MigrationSource, RefusesTextThatIsNotUtf8) {
  const auto refused = [](std::string_view text) {
    Folder folder;
    folder.with("1_a.up.sql", text);
    return refusal_of(folder);
  };
  EXPECT_THAT(refused("SELECT 1;\n-- \xE4"), HasSubstr("1_a.up.sql:2:4: is not UTF-8 text"));
  EXPECT_THAT(refused(std::string_view("a\0b", 3)), HasSubstr("1_a.up.sql:1:2: a NUL byte"));
  EXPECT_THAT(refused(std::string_view("\xFF\xFES\0", 4)), HasSubstr("is UTF-16"));
}

TEST(MigrationSource, SaysWhatItCannotRead) {
  Folder folder;
  EXPECT_THAT(message_of([&] { (void)read_migrations(folder.path() / "none"); }, Error::Kind::not_found),
              HasSubstr("/none: there is no such folder"));
  folder.with("file");
  EXPECT_THAT(message_of([&] { (void)read_migrations(folder.path() / "file"); }, Error::Kind::unavailable),
              HasSubstr("/file: cannot be read"));
  std::filesystem::create_symlink("nowhere", folder.path() / "1_a.up.sql");
  EXPECT_THAT(refusal_of(folder, Error::Kind::unavailable), HasSubstr("/1_a.up.sql: cannot be read"));
  std::filesystem::remove(folder.path() / "1_a.up.sql");
  std::filesystem::create_directory(folder.path() / "2_b.up.sql");
  EXPECT_THAT(refusal_of(folder, Error::Kind::unavailable), HasSubstr("/2_b.up.sql: cannot be read"));
}

// To open one waits for whoever writes to it.
TEST(MigrationSource, DoesNotWaitForAFifo) {
  Folder folder;
  ASSERT_EQ(mkfifo((folder.path() / "1_a.up.sql").c_str(), 0600), 0);
  EXPECT_THAT(refusal_of(folder, Error::Kind::unavailable), HasSubstr("/1_a.up.sql: cannot be read"));
}

TEST(MigrationSource, FollowsLinksAsInAMountedConfiguration) {
  Folder folder;
  std::filesystem::create_directory(folder.path() / "..data");
  folder.with("..data/1_a.up.sql", "A");
  std::filesystem::create_symlink("..data/1_a.up.sql", folder.path() / "1_a.up.sql");
  EXPECT_EQ(read_migrations(folder.path()).at(0).up, "A");
}

}  // namespace
}  // namespace tenon::test
