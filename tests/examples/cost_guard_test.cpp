#ifdef COST_GUARD

#include "fixture.hpp"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CostGuard : public ProgramTest {
 protected:
  [[nodiscard]] Outcome guard(const std::string& arguments, const std::string& tenant = "acme") const {
    return shell(shell_word(COST_GUARD) + " --tenant " + tenant + " " + arguments);
  }
  static std::string data(const std::string& name) {
    return shell_word(std::string(EXAMPLES) + "/cost_guard/data/" + name);
  }
  [[nodiscard]] Outcome check() const {
    return guard("check --infracost " + data("infracost.json") + " --plan " + data("plan.json"));
  }
  void take_in_policies() const {
    const Outcome taken = guard("policies import " + data("policies.json"));
    ASSERT_EQ(taken.exit_code, 0) << taken.err;
  }
};

TEST_P(CostGuard, BlocksWhatAPolicyForbidsAndSaysWhy) {
  take_in_policies();
  const Outcome blocked = check();
  EXPECT_EQ(blocked.exit_code, 2) << blocked.err;
  for (const char* line :
       {"production, 3 resources, 634.00 a month", "risk: cost_increase\n",
        "risk: data_destroyed aws_ebs_volume.uploads", "risk: storage_not_encrypted aws_ebs_volume.uploads",
        "risk: open_to_the_world aws_security_group.web",
        R"(block: current-machines (Current machines): aws_instance.web: wanted neither resource.type != )"
        R"("aws_instance", but it is "aws_instance"; nor resource.values.instance_type starts_with "m7")",
        R"(block: keep-data (Keep data): wanted neither environment != "production")",
        "advisory: team-budget (Team budget): 634.00 a month is over the budget of 600.00",
        "advice: aws_instance.web: m4.4xlarge is of a previous generation",
        "advice: aws_ebs_volume.uploads: gp3", "verdict: block"})
    EXPECT_THAT(blocked.out, HasSubstr(line));
}

TEST_P(CostGuard, AdvisesOrPassesWithoutFailingTheRun) {
  take_in_policies();
  (void)guard("policies disable current-machines");
  (void)guard("policies disable keep-data");
  const Outcome advised = check();
  EXPECT_EQ(advised.exit_code, 0);
  EXPECT_THAT(advised.out, AllOf(HasSubstr("verdict: advisory"), Not(HasSubstr("keep-data"))));
  (void)guard("policies remove team-budget");
  const Outcome passed = check();
  EXPECT_EQ(passed.exit_code, 0);
  EXPECT_THAT(passed.out, HasSubstr("verdict: pass"));
}

TEST_P(CostGuard, JudgesARequestThatRunsAgainAnew) {
  take_in_policies();
  (void)check();
  (void)guard("policies disable keep-data");
  (void)check();
  EXPECT_THAT(guard("stats").out, HasSubstr("1 analyses, 634.00 a month on average; 1 of 1 blocked"));
}

TEST_P(CostGuard, ReportsAndForgets) {
  take_in_policies();
  (void)check();
  (void)guard("check --request nightly --plan " + data("plan.json") + " --environment staging");
  EXPECT_THAT(guard("stats").out, HasSubstr("2 of 2 blocked (100.00 %)"));
  EXPECT_THAT(guard("history --environment staging").out,
              AllOf(HasSubstr("nightly"), Not(HasSubstr("acme/web"))));
  EXPECT_THAT(guard("history --status pass").out, Not(HasSubstr("nightly")));
  EXPECT_THAT(guard("trend --by day").out, HasSubstr("2026-11-20     1        634.00"));
  EXPECT_THAT(guard("prune --older-than 0").out, HasSubstr("2 analyses older than 0 days removed"));
  EXPECT_EQ(guard("history").out, "");
}

TEST_P(CostGuard, ExportsPoliciesThatAnotherTenantTakesIn) {
  take_in_policies();
  (void)file("exported.json", guard("policies export").out);
  EXPECT_EQ(guard("policies list", "globex").out, "") << "nothing of acme's";
  EXPECT_EQ(guard("policies import exported.json", "globex").out, "3 policies taken in\n");
  EXPECT_EQ(guard("policies list", "globex").out, guard("policies list").out);
}

TEST_P(CostGuard, ServesFromItsFolderWhileTheDatabaseIsAwayAndStoresAfterwards) {
  take_in_policies();
  const std::string with_folder = "--offline kept check --request run-7 --plan " + data("plan.json");
  EXPECT_EQ(guard(with_folder).exit_code, 2);
  (void)guard("prune --older-than 0");

  const std::string away = "--url postgresql://nobody@127.0.0.1:1/none ";
  const Outcome judged = guard(away + with_folder);
  EXPECT_EQ(judged.exit_code, 2) << judged.err;
  EXPECT_THAT(judged.out, HasSubstr("verdict: block"));
  EXPECT_THAT(judged.err, HasSubstr("the database is away"));
  EXPECT_EQ(guard(away + "check --plan " + data("plan.json")).exit_code, 1) << "without a folder";
  EXPECT_THAT(guard(away + with_folder, "globex").err, HasSubstr("no policies were kept"));

  const std::string back = "--offline kept check --request run-8 --plan " + data("plan.json");
  EXPECT_THAT(guard(back).out, HasSubstr("1 earlier analyses were stored"));
  EXPECT_THAT(guard("history").out, AllOf(HasSubstr("run-7"), HasSubstr("run-8")));
}

TEST_P(CostGuard, StoresTheLaterOfTwoVerdictsOnARequest) {
  const std::string plan = " --plan " + data("plan.json");
  const std::string away = "--url postgresql://nobody@127.0.0.1:1/none ";
  ASSERT_EQ(guard("--offline kept check --request judged-anew" + plan).exit_code, 0);
  take_in_policies();
  ASSERT_EQ(guard("--offline kept check --request other" + plan).exit_code, 2);
  ASSERT_EQ(guard(away + "--offline kept check --request judged-anew" + plan).exit_code, 2);
  ASSERT_EQ(guard(away + "--offline kept check --request judged-since" + plan).exit_code, 2);
  for (const char* policy : {"current-machines", "keep-data"})
    (void)guard(std::string("policies disable ") + policy);
  ASSERT_EQ(guard("check --request judged-since" + plan).exit_code, 0) << "without the folder";

  EXPECT_THAT(guard("--offline kept check --request last" + plan).out,
              HasSubstr("1 earlier analyses were stored"));
  EXPECT_THAT(guard("history --status block").out,
              AllOf(HasSubstr("judged-anew"), Not(HasSubstr("judged-since"))));
}

TEST_P(CostGuard, IsNotStoppedByAPostponedFileThatCannotBeStored) {
  const std::string plan = " --plan " + data("plan.json");
  (void)guard("--offline kept check --request first" + plan);
  (void)guard("--url postgresql://nobody@127.0.0.1:1/none --offline kept check --request second" + plan);
  (void)shell("echo '{' >kept/acme/pending/0.json; ln -s nowhere kept/acme/pending/1.json");
  const Outcome judged = guard("--offline kept check --request third" + plan);
  EXPECT_EQ(judged.exit_code, 0) << judged.err;
  EXPECT_THAT(judged.err, HasSubstr("0.json stays: "));
  EXPECT_THAT(guard("history").out, AllOf(HasSubstr("second"), HasSubstr("third")));
  EXPECT_EQ(shell("ls kept/acme/pending").out, "0.json\n1.json\n");
}

TEST_P(CostGuard, SharesItsFolderWithRunsAtTheSameTime) {
  const std::string plan = " --plan " + data("plan.json");
  (void)guard("--offline kept check --request before" + plan);
  for (int i = 0; i < 8; ++i)
    (void)guard("--url postgresql://nobody@127.0.0.1:1/none --offline kept check --request away-" +
                std::to_string(i) + plan);
  std::string runs;
  for (int i = 0; i < 6; ++i)
    runs += "(" + shell_word(COST_GUARD) + " --tenant acme --offline kept check --request at-once-" +
            std::to_string(i) + plan + " || echo failed) & ";
  const Outcome ran = shell(runs + "wait");
  EXPECT_THAT(ran.out, Not(HasSubstr("failed")));
  EXPECT_EQ(ran.err, "");
  EXPECT_THAT(guard("stats").out, HasSubstr("15 analyses"));
  EXPECT_EQ(shell("find kept -type f").out, "kept/acme/policies.json\n");
}

TEST_P(CostGuard, KeepsItsVerdictWhileTheDatabaseTakesNoWrites) {
  if (GetParam() != "postgres") GTEST_SKIP() << "a file has no other server to fail over to";
  const std::string plan = " --plan " + data("plan.json");
  const auto psql = [&](const std::string& sql) {
    return shell("psql -q \"$DATABASE_URL\" -c " + shell_word(sql)).exit_code;
  };
  (void)guard("--offline kept check --request before" + plan);
  // As a primary that became a replica answers.
  ASSERT_EQ(psql("create function refuse() returns trigger language plpgsql as $$ begin raise exception "
                 "'failing over' using errcode = 'read_only_sql_transaction'; end $$; "
                 "create trigger refuse before insert on tenon.analyses execute function refuse()"),
            0);
  const Outcome judged = guard("--offline kept check --request meanwhile" + plan);
  EXPECT_EQ(judged.exit_code, 0) << judged.err;
  EXPECT_THAT(judged.err, HasSubstr("the database is away"));
  EXPECT_EQ(guard("--offline kept check --request later" + plan).exit_code, 0)
      << "storing what was postponed fails as well";
  ASSERT_EQ(psql("drop trigger refuse on tenon.analyses"), 0);
  EXPECT_THAT(guard("--offline kept check --request after" + plan).out,
              HasSubstr("2 earlier analyses were stored"));
}

TEST_P(CostGuard, RefusesFilesThatAreNotWhatTheyShouldBe) {
  (void)file("bad.json", "{");
  (void)file("policies.json",
             R"([{"id":"a","name":"A","expression":{"field":"x","operator":"=~","value":1}}])");
  for (const auto& [arguments, reason] : std::initializer_list<std::pair<std::string, std::string>>{
           {"check", "give --infracost, --plan or both"},
           {"check --plan absent.json", "cannot read absent.json"},
           {"check --plan bad.json", "bad.json: not JSON"},
           {"check --plan " + data("infracost.json"), "no resource_changes"},
           {"check --infracost " + data("plan.json"), "plan.json"},
           {"policies import policies.json",
            "policies.json:1:60: /0/expression/operator: unknown operator"},
           {"policies remove nothing", "there is no policy nothing"}}) {
    const Outcome refused = guard(arguments);
    EXPECT_EQ(refused.exit_code, 1) << arguments;
    EXPECT_THAT(refused.err, HasSubstr(reason));
  }
  EXPECT_EQ(guard("policies list").out, "");
}

TEST_P(CostGuard, DoesNotPassAnEmptyFile) {
  (void)file("empty.json", "");
  (void)file("nobody.json", R"({"version":"0.2","timeGenerated":"2026-11-20T09:15:00Z","projects":[]})");
  (void)file("exported.json", R"([{"request_id":"r","started_at":"2026-11-20T09:15:00Z","iac_type":"t",
      "environment":"production","estimated_monthly_cost":1,"risk_flags":[{}, 7]}])");
  for (const auto& [arguments, reason] : std::initializer_list<std::pair<std::string, std::string>>{
           {"--infracost empty.json", "empty.json: not JSON"},
           {"--plan empty.json", "empty.json: not JSON"},
           {"--infracost " + data("infracost.json") + " --plan empty.json", "empty.json: not JSON"},
           {"--infracost " + data("infracost.json") + " --plan ''", "cannot read"},
           {"--infracost nobody.json", "nobody.json: no projects"},
           {"--infracost exported.json", "exported.json: no projects"}}) {
    const Outcome refused = guard("check " + arguments);
    EXPECT_EQ(refused.exit_code, 1) << arguments;
    EXPECT_THAT(refused.err, HasSubstr(reason)) << arguments;
  }
  EXPECT_EQ(guard("history").out, "");
}

TEST_P(CostGuard, DoesNotBlockWhatHasNoElementToHoldARuleAgainst) {
  (void)file("policies.json", R"([{"id":"doors","name":"Doors","on_violation":"block","expression":
      {"field":"resource.values.ingress.cidr_blocks","operator":"==","value":"10.0.0.0/8"}}])");
  (void)guard("policies import policies.json");
  const auto plan = [&](const std::string& values) {
    (void)file("plan.json", R"({"resource_changes":[{"address":"g","type":"aws_security_group",
        "change":{"actions":["create"],"after":)" +
                                values + "}}]}");
    return guard("check --plan plan.json");
  };
  EXPECT_EQ(plan(R"({"ingress":[]})").exit_code, 0);
  EXPECT_EQ(plan(R"({"ingress":[{"cidr_blocks":[]}]})").exit_code, 0);
  EXPECT_EQ(plan(R"({"ingress":[{"cidr_blocks":["0.0.0.0/0"]}]})").exit_code, 2);
  EXPECT_THAT(plan("{}").out, HasSubstr("but it is absent"));
}

TEST_P(CostGuard, PrintsWhatItIsGivenOnOneLine) {
  (void)file("policies.json",
             R"([{"id":"cap\u001b[2J","name":"Cap\n  verdict: pass","on_violation":"block","expression":
      {"field":"resource_count","operator":">","value":1000}}])");
  (void)guard("policies import policies.json");
  (void)file("plan.json",
             R"({"resource_changes":[{"address":"aws_ebs_volume.a\r\nb","type":"aws_ebs_volume",
      "change":{"actions":["delete"],"before":{},"after":null}}]})");
  const Outcome judged = guard("check --plan plan.json --environment 'prod\nuction' --request 'r\n1'");
  EXPECT_EQ(judged.exit_code, 2) << judged.err;
  EXPECT_THAT(judged.out, AllOf(HasSubstr("r?1\n  prod?uction, "), HasSubstr("aws_ebs_volume.a??b\n"),
                                HasSubstr("block: cap?[2J (Cap?  verdict: pass): ")));
  EXPECT_THAT(guard("policies list").out, HasSubstr("cap?[2J: Cap?  verdict: pass, block"));
  EXPECT_THAT(guard("history").out, AllOf(HasSubstr("prod?uction"), HasSubstr("r?1\n")));
  EXPECT_THAT(guard("stats").out, HasSubstr("prod?uction"));
  EXPECT_EQ(guard("check --plan plan.json >/dev/full").exit_code, 1) << "a full disk";
}

TEST_P(CostGuard, ReadsWhatTerraformAndInfracostReallyWrite) {
  const std::filesystem::path real = SHARED_DATA;
  if (!std::filesystem::exists(real)) GTEST_SKIP() << "the real files are not here: " << real;
  take_in_policies();
  const Outcome judged =
      guard("check --infracost " + shell_word((real / "infracost/example_out.json").string()) + " --plan " +
            shell_word((real / "terraform/infracost_example_plan.json").string()));
  EXPECT_EQ(judged.exit_code, 2) << judged.err;
  EXPECT_THAT(judged.out, AllOf(HasSubstr("production, 5 resources, 1361.31 a month"),
                                HasSubstr("aws_instance.web_app: wanted")));
  EXPECT_EQ(guard("check --plan " + shell_word((real / "terraform/basic_plan.json").string())).exit_code,
            0);
}

INSTANTIATE_TEST_SUITE_P(Backends, CostGuard, ON_EVERY_BACKEND, backend_name);

}  // namespace

#endif
