#include <algorithm>
#include <array>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <utility>

#include <tenon/observers/prometheus.hpp>

#include "pool_metrics.hpp"

namespace tenon {

class PrometheusObserver::Metrics final : public ::prometheus::Collectable {
 public:
  explicit Metrics(Options options)
      : options_(std::move(options)),
        queries_(::prometheus::BuildCounter()
                     .Name("tenon_db_queries_total")
                     .Help("Statements that ended, by store, operation and outcome")
                     .Labels(options_.labels)
                     .Register(registry_)),
        durations_(::prometheus::BuildHistogram()
                       .Name("tenon_db_query_duration_seconds")
                       .Help("How long statements took, the wait for a connection included")
                       .Labels(options_.labels)
                       .Register(registry_)),
        migrations_(
            ::prometheus::BuildCounter()
                .Name("tenon_db_migrations_total")
                .Help(
                    "Migrations that were applied, reverted or failed, by component, direction and outcome")
                .Labels(options_.labels)
                .Register(registry_)) {}

  void add(const StatementEvent& event) {
    const Series& series = series_of(event);
    series.count->Increment();
    series.duration->Observe(std::chrono::duration<double>(event.duration).count());
  }

  void add(const MigrationRun& run) {
    migrations_
        .Add({{"component", std::string(run.component)},
              {"direction", run.direction == MigrationDirection::up ? "up" : "down"},
              {"outcome", run.error != nullptr ? std::string(to_string(run.error->kind())) : "ok"}})
        .Increment();
  }

  void watch(std::function<std::optional<PoolStats>()> pool) {
    const std::lock_guard lock(mutex_);
    pools_.push_back({std::move(pool), {}});
  }

  [[nodiscard]] std::vector<::prometheus::MetricFamily> Collect() const override {
    std::vector<::prometheus::MetricFamily> families = registry_.Collect();
    std::vector<::prometheus::MetricFamily> pool = pool_metrics(pool_stats(), options_.labels);
    std::move(pool.begin(), pool.end(), std::back_inserter(families));
    return families;
  }

 private:
  struct Series {
    ::prometheus::Counter* count;
    ::prometheus::Histogram* duration;
  };
  struct Key {
    std::string name;
    std::string_view outcome;  // a literal of the library's

    friend auto operator<=>(const Key&, const Key&) = default;
  };

  const Series& series_of(const StatementEvent& event) {
    Key key{std::string(event.name), event.outcome()};
    const std::lock_guard lock(mutex_);
    if (const auto known = series_.find(key); known != series_.end()) return known->second;
    const ::prometheus::Labels labels{{"store", std::string(event.store())},
                                      {"operation", std::string(event.operation())},
                                      {"outcome", std::string(event.outcome())}};
    const Series made{&queries_.Add(labels), &durations_.Add(labels, options_.buckets)};
    return series_.emplace(std::move(key), made).first->second;  // stays where it is
  }

  struct Pool {
    std::function<std::optional<PoolStats>()> ask;
    PoolStats counted;  // when it was asked last
  };

  // Of all databases that are still there, added up, with what was counted in the others: a counter never
  // goes back.
  [[nodiscard]] PoolStats pool_stats() const {
    const std::lock_guard one_at_a_time(asking_);
    adopt_new_pools();
    PoolStats sum;
    std::erase_if(asked_, [&](Pool& pool) {
      const std::optional<PoolStats> stats =
          pool.ask();  // takes locks of the database, so not under mutex_
      if (!stats || stats->created < pool.counted.created) add_up(gone_, std::exchange(pool.counted, {}));
      if (!stats) return true;
      pool.counted = stats->counters();
      add_up(sum, *stats);
      return false;
    });
    add_up(sum, gone_);
    return sum;
  }

  void adopt_new_pools() const {
    const std::lock_guard lock(mutex_);
    asked_.splice(asked_.end(), pools_);
  }

  const Options options_;
  ::prometheus::Registry registry_;
  ::prometheus::Family<::prometheus::Counter>& queries_;
  ::prometheus::Family<::prometheus::Histogram>& durations_;
  ::prometheus::Family<::prometheus::Counter>& migrations_;
  mutable std::mutex mutex_;
  std::map<Key, Series> series_;
  mutable std::list<Pool> pools_;  // opened since the last question

  mutable std::mutex asking_;  // before mutex_
  mutable std::list<Pool> asked_;
  mutable PoolStats gone_;  // counters of databases that are closed
};

PrometheusObserver::PrometheusObserver() : PrometheusObserver(Options{}) {}

PrometheusObserver::PrometheusObserver(Options options)
    : metrics_(std::make_shared<Metrics>(std::move(options))) {}

PrometheusObserver::~PrometheusObserver() = default;

void PrometheusObserver::opened(const DatabaseIdentity&, std::function<std::optional<PoolStats>()> pool) {
  metrics_->watch(std::move(pool));
}

void PrometheusObserver::statement(const StatementEvent& event) {
  metrics_->add(event);
}

void PrometheusObserver::migration(const MigrationRun& run) {
  metrics_->add(run);
}

std::shared_ptr<::prometheus::Collectable> PrometheusObserver::collectable() const {
  return metrics_;
}

}  // namespace tenon
