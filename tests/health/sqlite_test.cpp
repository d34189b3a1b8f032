#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <tenon/backend/engine.hpp>
#include <tenon/database.hpp>
#include <tenon/policy_store.hpp>
#include <tenon/uuid.hpp>

#include "probe.hpp"

namespace tenon::test {
namespace {

using testing::HasSubstr;

class SqliteHealth : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("tenon-health-" + to_string(Uuid::random()));
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "ops.db"; }
  [[nodiscard]] Database open() const { return Database::open("sqlite:" + file().string()); }

 private:
  std::filesystem::path folder_;
};

TEST_F(SqliteHealth, TellsTheSizesOfTheFiles) {
  Database database = open();
  database.migrate();
  const Health health = database.health();
  EXPECT_EQ(health.backend, "sqlite");
  EXPECT_EQ(health.database_bytes, static_cast<std::int64_t>(std::filesystem::file_size(file())));
  EXPECT_EQ(health.wal_bytes,
            static_cast<std::int64_t>(std::filesystem::file_size(file().string() + "-wal")));
  EXPECT_GT(*health.wal_bytes, 0);
}

// Rows that go into a file that nobody will find again.
TEST_F(SqliteHealth, NoticesThatTheFileIsGone) {
  Database database = open();
  database.migrate();
  ASSERT_TRUE(database.ready());
  std::filesystem::rename(file(), file().string() + ".moved");
  EXPECT_THAT(database.health().error, HasSubstr("moved, deleted or replaced"));
  EXPECT_FALSE(database.ready());
  std::filesystem::copy(file().string() + ".moved", file());
  EXPECT_FALSE(database.ready());
}

TEST_F(SqliteHealth, DoesNotWaitForAWriter) {
  Database database = open();
  database.migrate();
  Transaction writing = database.scope(TenantContext{"acme"}).begin();
  PolicyStore{writing}.insert({.id = "a", .name = "A"});
  EXPECT_TRUE(database.health().available);
  writing.rollback();
}

TEST_F(SqliteHealth, WaitsForItsTurnInMemoryNoLongerThanTold) {
  Database database = Database::open("sqlite::memory:");
  database.migrate();
  EXPECT_TRUE(database.health().available);
  Transaction writing = database.scope(TenantContext{"acme"}).begin();
  PolicyStore{writing}.insert({.id = "a", .name = "A"});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(database.ready(std::chrono::milliseconds{100}));
  EXPECT_LT(std::chrono::steady_clock::now() - start, database.config().pool.acquire_timeout);
  writing.rollback();
  EXPECT_TRUE(database.ready());
}

// The writer's connection has to be the last, for only that brings the log into the file.
TEST_F(SqliteHealth, LeavesNoLogBehindWhenACheckOutlastsTheClosing) {
  Database database = open();
  database.migrate();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5};
  auto check = database.engine().probe(deadline);
  check->ping(deadline);
  EXPECT_TRUE(database.close(std::chrono::milliseconds{500}));
  check->ping(deadline);
  check.reset();
  EXPECT_FALSE(std::filesystem::exists(file().string() + "-wal"));
}

// https://sqlite.org/wal.html#walresetbug
TEST(SqliteVersions, AreKnownByTheWalResetBug) {
  for (const int version : {3'007'000, 3'040'001, 3'049'002, 3'050'000, 3'050'006, 3'051'000, 3'051'002})
    EXPECT_TRUE(sqlite::has_wal_reset_bug(version)) << version;
  for (const int version : {3'006'023, 3'050'007, 3'050'008, 3'051'003, 3'052'000})
    EXPECT_FALSE(sqlite::has_wal_reset_bug(version)) << version;
}

TEST_F(SqliteHealth, WarnsOfAVulnerableVersion) {
  Database database = open();
  const bool vulnerable = sqlite::has_wal_reset_bug(sqlite3_libversion_number());
  EXPECT_EQ(database.health().warning.find("can corrupt a file") != std::string::npos, vulnerable);
}

}  // namespace
}  // namespace tenon::test
