#include <cstdint>
#include <limits>

#include <gmock/gmock.h>

#include <tenon/interchange.hpp>

#include "refusal.hpp"

namespace {

struct Extremes {
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int8_t tiny = std::numeric_limits<std::int8_t>::min();
};
BOOST_DESCRIBE_STRUCT(Extremes, (), (most, least, tiny))

using namespace tenon;
using interchange::Content;
using interchange::read_incidents;
using testing::HasSubstr;

const std::string alert =
    R"({ "labels":{"alertname":"Disk","severity":"page","namespace":"n","job":"j"}, "x":1.0, "x":2 })";

std::string refused_incidents(const std::string& text) {
  return refusal([&] { return read_incidents(text, "w.json"); });
}

TEST(ReadIncidents, MakesOneOfEachAlertOfAWebhook) {
  const auto incidents =
      read_incidents(R"({"version":"4","alerts":[)" + alert + "," + alert + "]}", "w.json");
  ASSERT_EQ(incidents.size(), 2U);
  EXPECT_EQ(incidents[0].alert_input.text(), alert);
  EXPECT_EQ(incidents[0].alert_name, "Disk");
  EXPECT_EQ(incidents[0].severity, "page");
  EXPECT_EQ(incidents[0].namespace_, "n");
  EXPECT_EQ(incidents[0].service, "j");
  EXPECT_EQ(incidents[0].status, IncidentStatus::pending);
  EXPECT_NE(incidents[0].incident_id, incidents[1].incident_id);
}

TEST(ReadIncidents, TakesAlertsAlone) {
  EXPECT_EQ(read_incidents(alert, "w.json").size(), 1U);
  EXPECT_EQ(read_incidents("[" + alert + "]", "w.json").size(), 1U);
}

// One alert's odd label once kept every alert of the webhook out.
TEST(ReadIncidents, TakeWhateverJsonTakesBesideWhatIsRead) {
  const std::string odd = R"({"labels":{"alertname":"A","\ud800":"\udfff"},"\ud800":1e400})";
  EXPECT_EQ(read_incidents(odd, "w.json").at(0).alert_input.text(), odd);
  const std::string webhook = R"({"version":"4","\ud800":"","alerts":[)" + odd + "]}";
  EXPECT_EQ(interchange::detect(webhook, "w.json"), Content::incidents);
  EXPECT_EQ(read_incidents(webhook, "w.json").at(0).alert_name, "A");
  EXPECT_THAT(refused_incidents(R"({"labels":{"alertname":"\ud800"}})"),
              HasSubstr("/labels/alertname: a text holds half of a surrogate pair"));
}

TEST(ReadIncidents, NamesTheFieldOfWhatItRefuses) {
  EXPECT_THAT(refused_incidents(R"({"version":"4","alerts":[{"labels":{"severity":"page"}}]})"),
              HasSubstr("/alerts/0/labels: the field alertname is missing"));
  EXPECT_THAT(refused_incidents(R"({"version":"4","alerts":[{"labels":{"alertname":""}}]})"),
              HasSubstr("/alerts/0/labels/alertname: an alertname must not be empty"));
  EXPECT_THAT(refused_incidents(R"({"version":"4","alerts":[{"labels":{"alertname":"a","severity":3}}]})"),
              HasSubstr("/alerts/0/labels/severity: expected a text, found a number"));
  EXPECT_THAT(refused_incidents(R"({"version":"4","alerts":[{}]})"),
              HasSubstr("/alerts/0: the field labels is missing"));
  EXPECT_THAT(refused_incidents(R"({"version":"4","alerts":[7]})"),
              HasSubstr("/alerts/0: expected an object"));
  EXPECT_THAT(refused_incidents(R"({"version":"3","alerts":[]})"), HasSubstr("/version: this reads"));
  EXPECT_THAT(refused_incidents(R"({"alert_name":"a","severity":"s"})"),
              HasSubstr("alert_input is missing"));
}

TEST(ReadIncidents, ReadsBackWhatWasWritten) {
  Incident incident = read_incidents(alert, "w.json").at(0);
  incident.status = IncidentStatus::completed;
  incident.primary_context = Json(R"({"b":1e400,"a":1.0,"a":"\u0000"})");
  incident.diagnostic_report = Json("[ ]");
  incident.root_cause = "line\nbreak \x01 \"quote\" \\";
  incident.confidence_score = 0.86;
  incident.created_at = now();
  EXPECT_EQ(read_incidents("[" + interchange::to_json(incident) + "]", "export.json").at(0), incident);
}

TEST(ReadIncidents, IsNotShakenByDeepNesting) {
  const std::string deep = R"({"labels":{"alertname":"Deep"},"annotations":)" +
                           std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}";
  EXPECT_EQ(read_incidents(deep, "alert").at(0).alert_input.text(), deep);
}

TEST(ReadIncidents, ReadsAWebhookThatAlertmanagerSent) {
  const std::filesystem::path file =
      std::filesystem::path(SHARED_DATA) / "alertmanager/prom_post_request.json";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no files of others here";
  const std::string text = file_text(file);
  const Incident incident = read_incidents(text, "webhook").at(0);
  EXPECT_EQ(incident.alert_name, "high_memory_load");
  EXPECT_EQ(incident.service, "docker_nodes");
  EXPECT_THAT(text, HasSubstr(incident.alert_input.text()));
}

TEST(Detect, TellsFilesApartByTheirFields) {
  EXPECT_EQ(interchange::detect(alert, "f"), Content::incidents);
  EXPECT_EQ(interchange::detect(R"({"alerts":[]})", "f"), Content::incidents);
  EXPECT_EQ(interchange::detect(R"([{"alert_input":{}}])", "f"), Content::incidents);
  EXPECT_EQ(interchange::detect(R"({"projects":[]})", "f"), Content::analyses);
  EXPECT_EQ(interchange::detect(R"([{"request_id":"r"}])", "f"), Content::analyses);
  EXPECT_EQ(interchange::detect(R"([{"id":"p"}])", "f"), Content::policies);
  EXPECT_EQ(interchange::detect("[]", "f"), Content::policies);
  EXPECT_THAT(refusal([] { return interchange::detect("[7]", "f"); }), HasSubstr("/0: expected an object"));
}

TEST(ToJson, LeadsWithTheTenantWhenThereIsOne) {
  std::string out;
  interchange::append_json(out, Policy(), "ac\"me");
  EXPECT_THAT(out, testing::StartsWith(R"({"tenant_id":"ac\"me","id":"",)"));
  EXPECT_THAT(refusal([&] { return interchange::read_policies(out, "f"); }), HasSubstr("/tenant_id"));
}

TEST(ToJson, RefusesATimeThatCannotBeReadBack) {
  Policy policy;
  policy.created_at = Timestamp{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1}};
  EXPECT_THAT(refusal([&] { return interchange::to_json(policy); }), HasSubstr("9999"));
}

// What raw SQL had stored on SQLite went out as it was, and could pass for rows of others.
TEST(ToJson, RefusesAJsonMemberThatIsNone) {
  Analysis analysis;
  analysis.result_json = Json::unchecked("{},\"tenant_id\":\"globex\"");
  try {
    (void)interchange::to_json(analysis);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::corrupt);
  }
}

TEST(ToJson, WritesTheGreatestNumberOfEachType) {
  EXPECT_EQ(interchange::to_json(Extremes{}),
            R"({"most":18446744073709551615,"least":-9223372036854775808,"tiny":-128})");
}

TEST(ToJson, RefusesATextThatIsNotUtf8) {
  Policy policy;
  policy.name = "n\xff";
  EXPECT_THAT(refusal([&] { return interchange::to_json(policy); }), HasSubstr("UTF-8"));
}

TEST(ToJson, RefusesAnInfiniteNumber) {
  Policy policy;
  policy.budget = std::numeric_limits<double>::infinity();
  EXPECT_THAT(refusal([&] { return interchange::to_json(policy); }), HasSubstr("infinite"));
}

}  // namespace
