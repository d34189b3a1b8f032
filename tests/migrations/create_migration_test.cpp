#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tenon/migration_source.hpp>

#include "folder.hpp"
#include "splitting.hpp"

namespace tenon::test {
namespace {

using ::testing::HasSubstr;

std::string made_in(const Folder& folder, std::string_view name = "add users") {
  return create_migration(folder.path(), name).first.filename().string();
}

TEST(CreateMigration, MakesBothFilesFromATemplate) {
  const Folder folder;
  const auto [up, down] = create_migration(folder.path() / "new" / "folder", "Add users, again!");
  EXPECT_EQ(up, folder.path() / "new" / "folder" / "000001_add_users_again.up.sql");
  EXPECT_EQ(down, folder.path() / "new" / "folder" / "000001_add_users_again.down.sql");
  const auto read = read_migrations(folder.path() / "new" / "folder");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_THAT(read[0].up, HasSubstr("-- 000001_add_users_again"));
  EXPECT_TRUE(detail::up_script(read[0], postgres).statements.empty());
  EXPECT_TRUE(detail::down_script(read[0], postgres).statements.empty());
}

TEST(CreateMigration, CountsOnInTheWidthOfTheFolder) {
  Folder folder;
  folder.with("001_a.up.sql").with("007_b.up.sql");
  EXPECT_EQ(made_in(folder), "008_add_users.up.sql");
  EXPECT_EQ(made_in(folder), "009_add_users.up.sql");
  EXPECT_EQ(made_in(folder), "010_add_users.up.sql");
  Folder full;
  full.with("99_a.up.sql");
  EXPECT_EQ(made_in(full), "100_add_users.up.sql");
  Folder goose;
  goose.with("00003_a.sql", "-- +goose Up\n");
  EXPECT_EQ(made_in(goose), "00004_add_users.up.sql");
}

TEST(CreateMigration, TakesTheTimeWhereTheFolderDoes) {
  Folder folder;
  folder.with("20200131094500_a.up.sql");
  const std::string first = made_in(folder);
  EXPECT_EQ(first.size(), std::string("20260131094500_add_users.up.sql").size());
  EXPECT_GT(first.substr(0, 4), "2020");
  EXPECT_GT(made_in(folder, "more"), first);  // in the same second
  Folder future;
  future.with("99981231235959_a.up.sql");
  EXPECT_EQ(made_in(future), "99981231235960_add_users.up.sql");
}

TEST(CreateMigration, RefusesANameWithoutLetters) {
  const Folder folder;
  EXPECT_THAT(message_of([&] { (void)create_migration(folder.path(), " /.. "); }),
              HasSubstr("needs a letter"));
  EXPECT_TRUE(read_migrations(folder.path()).empty());
}

TEST(CreateMigration, LeavesAFolderAloneThatItCannotRead) {
  Folder folder;
  folder.with("a.up.sql");
  EXPECT_THAT(message_of([&] { (void)create_migration(folder.path(), "x"); }), HasSubstr("/a.up.sql"));
  Folder file;
  file.with("file");
  EXPECT_THAT(
      message_of([&] { (void)create_migration(file.path() / "file", "x"); }, Error::Kind::unavailable),
      HasSubstr("cannot be made"));
}

TEST(CreateMigration, NeverOverwritesWhenManyMakeOneAtOnce) {
  const Folder folder;
  std::vector<std::thread> threads;
  std::atomic<int> made{0};
  std::atomic<int> refused{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      try {
        (void)create_migration(folder.path(), "same");
        ++made;
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), Error::Kind::already_exists) << error.what();
        ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made + refused, 8);
  EXPECT_EQ(static_cast<int>(read_migrations(folder.path()).size()), made);
}

}  // namespace
}  // namespace tenon::test
