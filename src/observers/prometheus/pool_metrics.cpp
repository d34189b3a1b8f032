#include "pool_metrics.hpp"

#include <limits>
#include <utility>

namespace tenon {
namespace {

using ::prometheus::ClientMetric;
using ::prometheus::MetricFamily;
using ::prometheus::MetricType;

class Families {
 public:
  explicit Families(const std::map<std::string, std::string>& labels) {
    for (const auto& [name, value] : labels) labels_.push_back({name, value});
  }

  void gauge(const char* name, const char* help, std::size_t value) {
    ClientMetric metric = labelled();
    metric.gauge.value = static_cast<double>(value);
    add(name, help, MetricType::Gauge, {std::move(metric)});
  }
  void counter(const char* name, const char* help, std::uint64_t value) {
    ClientMetric metric = labelled();
    metric.counter.value = static_cast<double>(value);
    add(name, help, MetricType::Counter, {std::move(metric)});
  }
  void add(const char* name, const char* help, MetricType type, std::vector<ClientMetric> metrics) {
    MetricFamily family;
    family.name = name;
    family.help = help;
    family.type = type;
    family.metric = std::move(metrics);
    families_.push_back(std::move(family));
  }
  [[nodiscard]] ClientMetric labelled() const {
    ClientMetric metric;
    metric.label = labels_;
    return metric;
  }
  [[nodiscard]] std::vector<MetricFamily> take() { return std::move(families_); }

 private:
  std::vector<ClientMetric::Label> labels_;
  std::vector<MetricFamily> families_;
};

std::vector<ClientMetric> evictions(const Families& families, const PoolStats& stats) {
  std::vector<ClientMetric> metrics;
  for (std::size_t i = 0; i < eviction_count; ++i) {
    ClientMetric metric = families.labelled();
    metric.label.push_back({"reason", std::string(to_string(static_cast<Eviction>(i)))});
    metric.counter.value = static_cast<double>(stats.evictions[i]);
    metrics.push_back(std::move(metric));
  }
  return metrics;
}

ClientMetric waits(const Families& families, const PoolStats& stats) {
  ClientMetric metric = families.labelled();
  metric.histogram.sample_sum = std::chrono::duration<double>(stats.acquire_wait_total).count();
  for (std::size_t i = 0; i < stats.acquire_waits.size(); ++i) {
    metric.histogram.sample_count += stats.acquire_waits[i];
    const bool bounded = i < PoolStats::wait_bounds.size();
    metric.histogram.bucket.push_back(
        {metric.histogram.sample_count,
         bounded ? std::chrono::duration<double>(PoolStats::wait_bounds[i]).count()
                 : std::numeric_limits<double>::infinity()});
  }
  return metric;
}

}  // namespace

void add_up(PoolStats& sum, const PoolStats& stats) {
  for (const auto member : {&PoolStats::size, &PoolStats::capacity, &PoolStats::total, &PoolStats::active,
                            &PoolStats::idle, &PoolStats::connecting, &PoolStats::waiting})
    sum.*member += stats.*member;
  for (const auto member :
       {&PoolStats::created, &PoolStats::closed, &PoolStats::connect_failures, &PoolStats::acquired,
        &PoolStats::waited, &PoolStats::timeouts, &PoolStats::leaks})
    sum.*member += stats.*member;
  for (std::size_t i = 0; i < sum.evictions.size(); ++i) sum.evictions[i] += stats.evictions[i];
  for (std::size_t i = 0; i < sum.acquire_waits.size(); ++i) sum.acquire_waits[i] += stats.acquire_waits[i];
  sum.acquire_wait_total += stats.acquire_wait_total;
}

std::vector<MetricFamily> pool_metrics(const PoolStats& stats,
                                       const std::map<std::string, std::string>& labels) {
  Families families(labels);
  families.gauge("tenon_db_pool_size", "Connections that the pool keeps open", stats.size);
  families.gauge("tenon_db_pool_capacity", "Most connections at once, overflow included", stats.capacity);
  families.gauge("tenon_db_pool_active", "Connections in use", stats.active);
  families.gauge("tenon_db_pool_idle", "Open connections that nobody uses", stats.idle);
  families.gauge("tenon_db_pool_connecting", "Connections being opened", stats.connecting);
  families.gauge("tenon_db_pool_waiting", "Callers that wait for a connection", stats.waiting);
  families.add("tenon_db_pool_acquire_duration_seconds", "How long callers waited for their connection",
               MetricType::Histogram, {waits(families, stats)});
  families.counter("tenon_db_pool_creations_total", "Connections opened", stats.created);
  families.counter("tenon_db_pool_connect_failures_total", "Connections that could not be opened",
                   stats.connect_failures);
  families.counter("tenon_db_pool_timeouts_total", "Callers that waited for a connection in vain",
                   stats.timeouts);
  families.counter("tenon_db_pool_leaks_total", "Connections reported as held for too long", stats.leaks);
  families.add("tenon_db_pool_evictions_total", "Connections closed, by reason", MetricType::Counter,
               evictions(families, stats));
  return families.take();
}

}  // namespace tenon
