#include <atomic>
#include <fstream>
#include <optional>
#include <thread>

#include <sqlite3.h>

#include <tenon/backend/engine.hpp>
#include <tenon/transaction.hpp>

#include "backup.hpp"
#include "backup_folder.hpp"

namespace tenon::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SqliteBackup : public BackupFolder {
 protected:
  [[nodiscard]] std::string file() const { return (folder() / "ops.db").string(); }
  [[nodiscard]] Database open() const {
    Database database = Database::open("sqlite:" + file());
    database.migrate();
    return database;
  }
  static Database open(const BackupReport& report) { return Database::open("sqlite:" + report.file); }

  // Some twelve megabytes: several steps of the copy.
  static void fill(const Database& database, int rows = 3'000) {
    std::vector<Policy> policies;
    for (int i = 0; i < rows; ++i)
      policies.push_back(
          {.id = "p" + std::to_string(i), .name = "p", .description = std::string(4'000, 'x')});
    PolicyStore{database.scope(TenantContext{"acme"})}.insert_all(policies);
  }
};

TEST_F(SqliteBackup, IsADatabaseWithTheRowsOfAllTenants) {
  const Database database = open();
  put(database, "acme", "a");
  put(database, "globex", "g");
  const BackupReport report = database.backup(backups());
  EXPECT_EQ(report.bytes, static_cast<std::int64_t>(std::filesystem::file_size(report.file)));
  EXPECT_GT(report.bytes, 0);
  put(database, "acme", "later");

  const Database copy = open(report);
  EXPECT_THAT(ids(copy, "acme"), ElementsAre("a"));
  EXPECT_THAT(ids(copy, "globex"), ElementsAre("g"));
  put(copy, "acme", "b");
  EXPECT_EQ(copy.health().pending_migrations, 0);
}

TEST_F(SqliteBackup, IsOneFileForItsOwnerAlone) {
  const BackupReport report = open().backup(backups());
  EXPECT_THAT(names(), ElementsAre(std::filesystem::path(report.file).filename().string()));
  EXPECT_EQ(std::filesystem::status(report.file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(SqliteBackup, IsCalledAsTheDatabaseIs) {
  Database database = Database::open("sqlite:" + (folder() / "cost.guard.sqlite3").string());
  database.migrate();
  EXPECT_THAT(database.backup(backups()).file, testing::MatchesRegex(".*/cost\\.guard-[0-9]+T[0-9]+\\."
                                                                     "[0-9]+Z\\.sqlite3"));
}

TEST_F(SqliteBackup, LeavesOutWhatIsNotCommittedAndDoesNotWaitForIt) {
  const Database database = open();
  put(database, "acme", "a");
  Transaction writing = database.scope(TenantContext{"acme"}).begin();
  PolicyStore{writing}.insert({.id = "b", .name = "B"});
  const BackupReport report = database.backup(backups(), {.timeout = std::chrono::seconds{20}});
  writing.commit();
  EXPECT_THAT(ids(open(report), "acme"), ElementsAre("a"));
  EXPECT_THAT(ids(database, "acme"), ElementsAre("a", "b"));
}

// Pairs that are written together are in the copy together.
TEST_F(SqliteBackup, IsOfOneMomentWhileWritesGoOn) {
  const Database database = open();
  fill(database);
  std::atomic<bool> enough{false};
  std::atomic<int> pairs{0};
  std::thread writer([&] {
    const TenantScope scope = database.scope(TenantContext{"pairs"});
    while (!enough) {
      const std::string id = std::to_string(pairs);
      scope.transact([&](Transaction& transaction) {
        const PolicyStore policies{transaction};
        policies.insert({.id = "first" + id, .name = "1"});
        policies.insert({.id = "second" + id, .name = "2"});
      });
      ++pairs;
    }
  });
  while (pairs < 2) std::this_thread::yield();
  std::vector<BackupReport> reports;
  for (int i = 0; i < 3; ++i) reports.push_back(database.backup(backups()));
  enough = true;
  writer.join();
  for (const BackupReport& report : reports) {
    const Database copy = open(report);
    const std::vector<std::string> found = ids(copy, "pairs");
    EXPECT_GE(found.size(), 4U);
    const auto firsts =
        std::ranges::count_if(found, [](const auto& id) { return id.starts_with("first"); });
    EXPECT_EQ(found.size(), 2 * static_cast<std::size_t>(firsts));
    EXPECT_THAT(ids(copy, "acme"), SizeIs(3'000));
  }
}

TEST_F(SqliteBackup, OfADatabaseInMemoryIsAFile) {
  Database database = Database::open("sqlite::memory:");
  database.migrate();
  put(database, "acme", "a");
  const BackupReport report = database.backup(backups());
  EXPECT_THAT(report.file, HasSubstr("/memory-"));
  EXPECT_THAT(ids(open(report), "acme"), ElementsAre("a"));
}

// Whoever mistypes the name of a file has a new one, whose backups must not push out good ones.
TEST_F(SqliteBackup, RefusesADatabaseWithoutTables) {
  const Database database = Database::open("sqlite:" + file());
  EXPECT_THAT(refused(Error::Kind::schema_mismatch, [&] { (void)database.backup(backups()); }),
              HasSubstr("no table"));
  EXPECT_THAT(names(), IsEmpty());
}

class DamagedDatabase : public SqliteBackup {
 protected:
  void SetUp() override {
    SqliteBackup::SetUp();
    {
      const Database database = open();
      fill(database);
      (void)database.backup(backups());
    }
    // The newest pages are leaves full of descriptions: the head of one becomes zeroes.
    constexpr std::streamoff page = 4'096;
    std::fstream raw(file(), std::ios::in | std::ios::out | std::ios::binary);
    raw.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file())) / 2 / page * page);
    raw << std::string(16, '\0');
  }
};

TEST_F(DamagedDatabase, CostsNoOlderBackup) {
  const Database database = Database::open("sqlite:" + file());
  EXPECT_THAT(refused(Error::Kind::corrupt, [&] { (void)database.backup(backups(), {.keep_newest = 1}); }),
              HasSubstr("damaged"));
  ASSERT_THAT(names(), SizeIs(1));
  EXPECT_THAT(ids(Database::open("sqlite:" + backups() + "/" + names().front()), "acme"), SizeIs(3'000));
}

TEST_F(DamagedDatabase, IsCopiedUncheckedWhenAskedFor) {
  const Database database = Database::open("sqlite:" + file());
  (void)database.backup(backups(), {.check = false});
  EXPECT_THAT(names(), SizeIs(2));
}

TEST_F(SqliteBackup, IsRefusedOnceTheDatabaseIsClosed) {
  Database database = open();
  database.close();
  refused(Error::Kind::unavailable, [&] { (void)database.backup(backups()); });
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(SqliteBackup, LeavesNothingBehindWhenItsTimeIsOver) {
  const Database database = open();
  fill(database);
  EXPECT_THAT(refused(Error::Kind::timeout,
                      [&] { (void)database.backup(backups(), {.timeout = std::chrono::milliseconds{1}}); }),
              HasSubstr("deadline"));
  EXPECT_THAT(names(), IsEmpty());
}

// What closing and the deadline use: it is asked between the steps, and what it throws comes out.
class SqliteBackupSteps : public SqliteBackup {
 protected:
  struct Stop {};
  [[nodiscard]] std::string copy() const { return (folder() / "copy.db").string(); }
};

TEST_F(SqliteBackupSteps, CanBeEndedWhileItIsCopied) {
  fill(open());
  sqlite::Connection source({.path = file()});
  int asked = 0;
  EXPECT_THROW(sqlite::copy_database(source, copy(),
                                     [&] {
                                       if (++asked == 2) throw Stop{};
                                     }),
               Stop);
  EXPECT_EQ(asked, 2);
  EXPECT_FALSE(source.in_transaction());
}

TEST_F(SqliteBackupSteps, CanBeEndedWhileItIsChecked) {
  constexpr int some_hundred_megabytes = 30'000;
  fill(open(), some_hundred_megabytes);
  sqlite::Connection source({.path = file()});
  sqlite::copy_database(source, copy(), [] {});
  std::atomic<int> asked = 0;
  EXPECT_THROW(sqlite::check_copy(copy(),
                                  [&] {
                                    if (++asked == 2) throw Stop{};
                                  }),
               Stop);
  EXPECT_EQ(asked, 2);
  sqlite::check_copy(copy(), [] {});
  EXPECT_FALSE(std::filesystem::exists(copy() + "-wal"));
}

TEST_F(SqliteBackupSteps, EndWhenTheDatabaseIsClosed) {
  Database database = open();
  fill(database);
  std::thread closer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    database.close();
  });
  std::optional<Error::Kind> kind;
  try {
    for (;;) (void)database.backup(backups(), {.keep_newest = 1});
  } catch (const Error& error) {
    kind = error.kind();
  }
  closer.join();
  EXPECT_EQ(kind, Error::Kind::unavailable);
  EXPECT_LE(names().size(), 1U);
}

TEST_F(SqliteBackupSteps, DoNotWriteOverAFile) {
  (void)open();
  write(copy(), "mine");
  sqlite::Connection source({.path = file()});
  refused(Error::Kind::unavailable, [&] { sqlite::copy_database(source, copy(), [] {}); });
  EXPECT_EQ(read(copy()), "mine");
}

}  // namespace
}  // namespace tenon::test
