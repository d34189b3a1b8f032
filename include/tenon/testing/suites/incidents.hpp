#pragma once

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <tenon/incident_store.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// The store of incidents.
class Incidents : public ConformanceTest {
 protected:
  using Status = IncidentStatus;
  [[nodiscard]] IncidentStore incidents() const { return IncidentStore(acme()); }
  [[nodiscard]] static Json alert(const std::string& name, const std::string& severity = "critical") {
    return Json(R"({ "status":"firing", "labels":{"alertname":")" + name + R"(","severity":")" + severity +
                R"(","namespace":"shop","service":"api"}, "value": 1.0, "value": 1.00 })");
  }
  [[nodiscard]] Uuid create(const std::string& severity = "critical") const {
    return incidents().create(alert("HighLatency", severity)).incident_id;
  }
  [[nodiscard]] Status status(const Uuid& id) const { return incidents().get(id).value().status; }
};

TEST_P(Incidents, AreCreatedFromAnAlert) {
  const Json text(
      R"({"labels":{"alertname":"HighLatency","severity":"critical","namespace":"shop","service":"api"}, "n": 1.0})");
  const Incident created = incidents().create(text);
  EXPECT_EQ(created.alert_name, "HighLatency");
  EXPECT_EQ(created.severity, "critical");
  EXPECT_EQ(created.namespace_, "shop");
  EXPECT_EQ(created.service, "api");
  EXPECT_EQ(created.status, Status::pending);
  EXPECT_EQ(created.alert_input.text(), text.text());
  EXPECT_EQ(incidents().get(created.incident_id), created);
}

TEST_P(Incidents, TakeWhatAnAlertHas) {
  const Incident bare = IncidentStore::from_alert(Json(R"({"labels":{"alertname":"A"}})"));
  EXPECT_EQ(bare.severity, "unknown");
  EXPECT_EQ(bare.namespace_, std::nullopt);
  EXPECT_EQ(bare.service, std::nullopt);
  EXPECT_EQ(IncidentStore::from_alert(Json(R"({"labels":{"alertname":"A","job":"j"}})")).service, "j");
  EXPECT_EQ(
      IncidentStore::from_alert(Json(R"({"labels":{"alertname":"A","job":"j","service":"s"}})")).service,
      "s");
}

TEST_P(Incidents, AreRefusedWithoutAnAlertsName) {
  for (const char* bad : {"", "{", "[]", "null", "{}", R"({"labels":[]})", R"({"labels":{}})",
                          R"({"labels":{"alertname":1}})", R"({"labels":{"alertname":""}})"})
    TENON_EXPECT_ERROR(invalid_argument, incidents().create(Json(bad))) << bad;
  EXPECT_EQ(incidents().count(), 0U);
}

TEST_P(Incidents, HaveAName) {
  TENON_EXPECT_ERROR(invalid_argument, IncidentStore(acme()).insert(Incident{.severity = "page"}));
  const std::vector<Incident> some{Incident{.alert_name = "Down"}, Incident{}};
  TENON_EXPECT_ERROR(invalid_argument, IncidentStore(acme()).insert_all(some));
  EXPECT_EQ(IncidentStore(acme()).count(), 0U);
}

TEST_P(Incidents, KeepAnAlertByteForByte) {
  const Incident created = incidents().create(alert("Big"));
  EXPECT_EQ(incidents().get(created.incident_id).value().alert_input, alert("Big"));
}

TEST_P(Incidents, GoThroughTheirWholeLife) {
  const Uuid id = create();
  EXPECT_EQ(status(id), Status::pending);
  incidents().attach_primary_context(id, Json("{\"pods\": [1.0]}"));
  EXPECT_EQ(status(id), Status::context_collected);
  incidents().attach_enhanced_context(id, Json("{\"deploy\": \"\\u0000\"}"));
  EXPECT_EQ(status(id), Status::context_enriched);
  incidents().attach_diagnostic_report(
      id, Json(R"({"root_cause": "out of memory", "confidence_score": 0.75, "x": 1.0})"));
  const Incident done = incidents().get(id).value();
  EXPECT_EQ(done.status, Status::completed);
  EXPECT_EQ(done.primary_context, Json("{\"pods\": [1.0]}"));
  EXPECT_EQ(done.enhanced_context, Json("{\"deploy\": \"\\u0000\"}"));
  EXPECT_EQ(done.root_cause, "out of memory");
  EXPECT_EQ(done.confidence_score, 0.75);
  EXPECT_GE(done.updated_at, done.created_at);
}

TEST_P(Incidents, MaySkipAStage) {
  const Uuid id = create();
  incidents().attach_enhanced_context(id, Json("{}"));
  EXPECT_EQ(status(id), Status::context_enriched);
  const Uuid other = create();
  incidents().attach_diagnostic_report(other, Json("{}"));
  EXPECT_EQ(status(other), Status::completed);
  EXPECT_FALSE(incidents().get(other).value().confidence_score.has_value());
}

TEST_P(Incidents, NeverMoveBackwards) {
  const Uuid id = create();
  incidents().attach_enhanced_context(id, Json("{\"first\":1}"));
  TENON_EXPECT_ERROR(conflict, incidents().attach_primary_context(id, Json("{}")));
  TENON_EXPECT_ERROR(conflict, incidents().attach_enhanced_context(id, Json("{\"second\":1}")));
  EXPECT_EQ(incidents().get(id).value().enhanced_context, Json("{\"first\":1}"));
  incidents().attach_diagnostic_report(id, Json("{}"));
  TENON_EXPECT_ERROR(conflict, incidents().attach_enhanced_context(id, Json("{}")));
  TENON_EXPECT_ERROR(conflict, incidents().attach_diagnostic_report(id, Json("{\"again\":1}")));
  TENON_EXPECT_ERROR(conflict, incidents().fail(id, "too late"));
  EXPECT_EQ(status(id), Status::completed);
}

TEST_P(Incidents, MayFailAtAnyOpenStage) {
  const Uuid id = create();
  incidents().fail(id, "no data");
  EXPECT_EQ(status(id), Status::failed);
  EXPECT_EQ(incidents().get(id).value().failure_reason, "no data");
  TENON_EXPECT_ERROR(conflict, incidents().attach_primary_context(id, Json("{}")));
  TENON_EXPECT_ERROR(conflict, incidents().fail(id, "again"));
  const Uuid other = create();
  incidents().attach_primary_context(other, Json("{}"));
  incidents().fail(other, "later");
  EXPECT_EQ(status(other), Status::failed);
}

TEST_P(Incidents, ThatAreNotThereAreNotMoved) {
  const Uuid ghost = Uuid::random();
  TENON_EXPECT_ERROR(not_found, incidents().attach_primary_context(ghost, Json("{}")));
  TENON_EXPECT_ERROR(not_found, incidents().attach_enhanced_context(ghost, Json("{}")));
  TENON_EXPECT_ERROR(not_found, incidents().attach_diagnostic_report(ghost, Json("{}")));
  TENON_EXPECT_ERROR(not_found, incidents().fail(ghost, "x"));
  const Uuid theirs = IncidentStore(globex()).create(alert("A")).incident_id;
  TENON_EXPECT_ERROR(not_found, incidents().fail(theirs, "x"));
}

TEST_P(Incidents, RefuseAReportThatMakesNoSense) {
  const Uuid id = create();
  for (const char* bad : {"", "{", "[]", "1", R"({"confidence_score":1.01})",
                          R"({"confidence_score":-0.1})", R"({"confidence_score":"high"})"})
    TENON_EXPECT_ERROR(invalid_argument, incidents().attach_diagnostic_report(id, Json(bad))) << bad;
  TENON_EXPECT_ERROR(invalid_argument, incidents().attach_primary_context(id, Json("{")));
  EXPECT_EQ(status(id), Status::pending);
}

TEST_P(Incidents, TakeWhateverJsonTakesBesideWhatIsRead) {
  const Json odd(
      R"({"labels": {"alertname": "Odd", "\ud800": "\udfff", "severity": 1e400}, "value": -1e400})");
  const Incident created = incidents().create(odd);
  EXPECT_EQ(created.alert_name, "Odd");
  EXPECT_EQ(created.severity, "unknown");
  EXPECT_EQ(incidents().get(created.incident_id).value().alert_input, odd);
  const Json report(R"({"\ud800": 1e400, "root_cause": "\u0061ll", "confidence_score": 1e-1})");
  incidents().attach_diagnostic_report(created.incident_id, report);
  const Incident done = incidents().get(created.incident_id).value();
  EXPECT_EQ(done.diagnostic_report, report);
  EXPECT_EQ(done.root_cause, "all");
  EXPECT_EQ(done.confidence_score, 0.1);
  for (const char* wanted :
       {R"({"labels":{"alertname":"\ud800"}})", R"({"labels":{"alertname":"A","job":"\ud800"}})"})
    TENON_EXPECT_ERROR(invalid_argument, incidents().create(Json(wanted))) << wanted;
  for (const char* wanted : {R"({"root_cause":"\ud800"})", R"({"confidence_score":1e400})"})
    TENON_EXPECT_ERROR(invalid_argument, incidents().attach_diagnostic_report(create(), Json(wanted)))
        << wanted;
}

TEST_P(Incidents, MoveOnceWhenManyRace) {
  const Uuid id = create();
  std::atomic<int> moved{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      try {
        incidents().attach_primary_context(id, Json(std::to_string(t)));
        ++moved;
      } catch (const Error& error) {
        if (error.kind() == Error::Kind::conflict) ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(moved, 1);
  EXPECT_EQ(refused, 7);
}

TEST_P(Incidents, AreListedNewestFirstByStatusSeverityAndService) {
  std::vector<Incident> rows;
  for (int i = 0; i < 30; ++i) {
    Incident one = IncidentStore::from_alert(alert("A", i % 3 == 0 ? "critical" : "warning"));
    one.created_at = parse_timestamp("2026-01-01T00:00:00Z").value() + std::chrono::minutes(i / 2);
    if (i % 5 == 0) one.service = "web";
    if (i % 2 == 0) one.status = Status::failed;
    rows.push_back(one);
  }
  EXPECT_EQ(incidents().insert_all(rows), 30U);
  const auto expect_list = [&](const IncidentFilter& filter) {
    std::size_t expected = 0;
    for (const Incident& row : rows) {
      expected += (!filter.status || row.status == *filter.status) &&
                          (!filter.severity || row.severity == *filter.severity) &&
                          (!filter.service || row.service == *filter.service)
                      ? 1U
                      : 0U;
    }
    std::vector<IncidentSummary> listed;
    std::optional<Cursor> next;
    do {
      const Page<IncidentSummary> page = incidents().list(filter, 4, next);
      listed.insert(listed.end(), page.begin(), page.end());
      next = page.next;
    } while (next && listed.size() < 100);
    EXPECT_EQ(listed.size(), expected);
    for (std::size_t i = 1; i < listed.size(); ++i)
      EXPECT_GE(listed[i - 1].created_at, listed[i].created_at);
  };
  expect_list({});
  expect_list({.status = Status::failed, .severity = {}, .service = {}});
  expect_list({.status = {}, .severity = "critical", .service = {}});
  expect_list({.status = {}, .severity = {}, .service = "web"});
  expect_list({.status = Status::pending, .severity = "warning", .service = "api"});
  expect_list({.status = Status::completed, .severity = {}, .service = {}});
}

TEST_P(Incidents, AreCountedByStatusAndSeverity) {
  (void)create("critical");
  incidents().attach_primary_context(create("warning"), Json("{}"));
  incidents().fail(create("warning"), "x");
  incidents().fail(create("info"), "x");
  (void)IncidentStore(globex()).create(alert("A"));
  std::map<Status, std::int64_t> by_status;
  std::vector<Status> order;
  for (const StatusCount& count : incidents().count_by_status()) {
    by_status[count.status] = count.incidents;
    order.push_back(count.status);
  }
  EXPECT_EQ(order, (std::vector<Status>{Status::pending, Status::context_collected,
                                        Status::context_enriched, Status::completed, Status::failed}));
  EXPECT_EQ(by_status, (std::map<Status, std::int64_t>{{Status::pending, 1},
                                                       {Status::context_collected, 1},
                                                       {Status::context_enriched, 0},
                                                       {Status::completed, 0},
                                                       {Status::failed, 2}}));
  const std::vector<SeverityCount> by_severity = incidents().count_by_severity();
  ASSERT_EQ(by_severity.size(), 3U);
  EXPECT_EQ(by_severity[0].severity, "warning");
  EXPECT_EQ(by_severity[0].incidents, 2);
  EXPECT_EQ(by_severity[1].incidents, 1);
}

TEST_P(Incidents, TellTheirAverageConfidence) {
  EXPECT_EQ(incidents().average_confidence(), std::nullopt);
  incidents().attach_diagnostic_report(create(), Json("{}"));
  EXPECT_EQ(incidents().average_confidence(), std::nullopt);
  incidents().attach_diagnostic_report(create(), Json(R"({"confidence_score": 0.25})"));
  incidents().attach_diagnostic_report(create(), Json(R"({"confidence_score": 1})"));
  (void)create();
  EXPECT_DOUBLE_EQ(incidents().average_confidence().value(), 0.625);
}

TEST_P(Incidents, MoveWithinATransaction) {
  const Uuid id = create();
  {
    Transaction tx = acme().begin();
    IncidentStore(tx).fail(id, "x");
    TENON_EXPECT_ERROR(conflict, IncidentStore(tx).attach_primary_context(id, Json("{}")));
  }
  EXPECT_EQ(status(id), Status::pending);
  EXPECT_TRUE(incidents().remove(id));
}

TENON_CONFORMANCE_SUITE(Incidents);

}  // namespace tenon::testing
