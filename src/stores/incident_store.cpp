#include <algorithm>
#include <array>
#include <utility>

#include <tenon/incident_store.hpp>
#include <tenon/json_document.hpp>

#include "report.hpp"

namespace tenon {
namespace {

using nlohmann::json;
using Status = IncidentStatus;

[[noreturn]] void refuse(const char* verb, const char* why) {
  throw Error(Error::Kind::invalid_argument, std::string("incidents.") + verb + ": " + why);
}

// A text that is parsed here alone: the host may have been built with another nlohmann/json.
Json own_text(const Json& text) {
  return Json::unchecked(text.text());
}

// Not a copy, which would take the stack as deep as the document is nested.
const json& object_of(const Json& own, const char* verb, const char* what) {
  const json& parsed = document(own);
  if (!parsed.is_object()) refuse(verb, what);
  return parsed;
}

void require_name(const Incident& incident, const char* verb) {
  if (incident.alert_name.empty()) refuse(verb, "the incident has no alert_name");
}

std::optional<std::string> text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

// Moves an incident that is in one of `from` and tells apart why another cannot be moved.
template <class Condition, class... Assignments>
void move_incident(const Repository<Incident>& incidents, const char* verb, const Uuid& id,
                   const Condition& from, const Assignments&... assignments) {
  if (incidents.patch_where(field<&Incident::incident_id> == id && from, assignments...) > 0) return;
  const bool there = incidents.exists(id);
  throw Error(there ? Error::Kind::conflict : Error::Kind::not_found,
              std::string("incidents.") + verb +
                  (there ? ": the incident has come further already; its status only moves forward"
                         : ": there is no incident with this id in the tenant"));
}

auto status_is(Status status) {
  return field<&Incident::status> == status;
}

auto open_status() {
  return status_is(Status::pending) || status_is(Status::context_collected) ||
         status_is(Status::context_enriched);
}

}  // namespace

Incident IncidentStore::from_alert(Json alert) {
  constexpr const char* verb = "from_alert";
  const Json own = own_text(alert);
  const json& parsed = object_of(own, verb, "an alert is a JSON object");
  const auto labels = parsed.find("labels");
  if (labels == parsed.end() || !labels->is_object()) refuse(verb, "the alert has no labels object");
  std::optional<std::string> name = text_member(*labels, "alertname");
  if (!name || name->empty()) refuse(verb, "the alert's labels have no alertname");

  Incident incident;
  incident.incident_id = Uuid::time_ordered();
  incident.alert_name = *std::move(name);
  incident.severity = text_member(*labels, "severity").value_or("unknown");
  incident.namespace_ = text_member(*labels, "namespace");
  incident.service = text_member(*labels, "service");
  if (!incident.service) incident.service = text_member(*labels, "job");
  incident.alert_input = std::move(alert);
  return incident;
}

Uuid IncidentStore::insert(const Incident& incident) const {
  require_name(incident, "insert");
  if (!incident.incident_id.is_nil()) {
    Base::insert(incident);
    return incident.incident_id;
  }
  Incident named = incident;
  named.incident_id = Uuid::time_ordered();
  Base::insert(named);
  return named.incident_id;
}

std::uint64_t IncidentStore::insert_all(std::span<const Incident> incidents) const {
  std::vector<Incident> named(incidents.begin(), incidents.end());
  for (const Incident& incident : incidents) require_name(incident, "insert_all");
  for (Incident& incident : named)
    if (incident.incident_id.is_nil()) incident.incident_id = Uuid::time_ordered();
  return Base::insert_all(named);
}

Incident IncidentStore::create(Json alert) const {
  Incident incident = from_alert(std::move(alert));
  incident.created_at = incident.updated_at = now();
  Base::insert(incident);
  return incident;
}

void IncidentStore::attach_primary_context(const Uuid& id, Json context) const {
  move_incident(*this, "attach_primary_context", id, status_is(Status::pending),
                set<&Incident::primary_context>(std::move(context)),
                set<&Incident::status>(Status::context_collected));
}

void IncidentStore::attach_enhanced_context(const Uuid& id, Json context) const {
  move_incident(*this, "attach_enhanced_context", id,
                status_is(Status::pending) || status_is(Status::context_collected),
                set<&Incident::enhanced_context>(std::move(context)),
                set<&Incident::status>(Status::context_enriched));
}

void IncidentStore::attach_diagnostic_report(const Uuid& id, Json report) const {
  constexpr const char* verb = "attach_diagnostic_report";
  const Json own = own_text(report);
  const json& parsed = object_of(own, verb, "a report is a JSON object");
  std::optional<double> confidence;
  if (const auto found = parsed.find("confidence_score"); found != parsed.end() && !found->is_null()) {
    if (!found->is_number()) refuse(verb, "confidence_score is not a number");
    confidence = found->get<double>();
    if (!(*confidence >= 0 && *confidence <= 1)) refuse(verb, "confidence_score is not between 0 and 1");
  }
  std::optional<std::string> root_cause = text_member(parsed, "root_cause");
  move_incident(*this, verb, id, open_status(), set<&Incident::diagnostic_report>(std::move(report)),
                set<&Incident::root_cause>(std::move(root_cause)),
                set<&Incident::confidence_score>(confidence), set<&Incident::status>(Status::completed));
}

void IncidentStore::fail(const Uuid& id, std::string reason) const {
  move_incident(*this, "fail", id, open_status(), set<&Incident::failure_reason>(std::move(reason)),
                set<&Incident::status>(Status::failed));
}

Page<IncidentSummary> IncidentStore::list(const IncidentFilter& wanted, std::size_t limit,
                                          std::optional<Cursor> after) const {
  Filter<Incident> filter;
  filter.equal<&Incident::status>(wanted.status);
  filter.equal<&Incident::severity>(wanted.severity);
  filter.equal<&Incident::service>(wanted.service);
  return Base::find<IncidentSummary>(
      where(filter).order_by(desc<&Incident::created_at>).limit(limit).after(std::move(after)));
}

std::vector<StatusCount> IncidentStore::count_by_status() const {
  static constexpr std::array columns{backend::Type::text, backend::Type::int64};
  std::vector<StatusCount> result;
  for_each_enumerator<Status>([&](Status status, std::string_view) { result.push_back({status, 0}); });
  detail::Report report(executor(), "incidents.count_by_status");
  (report << "SELECT status, count(*) FROM ").table(Table<Incident>::name).where_tenant()
      << " GROUP BY status";
  report.run(columns, [&](backend::Values row) {
    Status status{};
    Codec<Status>::decode(row[0], status);
    result[static_cast<std::size_t>(status)].incidents = row[1].integral();
    return true;
  });
  return result;
}

std::vector<SeverityCount> IncidentStore::count_by_severity() const {
  static constexpr std::array columns{backend::Type::text, backend::Type::int64};
  std::vector<SeverityCount> result;
  detail::Report report(executor(), "incidents.count_by_severity");
  (report << "SELECT severity, count(*) FROM ").table(Table<Incident>::name).where_tenant()
      << " GROUP BY severity ORDER BY 2 DESC, severity";
  report.run(columns, [&](backend::Values row) {
    result.push_back({std::string(row[0].bytes()), row[1].integral()});
    return true;
  });
  return result;
}

std::optional<double> IncidentStore::average_confidence() const {
  static constexpr std::array columns{backend::Type::float64};
  std::optional<double> result;
  detail::Report report(executor(), "incidents.average_confidence");
  (report << "SELECT avg(confidence_score) FROM ").table(Table<Incident>::name).where_tenant()
      << " AND status = 'completed'";
  report.run(columns, [&](backend::Values row) {
    if (!row[0].is_null()) result = row[0].real();
    return true;
  });
  return result;
}

}  // namespace tenon
