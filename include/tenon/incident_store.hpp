#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/incident.hpp>
#include <tenon/repository.hpp>

namespace tenon {

/// What IncidentStore::list keeps; an empty field keeps everything.
struct IncidentFilter {
  std::optional<IncidentStatus> status{};
  std::optional<std::string> severity{};
  std::optional<std::string> service{};
};

struct StatusCount {
  IncidentStatus status = IncidentStatus::pending;
  std::int64_t incidents = 0;
};
BOOST_DESCRIBE_STRUCT(StatusCount, (), (status, incidents))

struct SeverityCount {
  std::string severity{};
  std::int64_t incidents = 0;
};
BOOST_DESCRIBE_STRUCT(SeverityCount, (), (severity, incidents))

/// One tenant's incidents: their life from alert to report, lists and counts.
///
/// The alert and contexts are kept byte for byte; alert_name, severity, namespace, service come from the
/// alert, root_cause and confidence_score from the report.
///
/// Throws, beyond Repository: invalid_argument for JSON that lacks what is taken from it; not_found;
/// conflict when an incident would have to move backwards or is at its end.
///
/// Thread safety: as Repository. Moves are single statements: of two that race, one gets conflict.
class TENON_API IncidentStore : private Repository<Incident> {
  using Base = Repository<Incident>;

 public:
  explicit IncidentStore(const TenantScope& scope) : Base(scope) {}
  explicit IncidentStore(Transaction& transaction) : Base(transaction) {}

  using Base::claim;
  using Base::count;
  using Base::exists;
  using Base::find;
  using Base::for_each;
  using Base::get;
  using Base::remove;
  using Base::remove_where;

  /// A new incident, status pending, with a time-ordered id, from one alert of an Alertmanager webhook
  /// (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config): an object with `labels`,
  /// of which `alertname` is needed; `severity` (else "unknown"), `namespace` and `service` (else `job`)
  /// are taken when they are there. Whatever Json takes may stand beside them. Not stored yet.
  [[nodiscard]] static Incident from_alert(Json alert);
  /// Returns the id: the incident's own, or a new time-ordered one when that is nil. Throws
  /// invalid_argument for one without an alert_name.
  Uuid insert(const Incident& incident) const;
  /// All or none; nil ids are replaced. Returns how many.
  std::uint64_t insert_all(std::span<const Incident> incidents) const;

  /// from_alert and insert; returns the incident.
  Incident create(Json alert) const;

  /// pending → context_collected.
  void attach_primary_context(const Uuid& id, Json context) const;
  /// pending or context_collected → context_enriched.
  void attach_enhanced_context(const Uuid& id, Json context) const;
  /// Any open status → completed. `root_cause` (text) and `confidence_score` (0 to 1) of the report's
  /// object are taken when they are there; whatever Json takes may stand beside them.
  void attach_diagnostic_report(const Uuid& id, Json report) const;
  /// Any open status → failed.
  void fail(const Uuid& id, std::string reason) const;

  /// Newest first, without the JSON; `list(filter, 50, page.next)` continues.
  [[nodiscard]] Page<IncidentSummary> list(const IncidentFilter& filter = {}, std::size_t limit = 100,
                                           std::optional<Cursor> after = {}) const;
  /// Every status in its order, those without incidents with zero.
  [[nodiscard]] std::vector<StatusCount> count_by_status() const;
  /// Severities that occur, the most frequent first.
  [[nodiscard]] std::vector<SeverityCount> count_by_severity() const;
  /// Over the completed incidents that have a score; nothing when none has.
  [[nodiscard]] std::optional<double> average_confidence() const;
};

}  // namespace tenon
