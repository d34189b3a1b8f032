#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <optional>

#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tenon/backend/engine.hpp>

#include "backup/backup_directory.hpp"
#include "backup_folder.hpp"

// Which backups stay, and what else lies in their directory.

namespace tenon::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class BackupRetention : public BackupFolder {
 protected:
  void SetUp() override {
    BackupFolder::SetUp();
    database_.emplace(Database::open("sqlite:" + (folder() / "ops.db").string()));
    database_->migrate();
  }
  void TearDown() override {
    database_.reset();
    BackupFolder::TearDown();
  }
  BackupReport backup(const BackupOptions& options = {}) { return database_->backup(backups(), options); }
  void add(const std::string& name) const { write(folder() / "backups" / name, "a backup"); }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder() / "backups" / name).string();
  }

  std::optional<Database> database_;
};

TEST_F(BackupRetention, KeepsTheNewest) {
  for (const char* const name :
       {"ops-20200101T000000.000Z.db", "ops-20200102T000000.000Z.db", "ops-20200103T000000.000Z.db"})
    add(name);
  const BackupReport report = backup({.keep_newest = 2});
  EXPECT_THAT(report.removed,
              ElementsAre(path("ops-20200102T000000.000Z.db"), path("ops-20200101T000000.000Z.db")));
  EXPECT_THAT(report.not_removed, IsEmpty());
  EXPECT_THAT(names(), ElementsAre("ops-20200103T000000.000Z.db",
                                   std::filesystem::path(report.file).filename().string()));
}

TEST_F(BackupRetention, KeepsTheYoungBeyondTheNewest) {
  std::vector<std::string> made;
  for (int i = 0; i < 3; ++i) made.push_back(std::filesystem::path(backup().file).filename());
  add("ops-20200101T000000.000Z.db");
  const BackupReport report = backup({.keep_newest = 1, .keep_for = std::chrono::hours{1}});
  EXPECT_THAT(report.removed, ElementsAre(path("ops-20200101T000000.000Z.db")));
  EXPECT_THAT(names(), SizeIs(4));
  EXPECT_THAT(backup({.keep_newest = 1, .keep_for = std::chrono::seconds::max()}).removed, IsEmpty());
  EXPECT_THAT(backup({.keep_newest = 1}).removed, SizeIs(5));
}

TEST_F(BackupRetention, LeavesAloneWhatIsNoBackupOfThisDatabase) {
  const std::vector<std::string> others{"notes.txt",
                                        "ops-20200101T000000.000Z.db.gz",
                                        "ops-20200101T000000.000Z.dump",
                                        "ops-20201301T000000.000Z.db",
                                        "ops-2-20200101T000000.000Z.db",
                                        "ops-latest.db",
                                        "ops.db",
                                        "opsx-20200101T000000.000Z.db"};
  for (const std::string& name : others) add(name);
  const BackupReport report = backup({.keep_newest = 1});
  EXPECT_THAT(report.removed, IsEmpty());
  EXPECT_THAT(names(), SizeIs(others.size() + 1));
}

// A clock that was set back must not cost the backup that was just made.
TEST_F(BackupRetention, KeepsTheNewOneBesideOthersThatLookNewer) {
  add("ops-29990101T000000.000Z.db");
  const BackupReport report = backup({.keep_newest = 1});
  EXPECT_TRUE(std::filesystem::exists(report.file));
  EXPECT_THAT(report.removed, ElementsAre(path("ops-29990101T000000.000Z.db")));
}

// A directory under the name that it would get first; postgres_test.cpp has the report of it.
TEST_F(BackupRetention, LeavesWholeWhatCannotBeRemoved) {
  add("ops-20200101T000000.000Z.db");
  const detail::BackupDirectory place(backups(), {"ops", ".db"});
  const auto old = place.backups().at(0);
  write(std::filesystem::path(place.draft_of(old)) / "in the way", "");
  EXPECT_TRUE(place.remove(old));
  EXPECT_EQ(read(place.path_of(old)), "a backup");
  std::filesystem::remove_all(place.draft_of(old));
  EXPECT_FALSE(place.remove(old));
  EXPECT_THAT(place.backups(), IsEmpty());
}

TEST_F(BackupRetention, RemovesDraftsThatNobodyFinished) {
  add(".ops-20200101T000000.000Z.db.draft");
  add(".other-20200101T000000.000Z.db.draft");
  backup();
  EXPECT_THAT(names(), SizeIs(2));
  EXPECT_EQ(names().front(), ".other-20200101T000000.000Z.db.draft");
}

TEST_F(BackupRetention, RefusesASecondBackupAtOnce) {
  backup();
  const int other = ::open(path(".tenon-backup.lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
  EXPECT_THAT(refused(Error::Kind::busy, [&] { backup({.keep_newest = 1}); }), HasSubstr("another backup"));
  EXPECT_THAT(names(), SizeIs(1));
  ::close(other);
  backup();
}

// What a child of the process inherited does not keep the lock.
TEST_F(BackupRetention, IsNotHeldUpByAChildThatWasForkedMeanwhile) {
  write(folder() / "backups" / "file", "");
  pid_t child = 0;
  {
    const detail::BackupDirectory place(backups(), {"ops", ".db"});
    child = ::fork();
    if (child == 0) {
      ::pause();
      ::_exit(0);
    }
  }
  EXPECT_NO_THROW(backup());
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST_F(BackupRetention, RefusesADatabaseWhoseNameLeavesNoRoom) {
  const Database database =
      Database::open("sqlite:" + (folder() / (std::string(240, 'x') + ".db")).string());
  database.engine().maintenance()->execute("create table t (a)");
  EXPECT_THAT(refused(Error::Kind::unavailable, [&] { (void)database.backup(backups()); }),
              HasSubstr("too long"));
}

TEST_F(BackupRetention, RefusesOptionsThatCannotBe) {
  using std::chrono::seconds;
  refused(Error::Kind::invalid_argument, [&] { backup({.keep_newest = 0}); });
  refused(Error::Kind::invalid_argument, [&] { backup({.keep_for = seconds{-1}}); });
  refused(Error::Kind::invalid_argument, [&] { backup({.timeout = seconds{-1}}); });
  refused(Error::Kind::invalid_argument, [&] { (void)database_->backup(""); });
  EXPECT_FALSE(std::filesystem::exists(backups()));
}

TEST_F(BackupRetention, MakesTheDirectoryButNotThoseAboveIt) {
  backup();
  const auto rights = std::filesystem::status(backups()).permissions();
  EXPECT_EQ(rights, std::filesystem::perms::owner_all);
  EXPECT_THAT(refused(Error::Kind::unavailable,
                      [&] { (void)database_->backup((folder() / "no" / "such").string()); }),
              HasSubstr("cannot be made"));
  write(folder() / "file", "");
  refused(Error::Kind::unavailable, [&] { (void)database_->backup((folder() / "file").string()); });
}

TEST_F(BackupRetention, IsReportedAsJson) {
  const BackupReport report{.file = "b/ops-\"1\".db", .bytes = 7, .duration_ms = 2, .removed = {"b/old"}};
  EXPECT_EQ(to_json(report),
            R"({"file":"b/ops-\"1\".db","bytes":7,"duration_ms":2,"removed":["b/old"],"not_removed":[]})");
}

}  // namespace
}  // namespace tenon::test
