#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/migration_source.hpp>

#include "splitting.hpp"

namespace nasty {
std::span<const tenon::EmbeddedMigration> migrations();
}
namespace goose_folder {
std::span<const tenon::EmbeddedMigration> migrations();
}

namespace tenon::test {
namespace {

void expect_same(const std::vector<Migration>& from_folder, const std::vector<Migration>& embedded) {
  ASSERT_EQ(from_folder.size(), embedded.size());
  for (std::size_t i = 0; i < embedded.size(); ++i) {
    const Migration& a = from_folder[i];
    const Migration& b = embedded[i];
    EXPECT_EQ(a.version, b.version);
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.up, b.up) << a.up_file;
    EXPECT_EQ(a.down, b.down) << a.up_file;
    EXPECT_EQ(a.no_transaction, b.no_transaction);
    EXPECT_EQ(a.up_line, b.up_line);
    EXPECT_EQ(a.down_line, b.down_line);
    EXPECT_EQ(a.down_file.empty(), b.down_file.empty());
    EXPECT_TRUE(a.up_file.ends_with("/" + b.up_file)) << a.up_file << " " << b.up_file;
  }
}

TEST(EmbeddedMigrations, AreByteForByteThoseOfTheFolder) {
  const auto folder = read_migrations(NASTY_FOLDER);
  ASSERT_EQ(folder.size(), 7U);
  EXPECT_NE(folder[0].up.find(")tenon_sql\""), std::string::npos);
  EXPECT_EQ(folder[1].name, "list separators");
  EXPECT_EQ(folder[2].up, "SELECT 1;\r\nSELECT 2;\r\r\n-- \\\nSELECT 3;\n\n\n");
  EXPECT_EQ(folder[5].down, "SELECT 2;\n");
  EXPECT_GT(folder[6].up.size(), 200'000U);
  expect_same(folder, read_migrations(nasty::migrations()));
}

TEST(EmbeddedMigrations, MayBeAGooseFolder) {
  const auto folder = read_migrations(MIGRATIONS_DATA "/goose");
  EXPECT_GE(folder.size(), 3U);
  expect_same(folder, read_migrations(goose_folder::migrations()));
}

TEST(EmbeddedMigrations, NeedNoFileNames) {
  const std::vector<EmbeddedMigration> rows{{2, "b", "SELECT 2", ""}, {1, "a", "SELECT 1", "SELECT -1"}};
  const auto read = read_migrations(rows);
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].up_file, "1_a.up.sql");
  EXPECT_EQ(read[0].down, "SELECT -1");
  EXPECT_TRUE(read[1].down_file.empty());
  const std::vector<EmbeddedMigration> twice{{1, "a", "", ""}, {1, "b", "", ""}};
  EXPECT_EQ(message_of([&] { (void)read_migrations(twice); }),
            "version 1 stands twice: 1_a.up.sql and 1_b.up.sql; give one of them another number");
}

}  // namespace
}  // namespace tenon::test
