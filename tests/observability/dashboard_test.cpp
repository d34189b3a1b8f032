#include <fstream>
#include <iterator>
#include <map>
#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <regex>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include <tenon/observers/prometheus.hpp>

#include "events.hpp"

// The dashboard and the page name exactly the metrics that there are.

namespace tenon::test {
namespace {

std::string file(const std::string& name) {
  std::ifstream in(std::string(DOCS) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Metric {
  ::prometheus::MetricType type;
  std::set<std::string> labels;
};

std::map<std::string, Metric> existing() {
  PrometheusObserver observer;
  observer.statement(event("policies.get"));
  observer.migration(migrated());
  std::map<std::string, Metric> metrics;
  for (const auto& family : observer.collectable()->Collect()) {
    Metric& metric = metrics[family.name];
    metric.type = family.type;
    for (const auto& one : family.metric)
      for (const auto& label : one.label) metric.labels.insert(label.name);
    if (family.type == ::prometheus::MetricType::Histogram) metric.labels.insert("le");
  }
  return metrics;
}

std::string without(const std::string& text, const std::string& suffix) {
  return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
}

// The metric behind a series' name, or nothing.
std::string metric_of(const std::string& series, const std::map<std::string, Metric>& metrics) {
  if (metrics.count(series) != 0)
    return metrics.at(series).type == ::prometheus::MetricType::Histogram ? "" : series;
  for (const char* suffix : {"_bucket", "_sum", "_count"}) {
    const std::string base = without(series, suffix);
    if (base != series && metrics.count(base) != 0 &&
        metrics.at(base).type == ::prometheus::MetricType::Histogram)
      return base;
  }
  return "";
}

std::vector<std::string> queries(const nlohmann::json& dashboard) {
  std::vector<std::string> found;
  for (const auto& panel : dashboard.at("panels"))
    for (const auto& target : panel.value("targets", nlohmann::json::array()))
      found.push_back(target.at("expr").get<std::string>());
  return found;
}

TEST(Dashboard, AsksForMetricsAndLabelsThatThereAre) {
  const auto metrics = existing();
  const auto dashboard = nlohmann::json::parse(file("grafana-dashboard.json"));
  const std::regex name("tenon_db_[a-z_]+"), grouping(R"(by\s*\(([^)]*)\))"), word("[a-z_]+");
  std::set<std::string> shown;
  for (const std::string& query : queries(dashboard)) {
    std::set<std::string> labels;
    for (std::sregex_iterator at(query.begin(), query.end(), name), end; at != end; ++at) {
      const std::string metric = metric_of(at->str(), metrics);
      EXPECT_NE(metric, "") << at->str() << " in " << query;
      if (metric.empty()) continue;
      shown.insert(metric);
      labels.insert(metrics.at(metric).labels.begin(), metrics.at(metric).labels.end());
    }
    for (std::sregex_iterator at(query.begin(), query.end(), grouping), end; at != end; ++at) {
      const std::string list = (*at)[1];
      for (std::sregex_iterator label(list.begin(), list.end(), word); label != end; ++label)
        EXPECT_EQ(labels.count(label->str()), 1U) << label->str() << " in " << query;
    }
  }
  for (const auto& [metric, unused] : metrics)
    EXPECT_EQ(shown.count(metric), 1U) << metric << " is not shown";
}

TEST(ObservabilityPage, ListsEveryMetricAndNoOther) {
  const auto metrics = existing();
  const std::string page = file("observability.md");
  const std::regex name("`(tenon_db_[a-z_]+)`");
  std::set<std::string> listed;
  for (std::sregex_iterator at(page.begin(), page.end(), name), end; at != end; ++at)
    listed.insert((*at)[1]);
  std::set<std::string> known;
  for (const auto& [metric, unused] : metrics) known.insert(metric);
  EXPECT_EQ(listed, known);
}

}  // namespace
}  // namespace tenon::test
