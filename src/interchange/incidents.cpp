#include <tenon/error.hpp>
#include <tenon/incident_store.hpp>
#include <tenon/interchange.hpp>

#include "record.hpp"

namespace tenon::interchange {
namespace {

// A label is a text where Prometheus writes it; IncidentStore::from_alert passes over anything else.
void check_labels(const Node& alert) {
  const Node labels = alert.require("labels");
  const Node name = labels.require("alertname");
  if (name.text().empty()) name.refuse("an alertname must not be empty");
  for (const std::string_view label : {"severity", "namespace", "service", "job"})
    if (const auto value = labels.find(label)) (void)value->text();
}

Incident read_alert(const Node& alert) {
  check_labels(alert);
  try {
    return IncidentStore::from_alert(Json(std::string(alert.raw())));
  } catch (const Error& error) {
    alert.refuse(error.what());
  }
}

Incident read_incident(const Node& record) {
  Incident incident;
  read_record(record, incident, {"alert_input", "alert_name", "severity"});
  if (incident.alert_name.empty()) record.require("alert_name").refuse("an alert_name must not be empty");
  if (const auto score = incident.confidence_score; score && !(*score >= 0 && *score <= 1))
    record.require("confidence_score").refuse("a confidence_score lies between 0 and 1");
  if (incident.incident_id.is_nil()) incident.incident_id = Uuid::time_ordered();
  return incident;
}

std::vector<Incident> read_webhook(const Node& root) {
  const Node version = root.require("version");
  if (version.text() != "4") version.refuse("this reads Alertmanager's webhook version 4 only");
  std::vector<Incident> incidents;
  for (const Node& alert : root.require("alerts").elements()) incidents.push_back(read_alert(alert));
  return incidents;
}

}  // namespace

std::vector<Incident> read_incidents(std::string_view json, std::string_view source) {
  const Source file{json, source};
  const Node root(file);
  if (root.has("alerts")) return read_webhook(root);
  std::vector<Incident> incidents;
  SeenOnce ids;
  for (const Node& record : one_or_many(root)) {
    const bool alert = record.has("labels");
    incidents.push_back(alert ? read_alert(record) : read_incident(record));
    ids.note(record, to_string(incidents.back().incident_id), "this incident_id");
  }
  return incidents;
}

}  // namespace tenon::interchange
