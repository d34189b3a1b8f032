#include "fixture.hpp"

namespace {

using testing::HasSubstr;
using testing::Not;

class EntityCommands : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (IsSkipped()) return;
    succeed("migrate up");
  }
  void put_analyses() const {
    std::string rows;
    for (int i = 0; i < 5; ++i)
      rows += (i > 0 ? "," : "") + std::string(R"({"request_id":"r)") + std::to_string(i) +
              R"(","started_at":"2026-11-1)" + std::to_string(i) +
              R"(T08:00:00Z","iac_type":"terraform","environment":")" + (i % 2 == 0 ? "prod" : "lab") +
              R"(","estimated_monthly_cost":)" + std::to_string(100 * i) + R"(,"policy_status":")" +
              (i == 4 ? "block" : "pass") + "\"}";
    succeed("--tenant acme analysis put " + file("analyses.json", "[" + rows + "]"));
  }
};

TEST_P(EntityCommands, PolicyLivesFromPutToDelete) {
  file("p.json", R"({"id":"cap","name":"Cap","budget":1000,"on_violation":"block"})");
  EXPECT_EQ(succeed("--tenant acme policy put p.json"), "cap\n");
  EXPECT_EQ(json("--tenant acme policy put p.json")["stored"][0], "cap");
  const auto policy = json("--tenant acme policy get cap");
  EXPECT_EQ(policy["version"], 2) << "a replaced policy has a new version";
  EXPECT_EQ(policy["budget"], 1000);
  EXPECT_THAT(succeed("--tenant acme policy get cap"), HasSubstr("on_violation     block\n"));
  EXPECT_THAT(succeed("--tenant acme policy list"), HasSubstr("cap  Cap   1000.00  block"));
  EXPECT_EQ(succeed("--tenant globex policy list"), "No policies.\n");
  EXPECT_THAT(fail(1, "--tenant globex policy get cap"), HasSubstr("tenant globex has no policy cap"));
  EXPECT_THAT(fail(1, "--tenant globex policy delete cap"), HasSubstr("has no policy cap"));
  EXPECT_EQ(succeed("--tenant acme policy delete cap"), "Deleted policy cap.\n");
  EXPECT_EQ(json("--tenant acme policy count")["count"], 0);
}

TEST_P(EntityCommands, PolicyListKeepsTheEnabledOnes) {
  file("p.json", R"([{"id":"a","name":"A"},{"id":"b","name":"B","enabled":false}])");
  succeed("--tenant acme policy put p.json");
  EXPECT_EQ(json("--tenant acme policy list --enabled true")["items"][0]["id"], "a");
  EXPECT_EQ(json("--tenant acme policy list --enabled false")["items"][0]["id"], "b");
  EXPECT_THAT(fail(2, "--tenant acme policy list --enabled perhaps"), HasSubstr("--enabled"));
}

TEST_P(EntityCommands, AnalysisIsFoundByIdAndByRequest) {
  put_analyses();
  const std::string id = json("--tenant acme analysis get r3")["id"];
  EXPECT_EQ(json("--tenant acme analysis get " + id)["request_id"], "r3");
  file("again.json",
       R"({"request_id":"r3","started_at":"2026-11-13T08:00:00Z","iac_type":"t","environment":"e",
                         "estimated_monthly_cost":7})");
  EXPECT_EQ(succeed("--tenant acme analysis put again.json"), id + "\n") << "the stored one keeps its id";
  EXPECT_EQ(json("--tenant acme analysis get r3")["estimated_monthly_cost"], 7);
  EXPECT_EQ(json("--tenant acme analysis delete r3")["deleted"], "r3");
  EXPECT_THAT(fail(1, "--tenant acme analysis get r3"), HasSubstr("has no analysis r3"));
}

TEST_P(EntityCommands, ListsGoOnWhereThePageEnded) {
  put_analyses();
  std::string seen;
  std::string after;
  int pages = 0;
  do {
    const auto page = json("--tenant acme analysis list --limit 2" +
                           (after.empty() ? "" : " --after " + shell_word(after)));
    for (const auto& item : page["items"]) seen += item["request_id"].get<std::string>() + " ";
    after = page["next"].is_null() ? "" : page["next"].get<std::string>();
    ++pages;
  } while (!after.empty());
  EXPECT_EQ(seen, "r4 r3 r2 r1 r0 ") << "the newest first";
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(succeed("--tenant acme analysis list --limit 2"), HasSubstr("\nMore: --after "));
  fail(1, "--tenant acme analysis list --after nonsense");
  fail(2, "--tenant acme analysis list --limit 0");
}

TEST_P(EntityCommands, AnalysisListKeepsWhatIsAskedFor) {
  put_analyses();
  EXPECT_EQ(json("--tenant acme analysis list --environment lab")["items"].size(), 2U);
  EXPECT_EQ(json("--tenant acme analysis list --environment prod --status block")["items"].size(), 1U);
  EXPECT_EQ(json("--tenant acme analysis count --status pass")["count"], 4);
  EXPECT_THAT(fail(2, "--tenant acme analysis list --status odd"), HasSubstr("--status"));
}

TEST_P(EntityCommands, IncidentIsAddedNeverReplaced) {
  file("i.json", R"({"incident_id":"01890000-0000-7000-8000-000000000001","alert_input":{"n":1.0,"n":1e400},
                     "alert_name":"Disk","severity":"page","service":"db","status":"completed","confidence_score":0.5})");
  EXPECT_EQ(succeed("--tenant acme incident put i.json"), "01890000-0000-7000-8000-000000000001\n");
  EXPECT_THAT(fail(1, "--tenant acme incident put i.json"), HasSubstr("delete it first"));
  EXPECT_THAT(succeed("--tenant acme --json incident get 01890000-0000-7000-8000-000000000001"),
              HasSubstr(R"("alert_input":{"n":1.0,"n":1e400},)"));
  EXPECT_EQ(
      json("--tenant acme incident list --status completed --severity page --service db")["items"].size(),
      1U);
  EXPECT_EQ(json("--tenant acme incident list --status pending")["items"].size(), 0U);
  EXPECT_THAT(fail(2, "--tenant acme incident get 7"), HasSubstr("UUID"));
  succeed("--tenant acme incident delete 01890000-0000-7000-8000-000000000001");
  EXPECT_EQ(json("--tenant acme incident count")["count"], 0);
}

TEST_P(EntityCommands, PutReadsStandardInput) {
  const Outcome outcome = shell("echo '{\"id\":\"a\",\"name\":\"A\"}' | " + shell_word(TENON_PROGRAM) +
                                " --tenant acme policy put -");
  EXPECT_EQ(outcome.out, "a\n") << outcome.err;
  const Outcome broken = shell("echo '{' | " + shell_word(TENON_PROGRAM) + " --tenant acme policy put -");
  EXPECT_THAT(broken.err, HasSubstr("tenon: standard input:2:1: the JSON ends too early"));
}

TEST_P(EntityCommands, TablesDoNotObeyControlCharactersOfTheData) {
  file("p.json", R"({"id":"a","name":"red \u001b[31m \u0085"})");
  succeed("--tenant acme policy put p.json");
  for (const char* command : {"policy list", "policy get a"}) {
    const std::string out = succeed(std::string("--tenant acme ") + command);
    EXPECT_THAT(out, Not(HasSubstr("\x1b")));
  }
}

TEST_P(EntityCommands, APersonSeesTextsAsTheyAreAndAbsenceAsADash) {
  succeed("--tenant acme policy put " + file("p.json", R"({"id":"a","name":"null"})"));
  EXPECT_THAT(succeed("--tenant acme policy get a"), testing::AllOf(testing::ContainsRegex("name +null\n"),
                                                                    testing::ContainsRegex("budget +-\n")));
  succeed("--tenant acme incident put " +
          file("i.json", R"({"incident_id":"01890000-0000-7000-8000-000000000001","alert_input":"a",
                             "alert_name":"A","severity":"s","root_cause":"disk \"sda\""})"));
  EXPECT_THAT(succeed("--tenant acme incident get 01890000-0000-7000-8000-000000000001"),
              testing::AllOf(testing::ContainsRegex("root_cause +disk \"sda\"\n"),
                             testing::ContainsRegex("alert_input +\"a\"\n")));
}

TEST_P(EntityCommands, AdministratorReadsAllTenantsAndWritesNothing) {
  file("p.json", R"({"id":"a","name":"A"})");
  succeed("--tenant acme policy put p.json");
  succeed("--tenant globex policy put p.json");
  EXPECT_THAT(succeed("--admin policy list"),
              testing::AllOf(HasSubstr("TENANT  ID"), HasSubstr("acme    a"), HasSubstr("globex  a")));
  EXPECT_EQ(json("--admin policy list --limit 1")["items"][0]["tenant_id"], "acme");
  EXPECT_EQ(json("--admin policy count"),
            nlohmann::json::parse(R"([{"tenant_id":"acme","count":1},{"tenant_id":"globex","count":1}])"));
  EXPECT_EQ(json("--admin export policies").size(), 2U);
  for (const char* command : {"policy put p.json", "policy delete a", "policy get a",
                              "import policies p.json", "report environments", "report incidents"})
    EXPECT_THAT(fail(2, std::string("--admin ") + command),
                HasSubstr("give --tenant NAME instead of --admin"));
  EXPECT_THAT(fail(2, "--admin --tenant acme policy list"), HasSubstr("--admin"));
}

INSTANTIATE_TEST_SUITE_P(Backends, EntityCommands, ON_EVERY_BACKEND, backend_name);

}  // namespace
