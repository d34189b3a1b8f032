#include <gmock/gmock.h>

#include <tenon/interchange.hpp>

#include "refusal.hpp"

namespace {

using namespace tenon;
using interchange::read_analyses;
using testing::HasSubstr;

// An Infracost document with these projects.
std::string infracost(const std::string& projects,
                      const std::string& metadata = R"({"vcsCommitSha":"abc"})") {
  return R"({"version":"0.2","metadata":)" + metadata +
         R"(,"timeGenerated":"2026-11-17T12:00:00.5+01:00","projects":[)" + projects + "]}";
}

std::string refused(const std::string& text) {
  return refusal([&] { return read_analyses(text, "i.json"); });
}

const std::string project =
    R"({ "name":"shop", "metadata":{"type":"terraform_plan_json","terraformWorkspace":"lab"},
  "breakdown":{"resources":[{},{}],"totalHourlyCost":"0.5","totalMonthlyCost":"365.00"}, "x":1e400, "x":1.0 })";

TEST(ReadInfracost, MakesOneAnalysisOfEachProject) {
  const Analysis analysis = read_analyses(infracost(project), "i.json").at(0);
  EXPECT_TRUE(analysis.id.is_nil());
  EXPECT_EQ(analysis.request_id, "shop@abc@2026-11-17T11:00:00.500000Z");
  EXPECT_EQ(to_string(analysis.started_at), "2026-11-17T11:00:00.500000Z");
  EXPECT_EQ(analysis.iac_type, "terraform");
  EXPECT_EQ(analysis.environment, "lab");
  EXPECT_EQ(analysis.estimated_monthly_cost, 365);
  EXPECT_EQ(analysis.estimated_first_week_cost, 84);
  EXPECT_EQ(analysis.resource_count, 2);
  EXPECT_EQ(analysis.policy_status, PolicyStatus::not_evaluated);
  EXPECT_EQ(analysis.risk_flags.text(), "[]");
  EXPECT_EQ(analysis.result_json.text(), project);
}

TEST(ReadInfracost, GivesRepeatedProjectsIdsOfTheirOwnAndAlwaysTheSame) {
  const std::string text = infracost(project + "," + project, "{}");
  const auto analyses = read_analyses(text, "i.json");
  EXPECT_EQ(analyses.at(0).request_id, "shop@2026-11-17T11:00:00.500000Z");
  EXPECT_EQ(analyses.at(1).request_id, "shop@2026-11-17T11:00:00.500000Z#2");
  EXPECT_EQ(read_analyses(text, "elsewhere.json"), analyses);
}

TEST(ReadInfracost, FallsBackWhereInfracostSaysNothing) {
  const auto analyses = read_analyses(
      infracost(
          R"({"name":"a","metadata":{"terraformWorkspace":"default"},"breakdown":{"totalMonthlyCost":"730"}},
                   {"name":"b","breakdown":{"resources":null,"totalMonthlyCost":null}})"),
      "i.json", {.environment = "qa"});
  EXPECT_EQ(analyses.at(0).environment, "qa");
  EXPECT_EQ(analyses.at(0).iac_type, "unknown");
  EXPECT_EQ(analyses.at(0).estimated_first_week_cost, 168);
  EXPECT_EQ(analyses.at(1).estimated_monthly_cost, 0);
  EXPECT_EQ(analyses.at(1).risk_flags.text(), R"([{"type":"monthly_cost_unknown"}])");
}

TEST(ReadInfracost, FlagsWhatIsRisky) {
  const auto analyses = read_analyses(
      infracost(
          R"({"name":"a","pastBreakdown":{"totalMonthlyCost":"10.50"},"breakdown":{"totalMonthlyCost":"11"},
                    "summary":{"unsupportedResourceCounts":{"x":2,"y":1}}},
                   {"name":"b","pastBreakdown":{"totalMonthlyCost":"0"},"breakdown":{"totalMonthlyCost":"11"}})"),
      "i.json");
  EXPECT_EQ(
      analyses.at(0).risk_flags.text(),
      R"([{"type":"unsupported_resources","count":3},{"type":"cost_increase","from":"10.50","to":"11"}])");
  EXPECT_EQ(analyses.at(1).risk_flags.text(), "[]");
}

TEST(ReadInfracost, NamesTheFieldOfWhatItRefuses) {
  const auto with_cost = [](const std::string& cost) {
    return refused(infracost(R"({"name":"a","breakdown":{"totalMonthlyCost":)" + cost + "}}"));
  };
  EXPECT_THAT(with_cost("\"-1\""),
              HasSubstr("/projects/0/breakdown/totalMonthlyCost: a cost must not be negative"));
  EXPECT_THAT(with_cost("\"cheap\""), HasSubstr("totalMonthlyCost: a cost is a decimal number"));
  EXPECT_THAT(with_cost("\"NaN\""), HasSubstr("a cost is a decimal number"));
  EXPECT_THAT(with_cost("12"), HasSubstr("totalMonthlyCost: expected a text, found a number"));
  EXPECT_THAT(refused(infracost(R"({"name":"a"})")),
              HasSubstr("/projects/0: the field breakdown is missing"));
  EXPECT_THAT(refused(infracost(R"({"breakdown":{}})")), HasSubstr("the field name is missing"));
  EXPECT_THAT(refused(R"({"version":"0.1","projects":[]})"), HasSubstr("/version: this reads"));
  EXPECT_THAT(refused(R"({"version":"0.2","projects":[]})"), HasSubstr("timeGenerated is missing"));
  EXPECT_THAT(refused(R"({"version":"0.2","timeGenerated":"noon","projects":[]})"),
              HasSubstr("/timeGenerated"));
  EXPECT_THAT(refused(R"({"version":"0.2","timeGenerated":"2026-11-17T12:00:00Z","projects":{}})"),
              HasSubstr("/projects: expected an array, found an object"));
}

// A cost of 400 digits was once read as 0.
TEST(ReadInfracost, RefusesCostsThatTheStoreWould) {
  const auto with = [](const std::string& costs) {
    return infracost(R"({"name":"a","breakdown":{)" + costs + "}}");
  };
  EXPECT_EQ(read_analyses(with(R"("totalMonthlyCost":"1000000000000000000")"), "i.json")
                .at(0)
                .estimated_monthly_cost,
            1e18);
  for (const std::string& cost : {std::string("1000000000000000200"), std::string(400, '9')})
    EXPECT_THAT(refused(with(R"("totalMonthlyCost":")" + cost + "\"")),
                HasSubstr("/projects/0/breakdown/totalMonthlyCost: a cost must not be above 1e18"));
  EXPECT_THAT(refused(with(R"("totalHourlyCost":"10000000000000000")")),
              HasSubstr("/projects/0/breakdown/totalHourlyCost: a week's cost must not be above 1e18"));
}

TEST(ReadInfracost, RefusesCountsThatAreNone) {
  const auto with_counts = [](const std::string& counts) {
    return infracost(R"({"name":"a","breakdown":{"totalMonthlyCost":"1"},
                         "summary":{"unsupportedResourceCounts":{)" +
                     counts + "}}}");
  };
  EXPECT_EQ(read_analyses(with_counts(R"("x":9007199254740991,"y":1)"), "i.json").at(0).risk_flags.text(),
            R"([{"type":"unsupported_resources","count":9007199254740992}])");
  for (const char* counts : {R"("y":2,"x":-2)", R"("x":1e300)", R"("y":9007199254740992,"x":2)"})
    EXPECT_THAT(refused(with_counts(counts)),
                HasSubstr("/projects/0/summary/unsupportedResourceCounts/x: a count is from 0 to 2^53"));
}

TEST(ReadInfracost, ReadsInfracostsOwnFiles) {
  const std::filesystem::path folder = std::filesystem::path(SHARED_DATA) / "infracost";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no files of others here";
  const std::string text = file_text(folder / "example_out.json");
  const Analysis first = read_analyses(text, "example_out.json").at(0);
  EXPECT_EQ(first.estimated_monthly_cost, 1361.3075);
  EXPECT_EQ(first.resource_count, 5);
  EXPECT_EQ(first.risk_flags.text(), "[]");
  EXPECT_THAT(text, HasSubstr(first.result_json.text()));
  const auto plan = read_analyses(file_text(folder / "terraform_v0.14_breakdown.json"), "plan").at(0);
  EXPECT_THAT(plan.risk_flags.text(), HasSubstr(R"("from":"40.561","to":"81.122")"));
  for (std::size_t length = 0; length < text.size() - 1; length += 1009)
    EXPECT_THAT(refused(text.substr(0, length)), testing::StartsWith("i.json:"));
}

TEST(ReadAnalyses, ReadsBackWhatWasWritten) {
  Analysis analysis = read_analyses(infracost(project), "i.json").at(0);
  analysis.id = Uuid::time_ordered();
  analysis.duration_ms = 9'007'199'254'740'993;
  analysis.policy_id = "cap";
  analysis.estimated_first_week_cost = 0.1 + 0.2;
  analysis.created_at = now();
  const std::string array = "[" + interchange::to_json(analysis) + "]";
  EXPECT_EQ(read_analyses(array, "export.json").at(0), analysis);
}

TEST(ReadAnalyses, RefusesWhatTheStoreWould) {
  const std::string start =
      R"({"request_id":"r","started_at":"2026-11-17T12:00:00Z","iac_type":"t","environment":"e","estimated_monthly_cost":)";
  EXPECT_EQ(read_analyses(start + "1}", "a.json").at(0).risk_flags.text(), "[]");
  EXPECT_THAT(refused(start + "-1}"), HasSubstr("/estimated_monthly_cost: must not be negative"));
  EXPECT_THAT(refused(start + "\n1.1e18}"),
              HasSubstr("i.json:2:1: /estimated_monthly_cost: must not be above 1e18"));
  EXPECT_THAT(refused(start + "1,\"estimated_first_week_cost\":1e300}"),
              HasSubstr("/estimated_first_week_cost: must not be above 1e18"));
  EXPECT_THAT(refused(start + "1,\"resource_count\":-1}"),
              HasSubstr("/resource_count: must not be negative"));
  EXPECT_THAT(refused(start + "1,\"risk_flags\":{}}"), HasSubstr("/risk_flags: expected an array"));
  EXPECT_THAT(refused(start + "1,\"id\":\"7\"}"), HasSubstr("/id: not a UUID"));
  EXPECT_THAT(refused("[" + start + "1}," + start + "1}]"), HasSubstr("/1: this request_id stands"));
}

}  // namespace
