#include "fixture.hpp"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Migrate : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (IsSkipped()) return;
    ASSERT_EQ(shell("mkdir m").exit_code, 0);
    file("m/1_one.up.sql", "CREATE TABLE one (n integer);\n");
    file("m/1_one.down.sql", "DROP TABLE one;\n");
    file("m/2_two.up.sql", "CREATE TABLE two (n integer);\nINSERT INTO two VALUES (1);\n");
    file("m/2_two.down.sql", "DROP TABLE two;\n");
  }
};

TEST_P(Migrate, UpAndDownInText) {
  const std::string up = succeed("migrate up --source m");
  EXPECT_THAT(up, HasSubstr("Applied 2_two: 2 statements, "));
  EXPECT_THAT(up, HasSubstr("Applied 1, 2; the schema is at version 2.\n"));
  EXPECT_EQ(succeed("migrate up --source m"), "Nothing to do; the schema is at version 2.\n");
  EXPECT_EQ(succeed("migrate version --component app"), "2\n");
  EXPECT_THAT(succeed("migrate down --source m"), HasSubstr("Took back 2; the schema is at version 1.\n"));
  EXPECT_THAT(succeed("migrate down --to 0 --source m"), HasSubstr("Took back 1; "));
  EXPECT_THAT(succeed("migrate up --to 1 --source m"), HasSubstr("Applied 1; "));
  EXPECT_THAT(succeed("migrate to 2 --source m"), HasSubstr("Applied 2; "));
  EXPECT_THAT(succeed("migrate down 2 --source m"), HasSubstr("Took back 2, 1; "));
}

TEST_P(Migrate, UpAndDownInJson) {
  EXPECT_EQ(json("migrate up --source m").dump(),
            R"({"applied":[1,2],"component":"app","recorded":[],"reverted":[],"version":2})");
  EXPECT_EQ(json("migrate to 0 --source m")["reverted"].dump(), "[2,1]");
  EXPECT_EQ(json("migrate version --source m").dump(), R"({"component":"app","version":0})");
  EXPECT_EQ(json("migrate version").dump(), R"({"component":"tenon","version":0})");
}

TEST_P(Migrate, PlanShowsTheSql) {
  const std::string plan = succeed("migrate plan --source m");
  EXPECT_THAT(plan,
              HasSubstr("-- 1_one up, 1 statement, in a transaction (m/1_one.up.sql)\nCREATE TABLE one"));
  const auto steps = json("migrate plan --source m --to 1");
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0]["sql"], "CREATE TABLE one (n integer);\n");
  EXPECT_EQ(steps[0]["transactional"], true);
  EXPECT_EQ(succeed("migrate version --component app"), "0\n");
  succeed("migrate up --source m");
  EXPECT_EQ(succeed("migrate plan --source m"), "Nothing to do.\n");
  EXPECT_EQ(json("migrate plan --source m --down 2")[0]["direction"], "down");
}

TEST_P(Migrate, StatusAndHistory) {
  succeed("migrate up --source m --to 1");
  EXPECT_THAT(succeed("migrate status --source m"), HasSubstr("two   pending"));
  const auto status = json("migrate status --source m");
  EXPECT_EQ(status["component"], "app");
  EXPECT_EQ(status["migrations"][0]["state"], "applied");
  EXPECT_EQ(status["migrations"][1]["file"], "m/2_two.up.sql");
  EXPECT_TRUE(status["migrations"][1]["applied_at"].is_null());
  const auto history = json("migrate history --component app");
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0]["action"], "up");
  EXPECT_THAT(history[0]["actor"].get<std::string>(), HasSubstr("@"));
  EXPECT_THAT(succeed("migrate history --component app"), HasSubstr("one   up"));
}

TEST_P(Migrate, AnErrorShowsItsPlace) {
  file("m/3_bad.up.sql", "CREATE TABLE three (n integer);\nSELECT 1,\n  nope FROM three;\n");
  const Outcome outcome = tenon("migrate up --source m");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("Applied 2_two"));
  EXPECT_THAT(outcome.err, HasSubstr("m/3_bad.up.sql:3:3: "));
  EXPECT_THAT(outcome.err, HasSubstr("\n  3 |   nope FROM three;\n    |   ^\n"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("run: tenon migrate up")));
}

TEST_P(Migrate, ADumbTerminalGetsNoSequences) {
  if (shell("script --version").exit_code != 0) GTEST_SKIP() << "there is no script(1) to make a terminal";
  const auto on_terminal = [&](const std::string& kind, const std::string& what) {
    return shell("TERM=" + kind + " script -qec " +
                 shell_word(shell_word(TENON_PROGRAM) + " migrate " + what + " --source m") + " typescript")
        .out;
  };
  EXPECT_THAT(on_terminal("xterm", "up"), HasSubstr("\x1b[K"));
  const std::string dumb = on_terminal("dumb", "down --to 0");
  EXPECT_THAT(dumb, HasSubstr("Took back 1_one"));
  EXPECT_THAT(dumb, Not(HasSubstr("\x1b")));
}

TEST_P(Migrate, DriftIsToldWithItsCodeAndMended) {
  succeed("migrate up --source m");
  EXPECT_EQ(succeed("migrate validate --source m"), "Database and migrations agree.\n");
  file("m/1_one.up.sql", "CREATE TABLE one (n integer); -- changed\n");
  EXPECT_THAT(fail(1, "migrate up --source m"), HasSubstr("[migration-changed]"));
  const Outcome outcome = tenon("--json migrate validate --source m");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(nlohmann::json::parse(outcome.out)[0]["code"], "migration-changed");
  EXPECT_EQ(json("migrate repair --source m --reason seen")[0]["code"], "migration-changed");
  EXPECT_EQ(succeed("migrate repair --source m"), "Nothing to repair.\n");

  ASSERT_EQ(shell("rm m/1_one.*").exit_code, 0);
  EXPECT_THAT(fail(1, "migrate up --source m"), HasSubstr("[migration-vanished]"));
  EXPECT_THAT(succeed("migrate repair --source m"), HasSubstr("Repaired migration-vanished"));
  file("m/1_late.up.sql", "CREATE TABLE late (n integer);\n");
  EXPECT_THAT(fail(1, "migrate up --source m"), HasSubstr("[migration-out-of-order]"));
  EXPECT_THAT(succeed("migrate up --source m --allow-out-of-order"), HasSubstr("Applied 1; "));
  ASSERT_EQ(shell("rm m/2_two.*").exit_code, 0);
  EXPECT_THAT(fail(1, "migrate up --source m"), HasSubstr("[database-newer]"));
}

TEST_P(Migrate, TheRecordIsSetByHand) {
  EXPECT_EQ(succeed("migrate baseline 1 --source m --reason 'was there'"),
            "Recorded 1; the schema is at version 1.\n");
  fail(1, "migrate stamp 2 --source m");
  fail(2, "migrate force 2 --source m");
  EXPECT_EQ(json("migrate force 2 --source m --reason because")["recorded"].dump(), "[2]");
  EXPECT_EQ(json("migrate history --component app")[1]["reason"], "because");
}

TEST_P(Migrate, AdoptsWhatItFinds) {
  file("m/0_ignored.txt", "");
  succeed("migrate up --source m --to 1");
  fail(1, "migrate adopt --source m");
  EXPECT_THAT(fail(2, "migrate adopt --source m --from rails"), HasSubstr("golang-migrate"));
  EXPECT_THAT(fail(2, "migrate adopt --source m --from alembic --map nonsense"), HasSubstr("NAME=VERSION"));
  EXPECT_THAT(fail(1, "migrate adopt --component other --source m --from goose"),
              HasSubstr("no table goose_db_version"));
}

TEST_P(Migrate, CreatesTheNextFiles) {
  EXPECT_THAT(succeed("migrate create 'Add sites' --source m"), HasSubstr("m/3_add_sites.up.sql\n"));
  EXPECT_THAT(json("migrate create more --source m")["down"].get<std::string>(),
              HasSubstr("more.down.sql"));
  EXPECT_THAT(fail(2, "migrate create x"), HasSubstr("--source DIR"));
}

TEST_P(Migrate, GoesThroughADirectUrlOfItsOwn) {
  if (GetParam() == "sqlite") {
    EXPECT_THAT(fail(1, "migrate --direct-url postgresql://127.0.0.1:1/none up"),
                HasSubstr("--direct-url"));
    // Of another database in the same environment; it broke every command.
    succeed("migrate up");
    EXPECT_EQ(shell("TENON_MIGRATION_URL=postgresql://127.0.0.1:1/none " + shell_word(TENON_PROGRAM) +
                    " policy list --tenant acme --url " + shell_word(url))
                  .exit_code,
              0);
    return;
  }
  succeed("migrate --direct-url " + shell_word(url) + " up");
  const std::string refused =
      fail(1, "migrate --direct-url postgresql://nobody:hunter2@127.0.0.1:1/none status");
  EXPECT_THAT(refused, AllOf(HasSubstr("127.0.0.1"), Not(HasSubstr("hunter2"))));
  EXPECT_EQ(shell("TENON_MIGRATION_URL=postgresql://nobody@127.0.0.1:1/none " + shell_word(TENON_PROGRAM) +
                  " migrate status")
                .exit_code,
            1);
  succeed("policy list --tenant acme");
}

// 000010 was read as octal, and took back versions 9 and 10 as well.
TEST_P(Migrate, VersionsWithLeadingZerosAreDecimal) {
  for (int version = 3; version <= 10; ++version) {
    const std::string n = std::to_string(version);
    file("m/" + n + "_t.up.sql", "CREATE TABLE t" + n + " (n integer);\n");
    file("m/" + n + "_t.down.sql", "DROP TABLE t" + n + ";\n");
  }
  EXPECT_EQ(json("migrate up --to 000010 --source m")["version"], 10);
  EXPECT_EQ(json("migrate to 000009 --source m")["version"], 9);
  EXPECT_EQ(json("migrate force 000010 --reason seen --source m")["version"], 10);
}

// Where a variable of the shell was not set, tenon's own tables were taken back instead of the host's.
TEST_P(Migrate, EmptyValuesAreRefused) {
  succeed("migrate up");
  for (const char* command : {"down --source ''", "up --component '' --source m", "--direct-url '' up",
                              "force '' --source m --reason x", "baseline '' --source m",
                              "force 1 --source m --reason ''", "to ''"})
    EXPECT_THAT(fail(2, std::string("migrate ") + command), HasSubstr(" is empty")) << command;
  EXPECT_THAT(fail(2, "migrate down --source="), HasSubstr("--source is empty"));
  EXPECT_EQ(json("migrate status")["migrations"][0]["state"], "applied");
  fail(2, "migrate force -1 --source m --reason x");
}

TEST_P(Migrate, GoesOnWhenNobodyReadsItsProgress) {
  for (int version = 3; version <= 9; ++version) {
    const std::string n = std::to_string(version);
    file("m/" + n + "_t.up.sql", "CREATE TABLE t" + n + " (n integer);\n");
  }
  // The reader is gone before the first line.
  (void)shell("(sleep 0.3; " + shell_word(TENON_PROGRAM) + " migrate up --source m) | true");
  EXPECT_EQ(json("migrate version --source m")["version"], 9);
}

TEST_P(Migrate, APlanHidesNothingFromAPerson) {
  file("m/3_sly.up.sql", "DROP TABLE one;\r-- nothing to see\n\tSELECT 1; -- \x1b[2K\n");
  const std::string plan = succeed("migrate plan --source m");
  EXPECT_THAT(plan, HasSubstr("DROP TABLE one;?-- nothing to see\n\tSELECT 1; -- ?[2K\n"));
}

TEST_P(Migrate, BlamesTheDirectUrlForItself) {
  if (GetParam() == "sqlite") GTEST_SKIP() << "has no direct URL";
  const std::string variable = "TENON_MIGRATION_URL=server:5432/shop " + shell_word(TENON_PROGRAM);
  succeed("migrate up");
  EXPECT_EQ(shell(variable + " policy list --tenant acme").exit_code, 0);
  const Outcome refused = shell(variable + " migrate up");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("--direct-url (TENON_MIGRATION_URL): "));
}

// The hint stood behind every error of the kind, of files as well.
TEST_P(Migrate, TheUrlIsBlamedOnlyForTheDatabase) {
  file("plain", "");
  const std::string said = fail(1, "migrate create more --source plain");
  EXPECT_THAT(said, Not(HasSubstr("DATABASE_URL")));
}

TEST_P(Migrate, RefusesWrongUsage) {
  EXPECT_THAT(fail(2, "migrate up --component app"), HasSubstr("--source DIR"));
  EXPECT_THAT(fail(2, "migrate up --component tenon --source m"), HasSubstr("compiled in"));
  fail(2, "migrate");
  fail(2, "migrate down 0 --source m");
  fail(2, "migrate down 1 --to 0 --source m");
  fail(2, "migrate to --source m");
  fail(2, "migrate to -1 --source m");
  EXPECT_THAT(fail(1, "migrate up --source nowhere"), HasSubstr("nowhere"));
  EXPECT_THAT(fail(1, "migrate to 9 --source m"), HasSubstr("no migration 9"));
}

INSTANTIATE_TEST_SUITE_P(Backends, Migrate, ON_EVERY_BACKEND, backend_name);

}  // namespace
