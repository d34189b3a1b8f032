#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// What running migrations up and down must do on every backend; each test on an empty database.
class MigrationRuns : public ConformanceTest {
 protected:
  using Versions = std::vector<std::int64_t>;
  using Action = MigrationEvent::Action;

  void SetUp() override {
    ConformanceTest::SetUp();
    if (!IsSkipped()) place_ = std::make_unique<Workplace>(backend(), false);
  }
  [[nodiscard]] Database& empty() const { return place_->database(); }
  [[nodiscard]] Migrator app(std::vector<Migration> migrations) const {
    return empty().migrator("app", std::move(migrations));
  }
  // Migrations that every flavour understands.
  static Migration table(std::int64_t version, const std::string& name) {
    Migration migration;
    migration.version = version;
    migration.name = name;
    migration.up = "CREATE TABLE " + name + " (n integer NOT NULL);\n";
    migration.down = "DROP TABLE " + name + ";\n";
    return migration;
  }
  static Migration journaled(std::int64_t version, const std::string& name, const std::string& up) {
    Migration migration = table(version, name);
    migration.up = "-- tenon:no-transaction\n" + up;
    return migration;
  }
  static std::vector<Migration> three() {
    return {table(1, "kit_one"), table(2, "kit_two"), table(5, "kit_five")};
  }
  [[nodiscard]] bool has_table(const std::string& name) const {
    try {
      (void)empty().engine().maintenance()->query("SELECT count(*) FROM " + name, {});
      return true;
    } catch (const Error& error) {
      if (error.kind() != Error::Kind::schema_mismatch) throw;
      return false;
    }
  }
  static std::vector<Action> actions(const std::vector<MigrationEvent>& events) {
    std::vector<Action> all;
    for (const MigrationEvent& event : events) all.push_back(event.action);
    return all;
  }

 private:
  std::unique_ptr<Workplace> place_;
};

TEST_P(MigrationRuns, GoUpToAVersionAndNoFurther) {
  Migrator host = app(three());
  EXPECT_EQ(host.up(2).applied, (Versions{1, 2}));
  EXPECT_EQ(host.version(), 2);
  EXPECT_FALSE(has_table("kit_five"));
  EXPECT_TRUE(host.up(2).applied.empty());
  EXPECT_EQ(host.up().applied, Versions{5});
  TENON_EXPECT_ERROR(not_found, host.up(3));
}

TEST_P(MigrationRuns, GoDownTheNewestFirst) {
  Migrator host = app(three());
  host.up();
  EXPECT_EQ(host.down().reverted, Versions{5});
  EXPECT_EQ(host.down(2).reverted, (Versions{2, 1}));
  EXPECT_EQ(host.version(), 0);
  EXPECT_FALSE(has_table("kit_one"));
  EXPECT_TRUE(host.down(3).reverted.empty());
  EXPECT_EQ(host.up().applied, (Versions{1, 2, 5}));
  EXPECT_EQ(host.down_to(1).reverted, (Versions{5, 2}));
  EXPECT_EQ(host.down_to(0).reverted, Versions{1});
  TENON_EXPECT_ERROR(not_found, host.down_to(3));
}

TEST_P(MigrationRuns, GoToAVersionFromEitherSide) {
  Migrator host = app(three());
  EXPECT_EQ(host.to(2).applied, (Versions{1, 2}));
  EXPECT_EQ(host.to(1).reverted, Versions{2});
  EXPECT_EQ(host.to(5).applied, (Versions{2, 5}));
  EXPECT_EQ(host.to(0).reverted, (Versions{5, 2, 1}));
  TENON_EXPECT_ERROR(not_found, host.to(4));
}

TEST_P(MigrationRuns, RefuseAWayDownThatIsMissingBeforeAnythingRuns) {
  std::vector<Migration> all = three();
  all[1].down.clear();
  Migrator host = app(all);
  host.up();
  const Error error = error_of([&] { host.down(3); });
  EXPECT_EQ(error.kind(), Error::Kind::unsupported);
  EXPECT_EQ(error.detail().code, "migration-irreversible");
  EXPECT_EQ(host.version(), 5);
  EXPECT_EQ(host.down().reverted, Versions{5});
}

TEST_P(MigrationRuns, PlanWithoutDoing) {
  Migrator host = app(three());
  const auto up = host.plan();
  ASSERT_EQ(up.size(), 3U);
  EXPECT_EQ(up[2].version, 5);
  EXPECT_EQ(up[0].sql, three()[0].up);
  EXPECT_EQ(up[0].statements, 1U);
  EXPECT_TRUE(up[0].transactional);
  EXPECT_FALSE(has_table("kit_one"));
  EXPECT_TRUE(host.history().empty());
  host.up();
  EXPECT_TRUE(host.plan().empty());
  const auto down = host.plan_down(2);
  ASSERT_EQ(down.size(), 2U);
  EXPECT_EQ(down[0].direction, MigrationDirection::down);
  EXPECT_EQ(down[1].version, 2);
  EXPECT_EQ(host.plan_to(2).size(), 1U);
  EXPECT_EQ(host.version(), 5);
}

TEST_P(MigrationRuns, KeepEveryEvent) {
  Migrator host = app(three());
  host.actor("the kit");
  host.up(2);
  host.down();
  host.up(2);
  const auto events = host.history();
  EXPECT_EQ(actions(events), (std::vector{Action::up, Action::up, Action::down, Action::up}));
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].seq, static_cast<std::int64_t>(i + 1));
    EXPECT_EQ(events[i].actor, "the kit");
    EXPECT_FALSE(events[i].tenon_version.empty());
    EXPECT_EQ(events[i].checksum.size(), 64U);
  }
  EXPECT_EQ(events[2].name, "kit_two");
  EXPECT_TRUE(empty().migrator("other", std::vector<Migration>{}).history().empty());
}

TEST_P(MigrationRuns, NameThePlaceOfAnErrorAndKeepNothing) {
  Migration bad = table(2, "kit_two");
  bad.up += "SELECT 1,\n  nope FROM kit_two;\n";
  bad.up_file = "000002_kit_two.up.sql";
  Migrator host = app({table(1, "kit_one"), bad});
  const Error error = error_of([&] { host.up(); });
  EXPECT_EQ(error.kind(), Error::Kind::schema_mismatch);
  const std::string text = error.what();
  for (const char* part :
       {"000002_kit_two.up.sql:3:3", "nope", "statement 2 of 2", "  3 |   nope FROM kit_two;"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " is not in:\n" << text;
  EXPECT_FALSE(has_table("kit_two"));
  EXPECT_EQ(host.version(), 1);
}

TEST_P(MigrationRuns, ThatThrowInTheObserverLeaveNothing) {
  Migrator host = app({table(1, "kit_one")});
  host.observer([](const MigrationProgress& progress) {
    if (progress.phase == MigrationProgress::Phase::statement) throw std::runtime_error("enough");
  });
  EXPECT_THROW(host.up(), std::runtime_error);
  host.observer({});
  EXPECT_EQ(host.version(), 0);
  EXPECT_EQ(host.up().applied, Versions{1});
}

TEST_P(MigrationRuns, TellTheirProgress) {
  Migrator host = app({table(1, "kit_one"), journaled(2, "kit_two",
                                                      "CREATE TABLE kit_two (n integer);\n"
                                                      "INSERT INTO kit_two VALUES (1);\n")});
  std::vector<std::string> seen;
  host.observer([&](const MigrationProgress& p) {
    EXPECT_EQ(p.component, "app");
    EXPECT_GE(p.elapsed.count(), 0);
    const char* phase = p.phase == MigrationProgress::Phase::started     ? "started "
                        : p.phase == MigrationProgress::Phase::statement ? "statement "
                                                                         : "finished ";
    seen.push_back(phase + std::string(p.name) + " " + std::to_string(p.statement) + "/" +
                   std::to_string(p.statements));
  });
  host.up();
  EXPECT_EQ(seen, (std::vector<std::string>{"started kit_one 0/1", "statement kit_one 1/1",
                                            "finished kit_one 0/1", "started kit_two 0/2",
                                            "statement kit_two 1/2", "statement kit_two 2/2",
                                            "finished kit_two 0/2"}));
}

TEST_P(MigrationRuns, OutsideATransactionGoOnAtTheStatementThatFailed) {
  const std::string done = "CREATE TABLE kit_two (n integer NOT NULL);\nINSERT INTO kit_two VALUES (1);\n";
  Migrator bad = app({journaled(2, "kit_two", done + "INSERT INTO kit_absent VALUES (1);\n")});
  const Error error = error_of([&] { bad.up(); });
  EXPECT_NE(std::string(error.what()).find("statement 3 of 3"), std::string::npos) << error.what();
  ASSERT_EQ(bad.status().size(), 1U);
  EXPECT_EQ(bad.status()[0].state, MigrationStatus::State::partial);
  EXPECT_EQ(bad.status()[0].statements_run, 2U);
  EXPECT_EQ(bad.version(), 0);
  ASSERT_EQ(bad.validate().size(), 1U);
  EXPECT_EQ(bad.validate()[0].code, "migration-partial");

  Migrator mended = app({journaled(2, "kit_two", done + "INSERT INTO kit_two VALUES (2);\n")});
  EXPECT_EQ(mended.plan().at(0).first_statement, 3U);
  EXPECT_EQ(mended.up().applied, Versions{2});
  EXPECT_EQ(empty().engine().maintenance()->query("SELECT count(*) FROM kit_two", {})[0][0], "2");
  EXPECT_TRUE(mended.validate().empty());
}

// Its statements ran once more, and the notes that were left stood in everybody's way.
TEST_P(MigrationRuns, OutsideATransactionGoOnWithoutOneWhenTheFileNoLongerAsksForIt) {
  const std::string done = "CREATE TABLE kit_two (n integer NOT NULL);\nINSERT INTO kit_two VALUES (1);\n";
  (void)error_of([&] { app({journaled(2, "kit_two", done + "SELECT nope;\n")}).up(); });
  Migration plain = table(2, "kit_two");
  plain.up = done + "INSERT INTO kit_two VALUES (2);\n";
  Migrator mended = app({plain});
  EXPECT_FALSE(mended.plan().at(0).transactional);
  EXPECT_EQ(mended.plan().at(0).first_statement, 3U);
  EXPECT_EQ(mended.up().applied, Versions{2});
  EXPECT_EQ(empty().engine().maintenance()->query("SELECT count(*) FROM kit_two", {})[0][0], "2");
  EXPECT_TRUE(mended.validate().empty());
  EXPECT_EQ(mended.down().reverted, Versions{2});
}

TEST_P(MigrationRuns, OutsideATransactionRefuseToGoOnAfterAChangeOfWhatRan) {
  const std::string create = "CREATE TABLE kit_two (n integer NOT NULL);\n";
  app({journaled(2, "kit_two", create)}).up();
  Migrator host = app({journaled(2, "kit_two", create), journaled(3, "kit_three",
                                                                  "CREATE TABLE kit_three (n "
                                                                  "integer);\nSELECT nope;\n")});
  (void)error_of([&] { host.up(); });
  Migrator changed = app({journaled(2, "kit_two", create),
                          journaled(3, "kit_three", "CREATE TABLE kit_three (m integer);\nSELECT 1;\n")});
  const Error error = error_of([&] { changed.up(); });
  EXPECT_EQ(error.detail().code, "journal-changed") << error.what();
  EXPECT_EQ(changed.repair("we looked").at(0).code, "journal-changed");
  EXPECT_EQ(changed.up().applied, Versions{3});
}

TEST_P(MigrationRuns, HalfWayUpStandInTheWayOfEverythingElse) {
  Migrator host = app({table(1, "kit_one"), journaled(2, "kit_two",
                                                      "CREATE TABLE kit_two (n integer);\nSELECT "
                                                      "nope;\n")});
  (void)error_of([&] { host.up(); });
  EXPECT_EQ(error_of([&] { host.down(); }).detail().code, "migration-partial");
  host.force(2, "completed by hand");
  EXPECT_EQ(host.version(), 2);
  EXPECT_EQ(host.down().reverted, Versions{2});
}

TEST_P(MigrationRuns, HalfWayUpGoOnBeforeAnOlderOneThatWasAddedMeanwhile) {
  const std::string create = "CREATE TABLE kit_five (n integer NOT NULL);\n";
  (void)error_of([&] { app({journaled(5, "kit_five", create + "SELECT nope;\n")}).up(); });
  Migrator host = app({table(3, "kit_three"), journaled(5, "kit_five", create + "SELECT 1;\n")});
  EXPECT_EQ(error_of([&] { host.up(); }).detail().code, "migration-out-of-order");
  EXPECT_FALSE(has_table("kit_three"));
  host.allow_out_of_order();
  EXPECT_EQ(host.up().applied, (Versions{5, 3}));
  EXPECT_TRUE(has_table("kit_three"));
  EXPECT_TRUE(host.validate().empty());
}

TEST_P(MigrationRuns, HalfWayUpCanBeGivenUpWhenTheirFileIsGone) {
  (void)error_of(
      [&] { app({journaled(2, "kit_two", "CREATE TABLE kit_two (n integer);\nSELECT nope;\n")}).up(); });
  Migrator host = app({table(1, "kit_one")});
  EXPECT_EQ(error_of([&] { host.up(); }).detail().code, "migration-partial");
  host.force(0, "the file was withdrawn");
  EXPECT_EQ(host.up().applied, Versions{1});
  EXPECT_TRUE(host.validate().empty());
}

TEST_P(MigrationRuns, ReadFilesThatComeWithATransactionOfTheirOwn) {
  Migration own = table(1, "kit_one");
  own.up = "BEGIN;\nCREATE TABLE kit_one (n integer NOT NULL);\nSELECT nope;\nCOMMIT;\n";
  Migrator bad = app({own});
  (void)error_of([&] { bad.up(); });
  EXPECT_FALSE(has_table("kit_one"));
  own.up = "BEGIN;\nCREATE TABLE kit_one (n integer NOT NULL);\nCOMMIT;\n";
  EXPECT_EQ(app({own}).up().applied, Versions{1});
}

TEST_P(MigrationRuns, TakeEmptyFilesAndComments) {
  Migration comment = table(1, "nothing");
  comment.up = "-- nothing here yet\n";
  comment.down = "/* nor here */";
  Migration empty_file = table(2, "empty");
  empty_file.up.clear();
  Migrator host = app({comment, empty_file});
  EXPECT_EQ(host.up().applied, (Versions{1, 2}));
  EXPECT_EQ(host.history().size(), 2U);
}

TEST_P(MigrationRuns, OfTheBundledSchemaGoDownAndUpAgain) {
  empty().migrate();
  Migrator bundled = empty().migrator();
  const auto down = bundled.down_to(0);
  EXPECT_FALSE(down.reverted.empty());
  EXPECT_EQ(down.version, 0);
  EXPECT_EQ(bundled.up().applied.size(), down.reverted.size());
}

TEST_P(MigrationRuns, OfBundledAndHostComeWithOneCall) {
  const auto reports = empty().migrate({table(1, "kit_one")});
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].component, "tenon");
  EXPECT_EQ(reports[1].component, "app");
  EXPECT_EQ(reports[1].applied, Versions{1});
  EXPECT_TRUE(empty().migrate({table(1, "kit_one")})[1].applied.empty());
}

TENON_CONFORMANCE_SUITE(MigrationRuns);

}  // namespace tenon::testing
