#include <tenon/incident_store.hpp>

#include "entity_command.hpp"
#include "enum_names.hpp"

namespace tenon::cli {
namespace {

struct IncidentKey {
  Uuid incident_id;
};
BOOST_DESCRIBE_STRUCT(IncidentKey, (), (incident_id))

struct IncidentKind {
  using Entity = Incident;
  using Summary = IncidentSummary;
  using Key = IncidentKey;
  using Store = IncidentStore;
  static constexpr const char* name = "incident";
  static constexpr Content content = Content::incidents;
  static constexpr const char* key_help = "The incident's incident_id";

  std::string status;
  std::string severity;
  std::string service;

  void add_options(CLI::App& command) {
    command.add_option("--status", status, "Only those that have come so far")
        ->check(CLI::IsMember(names_of<IncidentStatus>()));
    command.add_option("--severity", severity, "Only those of this severity");
    command.add_option("--service", service, "Only those of this service");
  }
  [[nodiscard]] Filter<Incident> filter() const {
    Filter<Incident> filter;
    if (!status.empty()) filter.add(field<&Incident::status> == parse_enum<IncidentStatus>(status).value());
    if (!severity.empty()) filter.add(field<&Incident::severity> == severity);
    if (!service.empty()) filter.add(field<&Incident::service> == service);
    return filter;
  }
  static auto query(const Filter<Incident>& filter) {
    return where(filter).order_by(desc<&Incident::created_at>);
  }

  static std::vector<Table::Column> columns() {
    return {{"ID"},       {"CREATED"},    {"STATUS"},
            {"SEVERITY"}, {"ALERT"},      {"NAMESPACE"},
            {"SERVICE"},  {"ROOT CAUSE"}, {"CONFIDENCE", Table::Align::right}};
  }
  static std::vector<std::string> cells(const IncidentSummary& incident) {
    return {to_string(incident.incident_id),
            time_text(incident.created_at),
            std::string(enum_name(incident.status)),
            incident.severity,
            incident.alert_name,
            or_dash(incident.namespace_),
            or_dash(incident.service),
            or_dash(incident.root_cause),
            incident.confidence_score ? percent(*incident.confidence_score) : "-"};
  }
  static std::optional<Incident> find(const IncidentStore& store, const std::string& key) {
    const auto id = Uuid::parse(key);
    if (!id) throw UsageError("an incident's id is a UUID of 36 characters; see: tenon incident list");
    return store.get(*id);
  }
  static void remove(const IncidentStore& store, const Incident& incident) {
    store.remove(incident.incident_id);
  }
};

}  // namespace

void add_incident_command(CLI::App& program, Session& session) {
  EntityCommand<IncidentKind>::add(program, session);
}

}  // namespace tenon::cli
