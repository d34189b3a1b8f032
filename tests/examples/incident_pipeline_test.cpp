#ifdef INCIDENT_PIPELINE

#include "fixture.hpp"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class IncidentPipeline : public ProgramTest {
 protected:
  [[nodiscard]] static std::string program(const std::string& tenants = "--tenant acme") {
    return shell_word(INCIDENT_PIPELINE) + " " + tenants + " ";
  }
  [[nodiscard]] static std::string data(const std::string& name = {}) {
    return shell_word(std::string(EXAMPLES) + "/incident_pipeline/data/" + name);
  }
  [[nodiscard]] Outcome pipeline(const std::string& arguments, const std::string& tenant = "acme") const {
    return shell(program("--tenant " + tenant) + arguments);
  }
  [[nodiscard]] static std::string work() { return "work --until-idle --knowledge " + data(); }

  void take_in(int count) const {
    std::string alerts;
    for (int i = 0; i < count; ++i)
      alerts += std::string(i == 0 ? "" : ",") +
                R"({"labels":{"alertname":"HighLatency","severity":"warning","namespace":"n)" +
                std::to_string(i % 50) +
                R"(","service":"checkout"},"startsAt":"2026-11-20T09:14:02.118Z"})";
    (void)file("many.json", R"({"version":"4","alerts":[)" + alerts + "]}");
    ASSERT_EQ(pipeline("ingest many.json").out, std::to_string(count) + " incidents taken in\n");
  }
};

TEST_P(IncidentPipeline, FindsOutWhatCausedAnAlert) {
  EXPECT_EQ(pipeline("ingest " + data("webhook.json")).out, "3 incidents taken in\n");
  const Outcome worked = pipeline(work());
  EXPECT_EQ(worked.exit_code, 0) << worked.err;
  EXPECT_THAT(pipeline("list").out,
              AllOf(HasSubstr("checkout: HighLatency <- checkout was changed to 4.18.0 shortly before"),
                    HasSubstr("payments: ErrorRate <- orders-db, on which it depends, has DiskAlmostFull"),
                    HasSubstr("orders-db: DiskAlmostFull <- the disk fills up")));
  const std::string critical = pipeline("list --status completed --severity critical").out;
  EXPECT_EQ(std::count(critical.begin(), critical.end(), '\n'), 2) << critical;
  EXPECT_THAT(pipeline("report").out,
              AllOf(HasSubstr("completed                3\n"), HasSubstr("average confidence 0.63")));
  const auto shown = nlohmann::json::parse(pipeline("show " + critical.substr(0, 36)).out);
  EXPECT_EQ(shown["enhanced_context"]["owner"], "team-data");
  EXPECT_EQ(shown["primary_context"]["related_incidents"].size(), 2U);
  EXPECT_EQ(shown["diagnostic_report"]["advice"][1], "follow runbooks/orders-db.md");
}

TEST_P(IncidentPipeline, ResumesWhereAKilledProcessStopped) {
  take_in(300);
  const Outcome killed =
      shell(program() + work() + " & worker=$!; for try in $(seq 300); do " + program() +
            "report | grep -q 'completed  *[1-9]' && break; done; kill -9 $worker; wait $worker");
  ASSERT_EQ(killed.exit_code, 137) << killed.err;
  ASSERT_THAT(pipeline("report").out, Not(HasSubstr("completed              300\n")))
      << "not in the middle";
  EXPECT_EQ(pipeline(work()).exit_code, 0);
  EXPECT_THAT(pipeline("report").out, HasSubstr("completed              300\n"));
}

TEST_P(IncidentPipeline, IsSharedByProcesses) {
  take_in(90);
  const std::string one = program() + work();
  const Outcome worked = shell("(" + one + ") & (" + one + ") & " + one + "; wait");
  EXPECT_EQ(worked.exit_code, 0) << worked.err;
  EXPECT_EQ(worked.err, "") << "two never take one incident's stage";
  EXPECT_THAT(pipeline("report").out, HasSubstr("completed               90\n"));
}

TEST_P(IncidentPipeline, ServesSeveralTenantsApart) {
  (void)pipeline("ingest " + data("webhook.json"));
  (void)pipeline("ingest " + data("webhook.json"), "globex");
  EXPECT_EQ(shell(program("--tenant acme --tenant globex") + work()).exit_code, 0);
  EXPECT_THAT(pipeline("report").out, HasSubstr("completed                3\n"));
  EXPECT_THAT(pipeline("report", "globex").out, HasSubstr("completed                3\n"));
  EXPECT_EQ(pipeline("list", "initech").out, "");
}

TEST_P(IncidentPipeline, FailsAnIncidentThatCannotBeWorkedOnAndGoesOn) {
  (void)file("odd.json", R"({"version":"4","alerts":[
      {"labels":{"alertname":"Odd"},"annotations":{},"startsAt":7},{"labels":{"alertname":"Sound"}}]})");
  ASSERT_EQ(pipeline("ingest odd.json").exit_code, 0);
  const Outcome worked = pipeline(work());
  EXPECT_EQ(worked.exit_code, 0);
  EXPECT_THAT(worked.err, HasSubstr("failed: "));
  EXPECT_THAT(pipeline("list --status failed").out, HasSubstr("Odd"));
  EXPECT_THAT(pipeline("list --status completed").out, HasSubstr("Sound"));
}

TEST_P(IncidentPipeline, IsNotStoppedByAnIncidentsOwnData) {
  (void)file("own.json", R"([
      {"alert_name":"TooLarge","severity":"s","alert_input":{"labels":{},"x":1e999}},
      {"alert_name":"NoLabels","severity":"s","alert_input":{}},
      {"alert_name":"NoAlert","severity":"s","alert_input":[7]},
      {"alert_name":"NoContexts","severity":"s","status":"context_enriched","alert_input":{}},
      {"alert_name":"OddContexts","severity":"s","status":"context_enriched","alert_input":{},
       "primary_context":{"related_incidents":[{}]},
       "enhanced_context":{"recent_changes":[{}],"depends_on":[],"owner":"o","runbook":""}},
      {"alert_name":"EmptyContexts","severity":"s","status":"context_enriched","alert_input":{},
       "primary_context":{},"enhanced_context":{}},
      {"labels":{"alertname":"Sound"}}])");
  ASSERT_EQ(pipeline("ingest own.json").out, "7 incidents taken in\n");
  EXPECT_EQ(shell("timeout 60 " + program() + work()).exit_code, 0);
  const std::string failed = pipeline("list --status failed").out;
  for (const char* name : {"TooLarge", "NoLabels", "NoAlert", "NoContexts", "OddContexts", "EmptyContexts"})
    EXPECT_THAT(failed, HasSubstr(name));
  EXPECT_THAT(pipeline("list --status completed").out, HasSubstr("Sound"));
}

TEST_P(IncidentPipeline, IsNotKilledByADeepAlert) {
  if (GetParam() == "postgres") GTEST_SKIP() << "PostgreSQL takes no JSON nested so deep";
  (void)file("deep.json", R"({"labels":{"alertname":"Deep","odd":)" + std::string(500'000, '[') +
                              std::string(500'000, ']') + "}}");
  ASSERT_EQ(pipeline("ingest deep.json").out, "1 incidents taken in\n");
  EXPECT_EQ(pipeline(work()).exit_code, 0);
  EXPECT_THAT(pipeline("list --status completed").out, HasSubstr("Deep"));
}

TEST_P(IncidentPipeline, PassesOverAlertsThatAreResolved) {
  (void)file("over.json", R"({"version":"4","status":"firing","alerts":[
      {"status":"resolved","labels":{"alertname":"Over"}},{"status":"firing","labels":{"alertname":"On"}}]})");
  EXPECT_EQ(pipeline("ingest over.json").out, "1 incidents taken in\n");
  EXPECT_THAT(pipeline("list").out, AllOf(HasSubstr("On"), Not(HasSubstr("Over"))));
}

TEST_P(IncidentPipeline, RelatesNothingThatCameLongAfterwards) {
  const auto record = [](const char* name, const char* hour) {
    return std::string(R"({"alert_name":")") + name +
           R"(","severity":"s","namespace":"shop","alert_input":{"labels":{}},"created_at":"2026-11-20T)" +
           hour + R"(:00Z"})";
  };
  (void)file("day.json", "[" + record("First", "09:00") + "," + record("Beside", "09:02") + "," +
                             record("Later", "14:00") + "]");
  ASSERT_EQ(pipeline("ingest day.json").exit_code, 0);
  ASSERT_EQ(pipeline(work()).exit_code, 0);
  const std::string listed = pipeline("list").out;
  const std::size_t first = listed.rfind('\n', listed.find("First")) + 1;
  const auto shown = nlohmann::json::parse(pipeline("show " + listed.substr(first, 36)).out);
  const auto& related = shown["primary_context"]["related_incidents"];
  ASSERT_EQ(related.size(), 1U) << related;
  EXPECT_EQ(related[0]["alert_name"], "Beside");
}

TEST_P(IncidentPipeline, PrintsAnIncidentOnOneLine) {
  (void)file("odd.json", R"({"version":"4","alerts":[{"labels":{"alertname":"A\nB","severity":"s\u001b[31m",
      "service":"web\u0085\tx größe"}}]})");
  ASSERT_EQ(pipeline("ingest odd.json").out, "1 incidents taken in\n");
  EXPECT_THAT(pipeline("list").out, HasSubstr("s?[31m    web??x größe: A?B\n"));
  EXPECT_THAT(pipeline("report").out, HasSubstr("s?[31m "));
  const Outcome lost = pipeline("list >/dev/full");
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_THAT(lost.err, HasSubstr("cannot write"));
}

TEST_P(IncidentPipeline, RefusesWhatItCannotRead) {
  (void)file("bad.json", R"({"version":"4","alerts":[{"labels":{}}]})");
  for (const auto& [arguments, reason] : std::initializer_list<std::pair<std::string, std::string>>{
           {"ingest bad.json", "bad.json:1:"},
           {"ingest absent.json", "cannot read absent.json"},
           {"work --knowledge nowhere", "cannot read nowhere/services.json"},
           {"list --status open", "no such status: open"},
           {"show 7", "there is no incident 7"}}) {
    const Outcome refused = pipeline(arguments);
    EXPECT_EQ(refused.exit_code, 1) << arguments;
    EXPECT_THAT(refused.err, HasSubstr(reason));
  }
  EXPECT_EQ(shell(program("--tenant a --tenant b") + "list").exit_code, 1);
}

INSTANTIATE_TEST_SUITE_P(Backends, IncidentPipeline, ON_EVERY_BACKEND, backend_name);

}  // namespace

#endif
