#include "backup_folder.hpp"

namespace tenon::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

class TenantFilesBackup : public BackupFolder {
 protected:
  [[nodiscard]] Database open() const {
    Database database = Database::open("sqlite:" + (folder() / "tenants").string() + "/?tenants=files");
    database.migrate();
    return database;
  }
};

TEST_F(TenantFilesBackup, IsADirectoryThatOpensAsOne) {
  const Database database = open();
  put(database, "acme", "a");
  put(database, "globex", "g");
  const BackupReport report = database.backup(backups());
  EXPECT_THAT(report.file, MatchesRegex(".*/tenants-[0-9]+T[0-9]+\\.[0-9]+Z\\.tenants"));
  EXPECT_EQ(std::filesystem::status(report.file).permissions(), std::filesystem::perms::owner_all);
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(report.file)) bytes += entry.file_size();
  EXPECT_EQ(report.bytes, static_cast<std::int64_t>(bytes));
  put(database, "acme", "later");

  const Database copy = Database::open("sqlite:" + report.file + "/?tenants=files");
  EXPECT_THAT(ids(copy, "acme"), ElementsAre("a"));
  EXPECT_THAT(ids(copy, "globex"), ElementsAre("g"));
  put(copy, "acme", "b");
  put(copy, "new", "n");
}

TEST_F(TenantFilesBackup, IsKeptAndRemovedAsAWhole) {
  const Database database = open();
  put(database, "acme", "a");
  const BackupReport first = database.backup(backups());
  const BackupReport second = database.backup(backups(), {.keep_newest = 1});
  EXPECT_THAT(second.removed, ElementsAre(first.file));
  EXPECT_FALSE(std::filesystem::exists(first.file));
}

TEST_F(TenantFilesBackup, OfADamagedFileCostsNoOlderOne) {
  {
    const Database database = open();
    put(database, "acme", "a");
    (void)database.backup(backups());
  }
  std::filesystem::resize_file(folder() / "tenants" / "acme.db", 8'192);
  const Database database = Database::open("sqlite:" + (folder() / "tenants").string() + "/?tenants=files");
  refused(Error::Kind::corrupt, [&] { (void)database.backup(backups(), {.keep_newest = 1}); });
  ASSERT_EQ(names().size(), 1U);
  EXPECT_THAT(names().front(), HasSubstr("tenants-"));
}

TEST_F(TenantFilesBackup, IsRefusedOfADirectoryThatIsNew) {
  const Database database = Database::open("sqlite:" + (folder() / "tenants").string() + "/?tenants=files");
  EXPECT_THAT(refused(Error::Kind::schema_mismatch, [&] { (void)database.backup(backups()); }),
              HasSubstr("no schema"));
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(TenantFilesBackup, WithoutATenantHoldsTheSchema) {
  const BackupReport report = open().backup(backups());
  const Database copy = Database::open("sqlite:" + report.file + "/?tenants=files");
  EXPECT_THAT(ids(copy, "acme"), IsEmpty());
  put(copy, "acme", "a");
}

}  // namespace
}  // namespace tenon::test
