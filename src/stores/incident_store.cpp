#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <tenon/incident_store.hpp>

#include "json_scan.hpp"
#include "report.hpp"

namespace tenon {
namespace {

using Status = IncidentStatus;

[[noreturn]] void refuse(const char* verb, const char* why) {
  throw Error(Error::Kind::invalid_argument, std::string("incidents.") + verb + ": " + why);
}

// The text of an object. Of it only what is asked for is read: the rest may be anything that Json takes.
std::string_view object_of(const Json& json, const char* verb, const char* what) {
  if (!is_json(json.text())) refuse(verb, "the text is not JSON");
  const std::string_view text = detail::trimmed_json(json.text());
  if (text.front() != '{') refuse(verb, what);
  return text;
}

void require_name(const Incident& incident, const char* verb) {
  if (incident.alert_name.empty()) refuse(verb, "the incident has no alert_name");
}

std::optional<std::string> text_member(std::string_view object, const char* name, const char* verb) {
  const auto found = detail::find_json_member(object, name);
  if (!found || found->front() != '"') return std::nullopt;
  std::optional<std::string> text = detail::unescaped_json(*found);
  if (!text) refuse(verb, "a text that is wanted holds half of a surrogate pair, which is no character");
  return text;
}

std::optional<double> confidence_of(std::string_view report, const char* verb) {
  const auto found = detail::find_json_member(report, "confidence_score");
  if (!found || *found == "null") return std::nullopt;
  if (found->front() != '-' && (found->front() < '0' || found->front() > '9'))
    refuse(verb, "confidence_score is not a number");
  double confidence = 0;
  const auto [end, problem] = std::from_chars(found->data(), found->data() + found->size(), confidence);
  if (problem != std::errc{} || !(confidence >= 0 && confidence <= 1))
    refuse(verb, "confidence_score is not between 0 and 1");
  return confidence;
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
  const auto labels =
      detail::find_json_member(object_of(alert, verb, "an alert is a JSON object"), "labels");
  if (!labels || labels->front() != '{') refuse(verb, "the alert has no labels object");
  const auto label = [&](const char* wanted) { return text_member(*labels, wanted, verb); };
  std::optional<std::string> name = label("alertname");
  if (!name || name->empty()) refuse(verb, "the alert's labels have no alertname");

  Incident incident;
  incident.incident_id = Uuid::time_ordered();
  incident.alert_name = *std::move(name);
  incident.severity = label("severity").value_or("unknown");
  incident.namespace_ = label("namespace");
  incident.service = label("service");
  if (!incident.service) incident.service = label("job");
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
  const std::string_view object = object_of(report, verb, "a report is a JSON object");
  const std::optional<double> confidence = confidence_of(object, verb);
  std::optional<std::string> root_cause = text_member(object, "root_cause", verb);
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
