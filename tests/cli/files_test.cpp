#include "fixture.hpp"

namespace {

using testing::HasSubstr;

class Files : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (IsSkipped()) return;
    succeed("migrate up");
  }
  // What a command says about a file that it refuses.
  std::string refused(const std::string& kind, const std::string& text) const {
    return fail(1, "--tenant acme import " + kind + " " + file("bad.json", text));
  }
};

const char* const analyses_with_odd_json = R"([
 {"request_id":"a/b@1","started_at":"1969-07-20T20:17:40.000001Z","iac_type":"terraform","environment":"prod",
  "estimated_monthly_cost":0.30000000000000004,"risk_flags":[ 1.0 , 1e400,"\u0000"],
  "result_json":{"z":1.0,"a":1e400,"a":2,"emoji":"😀","esc":"\ud83d\ude00\/","deep":[[[[]]]] }},
 {"request_id":"r2","started_at":"2999-01-01T00:00:00Z","iac_type":"","environment":"","estimated_monthly_cost":0,
  "duration_ms":9223372036854775807,"policy_id":"gone","policy_status":"advisory","result_json":-0.0}])";

const char* const incidents_with_odd_json = R"([
 {"alert_input":{"labels":{"alertname":"A"},"n":1.0,"n":1e400},"alert_name":"A","severity":"page","status":"completed",
  "primary_context":[ ],"diagnostic_report":{"x":"\u0000"},"confidence_score":1,"root_cause":"tab\there"},
 {"labels":{"alertname":"B","job":"j"}, "extra" : 1.50}])";

TEST_P(Files, ExportsReadBackByteForByte) {
  file("policies.json",
       R"([{"id":"a","name":"Ä","expression":{ "field":"f","operator":"==","value":1.0 },"version":3}])");
  file("analyses.json", analyses_with_odd_json);
  file("incidents.json", incidents_with_odd_json);
  for (const std::string kind : {"policies", "analyses", "incidents"}) {
    succeed("--tenant acme import " + kind + " " + kind + ".json");
    const std::string exported = succeed("--tenant acme export " + kind);
    file("exported.json", exported);
    succeed("--tenant globex import " + kind + " exported.json");
    EXPECT_EQ(succeed("--tenant globex export " + kind), exported);
  }
  const std::string analyses = succeed("--tenant globex export analyses");
  EXPECT_THAT(analyses, HasSubstr(R"("risk_flags":[ 1.0 , 1e400,"\u0000"],)"));
  EXPECT_THAT(
      analyses,
      HasSubstr(R"({"z":1.0,"a":1e400,"a":2,"emoji":"😀","esc":"\ud83d\ude00\/","deep":[[[[]]]] })"));
  EXPECT_THAT(succeed("--tenant globex export incidents"),
              HasSubstr(R"("alert_input":{"labels":{"alertname":"B","job":"j"}, "extra" : 1.50},)"));
  EXPECT_EQ(succeed("--tenant nobody export policies"), "[]\n");
}

TEST_P(Files, ImportTellsHowManyAndReplacesWhatItKnows) {
  file("analyses.json", analyses_with_odd_json);
  EXPECT_EQ(succeed("--tenant acme import analyses analyses.json"), "analyses.json: 2 analyses\n");
  EXPECT_EQ(succeed("--tenant acme import analyses analyses.json"),
            "analyses.json: 2 analyses, 2 in place of stored ones\n");
  EXPECT_EQ(json("--tenant acme import analyses analyses.json"),
            nlohmann::json::parse(R"([{"file":"analyses.json","inserted":0,"replaced":2}])"));
  EXPECT_EQ(json("--tenant acme analysis count")["count"], 2);
}

// The second once replaced what the first had just become, and the first was gone.
TEST_P(Files, AnalysesThatWouldReplaceTheSameOneAreRefused) {
  const auto analysis = [](const std::string& id, const std::string& request, int cost) {
    return R"({"id":"00000000-0000-4000-8000-00000000000)" + id + R"(","request_id":")" + request +
           R"(","started_at":"2026-11-17T12:00:00Z","iac_type":"t","environment":"e",
              "estimated_monthly_cost":)" +
           std::to_string(cost) + "}";
  };
  succeed("--tenant acme import analyses " + file("first.json", analysis("1", "y", 10)));
  const std::string before = succeed("--tenant acme export analyses");
  for (const std::string& both : {"[" + analysis("1", "x", 20) + "," + analysis("5", "y", 30) + "]",
                                  "[" + analysis("5", "y", 30) + "," + analysis("1", "x", 20) + "]"})
    EXPECT_THAT(
        refused("analyses", both),
        testing::AllOf(
            testing::ContainsRegex("bad.json: the analyses with request_id (x and y|y and x) "),
            HasSubstr("would both replace the stored one with id 00000000-0000-4000-8000-000000000001")));
  EXPECT_EQ(succeed("--tenant acme export analyses"), before);
  succeed("--tenant acme import analyses " +
          file("good.json", "[" + analysis("1", "x", 20) + "," + analysis("5", "z", 30) + "]"));
  EXPECT_EQ(json("--tenant acme analysis get x")["estimated_monthly_cost"], 20);
  EXPECT_EQ(json("--tenant acme analysis get z")["estimated_monthly_cost"], 30);
}

TEST_P(Files, RefusedFilesAreNamedWithPositionAndFieldAndLeaveNothing) {
  EXPECT_THAT(
      refused("policies", "[{\"id\":\"a\",\"name\":\"A\"},\n{\"id\":\"b\",\"name\":\"B\",\"budget\":-1}]"),
      HasSubstr("bad.json:2:31: /1/budget: must not be negative"));
  EXPECT_THAT(refused("policies",
                      R"([{"id":"a","name":"A","expression":{"field":"x","operator":"=~","value":1}}])"),
              HasSubstr("/0/expression/operator: unknown operator '=~'"));
  EXPECT_THAT(refused("policies", "[{\"id\":"), HasSubstr("bad.json:1:8: the JSON ends too early"));
  EXPECT_THAT(
      refused("analyses", R"({"version":"0.2","timeGenerated":"2026-11-17T12:00:00Z","projects":[
      {"name":"a","breakdown":{"totalMonthlyCost":"1"}},{"name":"b","breakdown":{"totalMonthlyCost":"-1"}}]})"),
      HasSubstr("bad.json:2:101: /projects/1/breakdown/totalMonthlyCost: a cost must not be negative"));
  EXPECT_THAT(
      refused("incidents", R"({"version":"4","alerts":[{"labels":{"alertname":"a"}},{"labels":{}}]})"),
      HasSubstr("/alerts/1/labels: the field alertname is missing"));
  EXPECT_THAT(fail(1, "--tenant acme import policies absent.json"), HasSubstr("cannot open absent.json"));
  for (const char* kind : {"policy", "analysis", "incident"})
    EXPECT_EQ(json(std::string("--tenant acme ") + kind + " count")["count"], 0);
}

TEST_P(Files, FilesBeforeARefusedOneStay) {
  file("good.json", R"({"id":"a","name":"A"})");
  file("bad.json", R"([{"id":"b","name":"B"},{"id":"c"}])");
  const Outcome outcome = tenon("--tenant acme --json import policies good.json bad.json");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(nlohmann::json::parse(outcome.out).size(), 1U);
  EXPECT_EQ(json("--tenant acme policy count")["count"], 1);
}

TEST_P(Files, NamesOfFilesAndFieldsReachNoTerminalRaw) {
  file("\x1b]0;x\a.json", R"({"id":"a","name":"A"})");
  EXPECT_THAT(succeed("--tenant acme import policies *.json"), HasSubstr("?]0;x?.json: 1 policy"));
  const std::string said =
      refused("policies", "{\"id\":\"a\",\"name\":\"b\",\"x\\ntenon: 5 policies stored\":1}");
  EXPECT_THAT(said, HasSubstr("/x?tenon: 5 policies stored: unknown field"));
}

TEST_P(Files, ANameWithALineFeedMakesNoSecondLine) {
  const std::string name = "'a\ntenon: 5 policies stored.json'";
  EXPECT_THAT(fail(1, "--tenant acme import policies " + name),
              HasSubstr("a?tenon: 5 policies stored.json"));
  EXPECT_THAT(fail(1, "--tenant acme policy put " + name), HasSubstr("cannot open a?tenon"));
  EXPECT_THAT(fail(2, "--tenant acme policy list " + name), HasSubstr("unknown argument a?tenon"));
}

TEST_P(Files, AnArrayThatIsNullIsCalledSo) {
  EXPECT_THAT(
      refused("analyses", R"({"version":"0.2","timeGenerated":"2026-11-17T12:00:00Z","projects":null})"),
      HasSubstr("the field projects is null"));
  EXPECT_THAT(refused("incidents", R"({"version":"4","alerts":null})"),
              HasSubstr("the field alerts is null"));
}

#ifdef TENON_HAS_SQLITE
// What raw SQL can leave there: bytes that became U+FFFD without a word, and a stop that named no row.
TEST_P(Files, AnExportThatStopsNamesTheRow) {
  if (GetParam() != "sqlite") GTEST_SKIP() << "PostgreSQL keeps such texts out";
  succeed("--tenant acme import policies " +
          file("p.json", R"([{"id":"a","name":"A"},{"id":"b","name":"B"}])"));
  file("1_bytes.up.sql", "UPDATE tenon_policies SET name = CAST(x'ff41' AS TEXT) WHERE id = 'b';\n");
  succeed("migrate up --source .");
  EXPECT_THAT(fail(1, "--tenant acme export policies"), HasSubstr("id \"b\": name is not UTF-8"));
  EXPECT_THAT(fail(1, "--admin export policies"), HasSubstr("id \"b\" of tenant acme: name is not UTF-8"));
}
#endif

TEST_P(Files, FilesOfOthersAreRead) {
  const std::filesystem::path data = SHARED_DATA;
  if (!std::filesystem::exists(data / "infracost")) GTEST_SKIP() << "no files of others here";
  const auto path = [&](const char* name) { return shell_word((data / name).string()); };
  succeed("--tenant acme import analyses --environment live " + path("infracost/example_out.json") + " " +
          path("infracost/terraform_v0.14_breakdown.json"));
  succeed("--tenant acme import incidents " + path("alertmanager/prom_post_request.json"));
  const auto environments = json("--tenant acme report environments");
  EXPECT_EQ(environments[0]["environment"], "live");
  EXPECT_DOUBLE_EQ(environments[0]["total_monthly_cost"], 1361.3075 + 81.122);
  EXPECT_EQ(json("--tenant acme report incidents")["by_severity"][0]["severity"], "warning");
  fail(1, "--tenant acme import analyses " + path("terraform/basic_plan.json"));
}

TEST_P(Files, ReportsSumWhatWasImported) {
  const std::filesystem::path data = EXAMPLE_DATA;
  succeed("--tenant acme import analyses " + shell_word((data / "acme/2-infracost-monday.json").string()) +
          " " + shell_word((data / "acme/3-infracost-tuesday.json").string()));
  EXPECT_EQ(json("--tenant acme report environments").size(), 2U);
  const auto top = json("--tenant acme report top --count 1");
  ASSERT_EQ(top.size(), 1U);
  EXPECT_DOUBLE_EQ(top[0]["estimated_monthly_cost"], 1859.13);
  EXPECT_EQ(json("--tenant acme report trend").size(), 2U);
  EXPECT_EQ(json("--tenant acme report trend --by week").size(), 1U);
  EXPECT_EQ(json("--tenant acme report trend --by month")[0]["start"], "2026-11-01T00:00:00.000000Z");
  EXPECT_EQ(json("--tenant acme report statistics")["total_analyses"], 4);
  EXPECT_EQ(json("--tenant acme report statistics --since 2026-11-17")["total_analyses"], 2);
  EXPECT_EQ(json("--tenant acme report statistics --until 2026-11-16T08:00:00Z")["total_analyses"], 0);
  EXPECT_EQ(json("--tenant acme report block-rate")["evaluated"], 0);
  for (const char* report : {"environments", "top", "block-rate", "trend", "statistics", "incidents"})
    EXPECT_THAT(succeed(std::string("--tenant acme report ") + report), testing::Not(testing::IsEmpty()));
  EXPECT_THAT(succeed("--tenant acme report trend"),
              HasSubstr("2026-11-17         2        2107.62  1053.81"));
}

INSTANTIATE_TEST_SUITE_P(Backends, Files, ON_EVERY_BACKEND, backend_name);

}  // namespace
