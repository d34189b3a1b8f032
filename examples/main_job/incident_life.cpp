#include "incident_life.hpp"

#include <iostream>

#include <tenon/tenon.hpp>

namespace {

constexpr auto alert = R"({
  "status": "firing",
  "labels": {"alertname": "CheckoutErrorRate", "severity": "critical", "namespace": "shop", "service": "checkout"},
  "annotations": {"summary": "7 % of checkouts fail"},
  "startsAt": "2026-11-18T09:12:44.120Z"
})";
constexpr auto metrics = R"({"error_rate": 0.07, "p99_ms": 4100, "since": "2026-11-18T09:10:00Z"})";
constexpr auto changes =
    R"({"deployments": [{"service": "checkout", "version": "4.18.0", "at": "2026-11-18T09:08:31Z"}]})";
constexpr auto report = R"({
  "root_cause": "checkout 4.18.0 opens a database connection per request",
  "confidence_score": 0.86,
  "advice": ["roll back to 4.17.3", "bound the connection pool"]
})";

}  // namespace

void live_through_an_incident(const tenon::TenantScope& scope) {
  const tenon::IncidentStore incidents{scope};
  const tenon::Uuid id = incidents.create(tenon::Json{alert}).incident_id;
  const auto show = [&](std::string_view step) {
    std::cout << "  " << step << " -> " << tenon::enum_name(incidents.get(id)->status) << '\n';
  };

  std::cout << "\nThe life of incident " << to_string(id) << '\n';
  show("an alert came in                  ");
  incidents.attach_primary_context(id, tenon::Json{metrics});
  show("metrics were collected            ");
  incidents.attach_enhanced_context(id, tenon::Json{changes});
  show("recent deployments were looked up ");
  incidents.attach_diagnostic_report(id, tenon::Json{report});
  show("the report was written            ");

  const auto done = incidents.get(id);
  std::cout << "  root cause: " << *done->root_cause << " (confidence " << *done->confidence_score << ")\n";
  try {
    incidents.attach_primary_context(id, tenon::Json{metrics});
  } catch (const tenon::Error& error) {
    std::cout << "  once more from the start?          -> " << to_string(error.kind()) << ": "
              << error.what() << '\n';
  }
}
