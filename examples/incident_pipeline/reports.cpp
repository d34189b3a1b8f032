#include "reports.hpp"

#include <iomanip>
#include <iostream>
#include <stdexcept>

#include <tenon/enum_name.hpp>
#include <tenon/interchange.hpp>

#include "../common/output.hpp"

using common::printable;

void print_list(const tenon::TenantScope& scope, const ListFilter& filter) {
  tenon::IncidentFilter chosen{.status = {}, .severity = filter.severity, .service = filter.service};
  if (filter.status) {
    chosen.status = tenon::parse_enum<tenon::IncidentStatus>(*filter.status);
    if (!chosen.status) throw std::runtime_error("no such status: " + *filter.status);
  }
  for (const auto& incident : tenon::IncidentStore{scope}.list(chosen).items) {
    std::cout << to_string(incident.incident_id) << "  " << std::left << std::setw(18)
              << tenon::enum_name(incident.status) << std::setw(10) << printable(incident.severity)
              << printable(incident.service.value_or("-")) << ": " << printable(incident.alert_name);
    if (incident.root_cause) std::cout << " <- " << printable(*incident.root_cause);
    std::cout << '\n';
  }
}

void print_incident(const tenon::TenantScope& scope, const std::string& id) {
  const auto parsed = tenon::Uuid::parse(id);
  const auto incident = parsed ? tenon::IncidentStore{scope}.get(*parsed) : std::nullopt;
  if (!incident) throw std::runtime_error("there is no incident " + id);
  std::cout << tenon::interchange::to_json(*incident) << '\n';
}

void print_report(const tenon::TenantScope& scope) {
  const tenon::IncidentStore incidents{scope};
  for (const auto& [status, count] : incidents.count_by_status())
    std::cout << std::left << std::setw(18) << tenon::enum_name(status) << std::right << std::setw(8)
              << count << '\n';
  for (const auto& [severity, count] : incidents.count_by_severity())
    std::cout << std::left << std::setw(18) << printable(severity) << std::right << std::setw(8) << count
              << '\n';
  if (const auto confidence = incidents.average_confidence())
    std::cout << "average confidence " << std::fixed << std::setprecision(2) << *confidence << '\n';
}
