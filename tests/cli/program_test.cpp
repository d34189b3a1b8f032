#include "fixture.hpp"

namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class Program : public ProgramTest {};

TEST_P(Program, AsksForTheSchemaFirst) {
  for (const char* command : {"policy list", "report incidents", "export analyses"})
    EXPECT_THAT(fail(1, std::string("--tenant acme ") + command), HasSubstr("run: tenon migrate up"));
  EXPECT_THAT(fail(1, "--admin incident list"), HasSubstr("run: tenon migrate up"));
}

TEST_P(Program, MakesTheSchemaOnceAndTellsItsState) {
  EXPECT_EQ(json("migrate status")["migrations"][0]["state"], "pending");
  EXPECT_THAT(succeed("migrate up"), HasSubstr("the schema is at version"));
  EXPECT_THAT(succeed("migrate up"), HasSubstr("Nothing to do"));
  const auto report = json("migrate up");
  EXPECT_TRUE(report["applied"].empty());
  EXPECT_GE(report["version"], 1);
  EXPECT_EQ(json("migrate status")["migrations"][0]["state"], "applied");
  EXPECT_THAT(succeed("migrate status"), ContainsRegex("bundled_schema +applied"));
}

TEST_P(Program, RefusesWrongUsageWithExitCodeTwo) {
  succeed("migrate up");
  for (const char* command : {"", "bogus", "policy", "policy bogus", "policy list --bogus", "policy get",
                              "report", "report trend --by year", "report top --count 0",
                              "report top --since yesterday", "import policies", "policy list"})
    fail(2, std::string(command).find("report") == 0 ? std::string("--tenant acme ") + command : command);
  EXPECT_THAT(fail(2, "bogus"), HasSubstr("unknown argument bogus"));
  EXPECT_THAT(fail(2, "policy list"), HasSubstr("add --tenant NAME or set TENON_TENANT"));
}

TEST_P(Program, RefusesTenantsThatAreNone) {
  succeed("migrate up");
  const Outcome empty =
      shell("TENON_TENANT=acme " + shell_word(TENON_PROGRAM) + " --tenant '' policy list");
  EXPECT_EQ(empty.exit_code, 2);
  EXPECT_THAT(empty.err, HasSubstr("--tenant: is empty"));
  fail(1, "--tenant " + std::string(300, 'x') + " policy list");
}

// CLI11 took `--tenant=` for `--tenant`, and gave it the next argument: rows were stored for a tenant named
// a.json.
TEST_P(Program, AnOptionWithoutItsValueTakesNoOtherArgument) {
  succeed("migrate up");
  file("a.json", R"({"id":"a","name":"A"})");
  for (const char* command :
       {"import policies --tenant= a.json a.json", "export policies --tenant= --json"})
    EXPECT_THAT(fail(2, command), HasSubstr("--tenant is empty"));
  EXPECT_EQ(succeed("--admin policy count"), "TENANT  COUNT\n");
}

// A variable of the shell that is not set led to the default database, and to all rows.
TEST_P(Program, AnEmptyValueIsNotNone) {
  succeed("migrate up");
  for (const char* command :
       {"--url '' policy list", "analysis count --environment ''", "incident list --severity ''",
        "incident list --service ''", "report statistics --since ''", "policy list --after ''",
        "import policies ''", "doctor --tenant-column ''", "bench --against ''"})
    EXPECT_THAT(fail(2, std::string("--tenant acme ") + command), HasSubstr(" is empty")) << command;
}

TEST_P(Program, NumbersAreDecimal) {
  succeed("migrate up");
  succeed("--tenant acme policy list --limit 0010");
  for (const char* limit : {"0x10", "1e1", "ten", "-", "1 "})
    EXPECT_THAT(fail(2, std::string("--tenant acme policy list --limit '") + limit + "'"),
                HasSubstr("takes a whole number"));
  for (const char* seconds : {"nan", "inf", "0x1p3"})
    EXPECT_THAT(fail(2, std::string("bench --seconds ") + seconds), HasSubstr("takes a number"));
}

TEST_P(Program, AMistypedOptionShowsNoPassword) {
  for (const char* command :
       {"--ulr=postgresql://app:sesame@h/d policy list --tenant a",
        "postgresql://app:sesame@h/d policy list --tenant a", "app:sesame@h/d policy list --tenant a",
        "--app:sesame@h/d?sslmode=require policy list --tenant a",
        "'host=h password=sesame dbname=d' policy list --tenant a"}) {
    const std::string said = fail(2, command);
    EXPECT_THAT(said, testing::Not(HasSubstr("sesame")));
    EXPECT_THAT(said, HasSubstr("unknown argument"));
  }
}

TEST_P(Program, WhatTheDatabaseSaidStandsBesideTheMissingMigration) {
  const std::string said = fail(1, "--tenant acme policy list");
  EXPECT_THAT(said, HasSubstr("run: tenon migrate up ("));
  EXPECT_THAT(said, HasSubstr("policies"));
}

TEST_P(Program, TakesItsSettingsFromTheEnvironmentAndFromOptionsAnywhere) {
  succeed("migrate up");
  const Outcome outcome = shell("TENON_TENANT=acme " + shell_word(TENON_PROGRAM) + " policy count --json");
  EXPECT_EQ(outcome.out, "{\"count\":0}\n") << outcome.err;
  EXPECT_EQ(succeed("policy count --tenant acme --url " + shell_word(url)), "0\n");
}

TEST_P(Program, TellsItsVersionAndHelp) {
  EXPECT_EQ(succeed("--version"), "tenon " TENON_VERSION "\n");
  EXPECT_THAT(succeed("--help"), HasSubstr("--tenant"));
  EXPECT_THAT(succeed("report trend --help"), HasSubstr("--by"));
}

TEST_P(Program, HelpThatNobodyGotIsAFailure) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full";
  for (const char* command : {"--version", "--help", "policy list --help"}) {
    const Outcome full = shell(shell_word(TENON_PROGRAM) + " " + command + " > /dev/full");
    EXPECT_EQ(full.exit_code, 1) << command;
    EXPECT_THAT(full.err, HasSubstr("tenon: cannot write the output")) << command;
  }
}

TEST_P(Program, TimesTheDatabaseAndLeavesNothingBehind) {
  succeed("migrate up");
  const auto times = json("bench --seconds 0.01 --against " + shell_word(url));
  ASSERT_EQ(times.size(), 2U * 8U);
  for (const auto& one : times) {
    EXPECT_GE(one["runs"], 5) << one;
    EXPECT_GT(one["median"], 0) << one;
    EXPECT_GE(one["p99"], one["median"]) << one;
  }
  EXPECT_EQ(times[0]["operation"], times[1]["operation"]);
  EXPECT_EQ(succeed("--admin analysis count"), "TENANT  COUNT\n");
  fail(2, "bench --seconds never");
}

TEST_P(Program, ABenchmarkThatIsInterruptedLeavesNothingBehind) {
  succeed("migrate up");
  for (const std::string signal : {"INT", "HUP"}) {
    const Outcome outcome =
        shell("timeout --signal " + signal + " 1 " + shell_word(TENON_PROGRAM) + " bench --seconds 60");
    EXPECT_THAT(outcome.err, HasSubstr("tenon: interrupted"));
    EXPECT_EQ(succeed("--admin analysis count"), "TENANT  COUNT\n");
  }
}

TEST_P(Program, ABenchmarkUnderNohupGoesOn) {
  succeed("migrate up");
  const Outcome outcome = shell("timeout --signal HUP 1 sh -c \"trap '' HUP; exec " +
                                shell_word(TENON_PROGRAM) + " bench --seconds 0.3\"");
  EXPECT_THAT(outcome.out, HasSubstr("insert 1000 rows")) << outcome.err;
}

TEST_P(Program, TimesADatabaseWhoseTenantsAreNumbersOrUuids) {
  succeed("migrate up");
  const char mark = url.find('?') == std::string::npos ? '?' : '&';
  for (const char* const ids : {"integer", "uuid"}) {
    EXPECT_EQ(
        json("bench --seconds 0.01 --url " + shell_word(url + mark + "tenon.tenant_ids=" + ids)).size(),
        8U);
  }
}

TEST_P(Program, SaysWhatIsWrongWithAUrl) {
  EXPECT_THAT(fail(1, "--url nonsense --tenant a policy list"), HasSubstr("no scheme"));
  EXPECT_THAT(fail(1, "--url mysql://x/y --tenant a policy list"), HasSubstr("mysql"));
  const std::string refused =
      GetParam() == "sqlite" ? fail(1, "--url sqlite:/no/such/folder/x.db --tenant a policy list")
                             : fail(1, "--url postgresql://u:sesame@127.0.0.1:1/d --tenant a policy list");
  EXPECT_THAT(refused, HasSubstr("--url"));
  EXPECT_THAT(refused, testing::Not(HasSubstr("sesame")));
}

TEST_P(Program, EndsQuietlyWhenItsReaderDoesAndLoudlyWhenTheDiskIsFull) {
  succeed("migrate up");
  std::string rows;
  for (int i = 0; i < 3000; ++i)
    rows += (i > 0 ? "," : "") + std::string(R"({"id":"p)") + std::to_string(i) + R"(","name":"a policy"})";
  succeed("--tenant acme import policies " + file("p.json", "[" + rows + "]"));
  const Outcome closed = shell(shell_word(TENON_PROGRAM) + " --tenant acme export policies | head -c 5");
  EXPECT_EQ(closed.out, "[\n{\"i");
  EXPECT_EQ(closed.err, "");
  if (!std::filesystem::exists("/dev/full")) return;
  const Outcome full = shell(shell_word(TENON_PROGRAM) + " --tenant acme policy count > /dev/full");
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, HasSubstr("tenon: cannot write the output"));
}

// The connection to the server, or the database's file, got the number of a closed stream, and the output
// went there.
TEST_P(Program, AClosedStreamIsNotTheDatabase) {
  const std::string program = shell_word(TENON_PROGRAM);
  succeed("migrate up");
  file("p.json", R"({"id":"p","name":"P"})");
  succeed("--tenant acme policy put p.json");

  for (const std::string command :
       {"policy list", "policy get p", "export policies", "policy put p.json"}) {
    const Outcome closed = shell(program + " --tenant acme " + command + " >&-");
    EXPECT_EQ(closed.exit_code, 1) << command;
    EXPECT_THAT(closed.err, HasSubstr("tenon: cannot write the output")) << command;
  }
  EXPECT_EQ(shell(program + " --tenant acme policy get nosuch 2>&-").exit_code, 1);
  EXPECT_EQ(shell(program + " --tenant acme policy count 2>&-").out, "1\n");
  const Outcome no_input = shell(program + " --tenant acme policy put - <&-");
  EXPECT_EQ(no_input.exit_code, 1);
  EXPECT_THAT(no_input.err, HasSubstr("tenon: cannot read standard input"));
  EXPECT_EQ(shell(program + " --tenant acme policy count <&-").out, "1\n");
  EXPECT_EQ(shell(program + " --tenant acme policy list <&- >&- 2>&-").exit_code, 1);
  EXPECT_EQ(succeed("--tenant acme policy count"), "1\n");
}

INSTANTIATE_TEST_SUITE_P(Backends, Program, ON_EVERY_BACKEND, backend_name);

}  // namespace
