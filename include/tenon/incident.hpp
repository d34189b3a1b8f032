#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <tenon/export.hpp>
#include <tenon/json.hpp>
#include <tenon/table.hpp>
#include <tenon/time.hpp>
#include <tenon/uuid.hpp>

namespace tenon {

/// How far an incident has come. It only moves forward; completed and failed are ends.
enum class IncidentStatus : std::uint8_t {
  pending,
  context_collected,
  context_enriched,
  completed,
  failed
};
BOOST_DESCRIBE_ENUM(IncidentStatus, pending, context_collected, context_enriched, completed, failed)

/// An alert and what was found out about it, stage by stage.
struct Incident {
  Uuid incident_id{};  ///< time-ordered (version 7)
  IncidentStatus status = IncidentStatus::pending;
  Json alert_input{"{}"};
  std::optional<Json> primary_context{};
  std::optional<Json> enhanced_context{};
  std::optional<Json> diagnostic_report{};
  std::string alert_name{};
  std::string severity{};
  std::optional<std::string> namespace_{};
  std::optional<std::string> service{};
  std::optional<std::string> root_cause{};
  std::optional<double> confidence_score{};  ///< 0 to 1
  std::optional<std::string> failure_reason{};
  Timestamp created_at{};
  Timestamp updated_at{};

  friend TENON_API bool operator==(const Incident& a, const Incident& b);
};
BOOST_DESCRIBE_STRUCT(Incident, (),
                      (incident_id, status, alert_input, primary_context, enhanced_context,
                       diagnostic_report, alert_name, severity, namespace_, service, root_cause,
                       confidence_score, failure_reason, created_at, updated_at))

template <>
struct Table<Incident> {
  static constexpr auto name = "tenon.incidents";
  static constexpr auto key = std::tuple{&Incident::incident_id};
};

/// A projection of Incident for lists: everything but the JSON.
struct IncidentSummary {
  Uuid incident_id{};
  IncidentStatus status = IncidentStatus::pending;
  std::string alert_name{};
  std::string severity{};
  std::optional<std::string> namespace_{};
  std::optional<std::string> service{};
  std::optional<std::string> root_cause{};
  std::optional<double> confidence_score{};
  Timestamp created_at{};
  Timestamp updated_at{};
};
BOOST_DESCRIBE_STRUCT(IncidentSummary, (),
                      (incident_id, status, alert_name, severity, namespace_, service, root_cause,
                       confidence_score, created_at, updated_at))

}  // namespace tenon
