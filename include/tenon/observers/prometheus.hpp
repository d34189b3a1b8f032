#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <tenon/export.hpp>
#include <tenon/observer.hpp>

namespace prometheus {
class Collectable;
}

namespace tenon {

/// Metrics for Prometheus, through prometheus-cpp. Link the CMake component tenon::prometheus.
///
///     auto metrics = std::make_shared<tenon::PrometheusObserver>();
///     prometheus::Exposer exposer{"0.0.0.0:9464"};
///     exposer.RegisterCollectable(metrics->collectable());
///     config.observer = metrics;
///
/// Statements are labelled by store, operation and outcome, never by tenant. Figures of the pool are taken
/// when they are asked for; with several databases on one observer they are added up, so give each an
/// observer with `labels` of its own to keep them apart. docs/observability.md lists all metrics.
///
/// Thread safety: as Observer.
class TENON_API PrometheusObserver final : public Observer {
 public:
  struct Options {
    std::map<std::string, std::string> labels{};  ///< put on every metric: {{"database", "ops"}}
    /// Upper bounds of the buckets of tenon_db_query_duration_seconds, ascending, in seconds.
    std::vector<double> buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                0.1,    0.25,  0.5,    1,     2.5,  5,     10};
  };

  PrometheusObserver();
  explicit PrometheusObserver(Options options);
  ~PrometheusObserver() override;

  void opened(const DatabaseIdentity& database, std::function<std::optional<PoolStats>()> pool) override;
  void statement(const StatementEvent& event) override;
  void migration(const MigrationRun& run) override;

  /// For prometheus::Exposer::RegisterCollectable, which keeps a weak pointer: it lives as long as this
  /// observer and its copies of the pointer.
  [[nodiscard]] std::shared_ptr<::prometheus::Collectable> collectable() const;

 private:
  class Metrics;
  std::shared_ptr<Metrics> metrics_;
};

}  // namespace tenon
