#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// What a migrator must say when database and source drift apart, and how its record is mended.
class MigrationRecords : public ConformanceTest {
 protected:
  using Versions = std::vector<std::int64_t>;
  using Action = MigrationEvent::Action;
  using State = MigrationStatus::State;

  void SetUp() override {
    ConformanceTest::SetUp();
    if (!IsSkipped()) place_ = std::make_unique<Workplace>(backend(), false);
  }
  [[nodiscard]] Migrator app(std::vector<Migration> migrations) const {
    return place_->database().migrator("app", std::move(migrations));
  }
  static Migration table(std::int64_t version, const std::string& name) {
    Migration migration;
    migration.version = version;
    migration.name = name;
    migration.up = "CREATE TABLE " + name + " (n integer NOT NULL);\n";
    migration.down = "DROP TABLE " + name + ";\n";
    return migration;
  }
  static Migration changed(Migration migration) {
    migration.up += "-- more\n";
    return migration;
  }
  static std::vector<std::string> codes(const std::vector<MigrationProblem>& problems) {
    std::vector<std::string> all;
    for (const MigrationProblem& problem : problems) {
      EXPECT_FALSE(problem.what.empty());
      EXPECT_NE(problem.remedy.find("tenon migrate"), std::string::npos) << problem.remedy;
      all.push_back(problem.code);
    }
    return all;
  }
  // The drift that up() refuses, which validate() tells with the same code.
  static void expect_refused(Migrator& migrator, const std::string& code) {
    const Error error = error_of([&] { migrator.up(); });
    EXPECT_EQ(error.kind(), Error::Kind::schema_mismatch) << error.what();
    EXPECT_EQ(error.detail().code, code) << error.what();
    EXPECT_NE(std::string(error.what()).find("tenon migrate"), std::string::npos) << error.what();
    EXPECT_EQ(codes(migrator.validate()), std::vector<std::string>{code});
  }
  [[nodiscard]] backend::Engine& engine() const { return place_->database().engine(); }

 private:
  std::unique_ptr<Workplace> place_;
};

TEST_P(MigrationRecords, TellAChangedFile) {
  app({table(1, "kit_one")}).up();
  Migrator host = app({changed(table(1, "kit_one")), table(2, "kit_two")});
  expect_refused(host, "migration-changed");
  EXPECT_EQ(error_of([&] { host.down(); }).detail().code, "migration-changed");
  EXPECT_EQ(codes(host.repair("only a comment")), std::vector<std::string>{"migration-changed"});
  EXPECT_EQ(host.history().back().action, Action::repaired);
  EXPECT_EQ(host.history().back().reason, "only a comment");
  EXPECT_EQ(host.up().applied, Versions{2});
}

TEST_P(MigrationRecords, TellAVanishedFile) {
  app({table(1, "kit_one"), table(2, "kit_two"), table(3, "kit_three")}).up();
  Migrator host = app({table(1, "kit_one"), table(3, "kit_three")});
  expect_refused(host, "migration-vanished");
  EXPECT_EQ(host.down().reverted, Versions{3}) << "what is as it was can be taken back";
  app({table(1, "kit_one"), table(2, "kit_two"), table(3, "kit_three")}).up();
  EXPECT_EQ(codes(host.repair()), std::vector<std::string>{"migration-vanished"});
  EXPECT_EQ(host.history().back().action, Action::forgotten);
  EXPECT_TRUE(host.up().applied.empty());
}

TEST_P(MigrationRecords, TellALateFile) {
  app({table(1, "kit_one"), table(3, "kit_three")}).up();
  Migrator host = app({table(1, "kit_one"), table(2, "kit_two"), table(3, "kit_three")});
  expect_refused(host, "migration-out-of-order");
  EXPECT_TRUE(host.status().at(1).out_of_order);
  EXPECT_TRUE(host.repair().empty());
  host.allow_out_of_order();
  EXPECT_TRUE(host.validate().empty());
  EXPECT_EQ(host.up().applied, Versions{2});
  EXPECT_TRUE(app({table(1, "kit_one"), table(2, "kit_two"), table(3, "kit_three")}).up().applied.empty());
}

TEST_P(MigrationRecords, TellADatabaseAheadOfTheSource) {
  app({table(1, "kit_one"), table(2, "kit_two")}).up();
  Migrator host = app({table(1, "kit_one")});
  expect_refused(host, "database-newer");
  EXPECT_EQ(error_of([&] { host.down(); }).detail().code, "database-newer");
  EXPECT_TRUE(host.repair().empty()) << "an older program must not forget what a newer one did";
}

TEST_P(MigrationRecords, TellAFileThatCannotBeRead) {
  Migration broken = table(1, "kit_one");
  broken.up = "CREATE TABLE kit_one (name text DEFAULT 'open;\n";
  Migrator host = app({broken});
  const auto problems = host.validate();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].code, "migration-unreadable");
  TENON_EXPECT_ERROR(invalid_argument, host.up());
  EXPECT_EQ(host.version(), 0);
}

TEST_P(MigrationRecords, BeginWithABaseline) {
  engine().maintenance()->execute(table(1, "kit_one").up + table(2, "kit_two").up);
  Migrator host = app({table(1, "kit_one"), table(2, "kit_two"), table(3, "kit_three")});
  TENON_EXPECT_ERROR(not_found, host.baseline(9));
  const MigrationReport report = host.baseline(2, "it was there");
  EXPECT_EQ(report.recorded, (Versions{1, 2}));
  EXPECT_EQ(report.version, 2);
  EXPECT_EQ(host.history().at(0).action, Action::baseline);
  EXPECT_EQ(host.history().at(0).reason, "it was there");
  TENON_EXPECT_ERROR(conflict, host.baseline(3));
  EXPECT_EQ(host.up().applied, Versions{3});
  EXPECT_EQ(host.down_to(0).reverted, (Versions{3, 2, 1}));
}

TEST_P(MigrationRecords, AreForcedWithAReasonOnly) {
  Migrator host = app({table(1, "kit_one"), table(2, "kit_two"), table(3, "kit_three")});
  host.actor("operator").up(1);
  TENON_EXPECT_ERROR(invalid_argument, host.force(3, ""));
  TENON_EXPECT_ERROR(not_found, host.force(9, "no such version"));
  EXPECT_EQ(host.force(3, "made by hand").recorded, (Versions{2, 3}));
  EXPECT_EQ(host.version(), 3);
  const MigrationEvent event = host.history().back();
  EXPECT_EQ(event.action, Action::forced);
  EXPECT_EQ(event.actor, "operator");
  EXPECT_EQ(event.reason, "made by hand");
  EXPECT_EQ(host.force(1, "not after all").recorded, (Versions{2, 3}));
  EXPECT_EQ(host.history().back().action, Action::withdrawn);
  EXPECT_EQ(host.up().applied, (Versions{2, 3}));
  EXPECT_EQ(host.force(0, "start again").version, 0);
}

TEST_P(MigrationRecords, AreNeverTakenForEmptyWhenTheyCannotBeRead) {
  app({table(1, "kit_one")}).up();
  const bool postgres = engine().dialect().flavour() == backend::Flavour::postgres;
  const std::string history = postgres ? "tenon.schema_history" : "tenon_schema_history";
  engine().maintenance()->execute("ALTER TABLE " + history + " RENAME COLUMN action TO deed");
  TENON_EXPECT_ERROR(schema_mismatch, app({table(1, "kit_one")}).up());
  TENON_EXPECT_ERROR(schema_mismatch, app({table(1, "kit_one")}).status());
  engine().maintenance()->execute("ALTER TABLE " + history + " RENAME COLUMN deed TO action");
  EXPECT_TRUE(app({table(1, "kit_one")}).up().applied.empty());
}

TENON_CONFORMANCE_SUITE(MigrationRecords);

}  // namespace tenon::testing
