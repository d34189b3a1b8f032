#pragma once

#include <map>
#include <prometheus/metric_family.h>
#include <string>
#include <vector>

#include <tenon/pool.hpp>

namespace tenon {

void add_up(PoolStats& sum, const PoolStats& stats);
// A pool's figures as metrics with these labels.
[[nodiscard]] std::vector<::prometheus::MetricFamily> pool_metrics(
    const PoolStats& stats, const std::map<std::string, std::string>& labels);

}  // namespace tenon
