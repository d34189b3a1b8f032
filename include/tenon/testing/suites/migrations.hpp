#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <tenon/policy_store.hpp>
#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// The bundled schema and a host's own migrations, each test on an empty database.
class Migrations : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    if (!IsSkipped()) place_ = std::make_unique<Workplace>(backend(), false);
  }
  [[nodiscard]] Database& empty() const { return place_->database(); }
  // A migration that every flavour understands.
  static Migration table(std::int64_t version, const std::string& name) {
    return {version, name, "CREATE TABLE " + name + " (n integer NOT NULL);", "DROP TABLE " + name + ";"};
  }
  static bool all_in(const std::vector<MigrationStatus>& status, MigrationStatus::State state) {
    return std::all_of(status.begin(), status.end(),
                       [&](const MigrationStatus& one) { return one.state == state; });
  }

 private:
  std::unique_ptr<Workplace> place_;
};

TEST_P(Migrations, ArePendingOnAnEmptyDatabase) {
  const auto status = empty().migrator().status();
  ASSERT_FALSE(status.empty());
  EXPECT_TRUE(all_in(status, MigrationStatus::State::pending));
  for (const MigrationStatus& one : status) EXPECT_FALSE(one.applied_at.has_value());
}

TEST_P(Migrations, BringAnEmptyDatabaseToTheNewestVersion) {
  const auto before = empty().migrator().status();
  const MigrationReport report = empty().migrate();
  EXPECT_EQ(report.applied.size(), before.size());
  EXPECT_TRUE(std::is_sorted(report.applied.begin(), report.applied.end()));
  EXPECT_EQ(report.version, before.back().version);
  EXPECT_EQ(PolicyStore(empty().scope(TenantContext("acme"))).count(), 0U);
}

TEST_P(Migrations, ChangeNothingTheSecondTime) {
  const MigrationReport first = empty().migrate();
  const MigrationReport second = empty().migrate();
  EXPECT_TRUE(second.applied.empty());
  EXPECT_EQ(second.version, first.version);
}

TEST_P(Migrations, TellWhenEachWasApplied) {
  const Timestamp before = now();
  empty().migrate();
  const auto status = empty().migrator().status();
  EXPECT_TRUE(all_in(status, MigrationStatus::State::applied));
  for (const MigrationStatus& one : status) {
    ASSERT_TRUE(one.applied_at.has_value());
    EXPECT_GE(*one.applied_at, before - std::chrono::minutes(5));
    EXPECT_LE(*one.applied_at, now() + std::chrono::minutes(5));
    EXPECT_FALSE(one.name.empty());
  }
}

TEST_P(Migrations, RunOnceWhenTenThreadsStartAtTheSameTime) {
  constexpr std::size_t starters = 10;
  const std::size_t all = empty().migrator().status().size();
  std::vector<MigrationReport> reports(starters);
  std::vector<std::string> failures(starters);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < starters; ++i) {
    threads.emplace_back([&, i] {
      try {
        reports[i] = empty().migrate();
      } catch (const std::exception& error) {
        failures[i] = error.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::size_t applied = 0;
  for (std::size_t i = 0; i < starters; ++i) {
    EXPECT_EQ(failures[i], "");
    applied += reports[i].applied.size();
    EXPECT_EQ(reports[i].version, reports[0].version);
  }
  EXPECT_EQ(applied, all);
}

TEST_P(Migrations, OfAHostHaveAHistoryOfTheirOwn) {
  empty().migrate();
  Migrator host = empty().migrator("app", {table(1, "kit_one"), table(7, "kit_seven")});
  EXPECT_EQ(host.component(), "app");
  EXPECT_TRUE(all_in(host.status(), MigrationStatus::State::pending));
  EXPECT_EQ(host.up().applied, (std::vector<std::int64_t>{1, 7}));
  EXPECT_TRUE(all_in(host.status(), MigrationStatus::State::applied));
  EXPECT_TRUE(all_in(empty().migrator().status(), MigrationStatus::State::applied));
  EXPECT_TRUE(
      all_in(empty().migrator("other", {table(1, "kit_two")}).status(), MigrationStatus::State::pending));
}

TEST_P(Migrations, GoOnWhereTheyStopped) {
  empty().migrate();
  empty().migrator("app", {table(1, "kit_one")}).up();
  Migrator more = empty().migrator("app", {table(1, "kit_one"), table(2, "kit_two")});
  const MigrationReport report = more.up();
  EXPECT_EQ(report.applied, (std::vector<std::int64_t>{2}));
  EXPECT_EQ(report.version, 2);
}

TEST_P(Migrations, ThatFailLeaveNothing) {
  empty().migrate();
  Migration bad = table(2, "kit_two");
  bad.up += " CREATE TABLE kit_two (n integer NOT NULL);";
  Migrator host = empty().migrator("app", {table(1, "kit_one"), bad});
  const Error error = error_of([&] { host.up(); });
  EXPECT_NE(std::string(error.what()).find("kit_two"), std::string::npos) << error.what();

  const auto status = host.status();
  ASSERT_EQ(status.size(), 2U);
  EXPECT_EQ(status[0].state, MigrationStatus::State::applied);
  EXPECT_EQ(status[1].state, MigrationStatus::State::pending);
  const auto mended = empty().migrator("app", {table(1, "kit_one"), table(2, "kit_two")}).up();
  EXPECT_EQ(mended.applied, (std::vector<std::int64_t>{2}));
}

TEST_P(Migrations, AreRefusedWhenAnAppliedOneChanged) {
  empty().migrate();
  empty().migrator("app", {table(1, "kit_one")}).up();
  Migration changed = table(1, "kit_one");
  changed.up += " -- more";
  Migrator host = empty().migrator("app", {changed, table(2, "kit_two")});
  EXPECT_EQ(host.status()[0].state, MigrationStatus::State::changed);
  TENON_EXPECT_ERROR(schema_mismatch, host.up());
}

TEST_P(Migrations, MayDifferInTheirLineEnds) {
  empty().migrate();
  Migration first = table(1, "kit_one");
  first.up += "\n-- end\n";
  empty().migrator("app", {first}).up();
  Migration other = table(1, "kit_one");
  other.up += "\r\n-- end\r\n";
  EXPECT_EQ(empty().migrator("app", {other}).status()[0].state, MigrationStatus::State::applied);
}

TEST_P(Migrations, AreRefusedWhenAnAppliedOneVanished) {
  empty().migrate();
  empty().migrator("app", {table(1, "kit_one"), table(2, "kit_two")}).up();
  Migrator older = empty().migrator("app", {table(1, "kit_one")});
  ASSERT_EQ(older.status().size(), 2U);
  EXPECT_EQ(older.status()[1].state, MigrationStatus::State::missing);
  TENON_EXPECT_ERROR(schema_mismatch, older.up());
}

TEST_P(Migrations, AreRefusedWhenOneComesTooLate) {
  empty().migrate();
  empty().migrator("app", {table(2, "kit_two")}).up();
  Migrator late = empty().migrator("app", {table(1, "kit_one"), table(2, "kit_two")});
  TENON_EXPECT_ERROR(schema_mismatch, late.up());
}

TEST_P(Migrations, OfAHostMayNotTakeTheNameTenon) {
  TENON_EXPECT_ERROR(invalid_argument, empty().migrator("tenon", {}));
  TENON_EXPECT_ERROR(invalid_argument, empty().migrator("", {}));
}

TEST_P(Migrations, AreMissedByAStore) {
  const TenantScope acme = empty().scope(TenantContext("acme"));
  TENON_EXPECT_ERROR(schema_mismatch, PolicyStore(acme).count());
  TENON_EXPECT_ERROR(schema_mismatch, PolicyStore(acme).insert({.id = "p", .name = "p"}));
}

TEST_P(Migrations, AreFoundAgainWhenTheDatabaseIsReopened) {
  if (!backend().persistent()) GTEST_SKIP() << "the backend keeps nothing";
  const Workplace place(backend());
  Database again = Database::open(backend().config(place.url()));
  EXPECT_TRUE(again.migrate().applied.empty());
  again.close();
}

TENON_CONFORMANCE_SUITE(Migrations);

}  // namespace tenon::testing
