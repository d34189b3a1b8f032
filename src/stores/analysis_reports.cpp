#include <array>

#include <tenon/analysis_store.hpp>

#include "report.hpp"

namespace tenon {
namespace {

using backend::Type;

// `FROM analyses WHERE tenant_id = … AND started_at in the period`
void write_source(detail::Report& report, const Period& period) {
  const auto bound = [](Timestamp time) {
    return backend::Value::integral(Type::timestamp, time.time_since_epoch().count());
  };
  (report << " FROM ").table(Table<Analysis>::name).where_tenant();
  if (period.since) (report << " AND started_at >= ").value(bound(*period.since));
  if (period.until) (report << " AND started_at < ").value(bound(*period.until));
}

constexpr std::string_view totals =
    "count(*), coalesce(sum(estimated_monthly_cost), 0.0), coalesce(avg(estimated_monthly_cost), 0.0)";

}  // namespace

std::vector<EnvironmentTotal> AnalysisStore::totals_by_environment(const Period& period) const {
  static constexpr std::array columns{Type::text, Type::int64, Type::float64, Type::float64};
  detail::Report report(executor(), "analyses.totals_by_environment");
  report << "SELECT environment, " << totals;
  write_source(report, period);
  report << " GROUP BY environment ORDER BY 3 DESC, environment";
  std::vector<EnvironmentTotal> result;
  report.run(columns, [&](backend::Values row) {
    result.push_back({std::string(row[0].bytes()), row[1].integral(), row[2].real(), row[3].real()});
    return true;
  });
  return result;
}

std::vector<AnalysisSummary> AnalysisStore::top_by_cost(std::size_t count, const Period& period) const {
  if (count == 0 || count > 1000)
    throw Error(Error::Kind::invalid_argument, "analyses.top_by_cost: the count is 1 to 1000");
  Filter<Analysis> filter;
  if (period.since) filter.add(field<&Analysis::started_at> >= *period.since);
  if (period.until) filter.add(field<&Analysis::started_at> < *period.until);
  return Base::find<AnalysisSummary>(
             where(filter).order_by(desc<&Analysis::estimated_monthly_cost>).limit(count))
      .items;
}

BlockRate AnalysisStore::block_rate(const Period& period) const {
  static constexpr std::array columns{Type::int64, Type::int64};
  detail::Report report(executor(), "analyses.block_rate");
  report << "SELECT count(*), count(*) FILTER (WHERE policy_status = 'block')";
  write_source(report, period);
  report << " AND policy_status <> 'not_evaluated'";
  BlockRate result;
  report.run(columns, [&](backend::Values row) {
    result.evaluated = row[0].integral();
    result.blocked = row[1].integral();
    return true;
  });
  if (result.evaluated > 0)
    result.rate = static_cast<double>(result.blocked) / static_cast<double>(result.evaluated);
  return result;
}

std::vector<TrendPoint> AnalysisStore::cost_trend(backend::CalendarUnit unit, const Period& period) const {
  static constexpr std::array columns{Type::timestamp, Type::int64, Type::float64, Type::float64};
  detail::Report report(executor(), "analyses.cost_trend");
  report << "SELECT " << executor().dialect().start_of(unit, "started_at") << ", " << totals;
  write_source(report, period);
  report << " GROUP BY 1 ORDER BY 1";
  std::vector<TrendPoint> result;
  report.run(columns, [&](backend::Values row) {
    if (row[0].is_null())
      throw Error(Error::Kind::unsupported,
                  "analyses.cost_trend: an analysis was started outside the years 0 to 9999");
    const Timestamp start{std::chrono::microseconds{row[0].integral()}};
    result.push_back({start, row[1].integral(), row[2].real(), row[3].real()});
    return true;
  });
  return result;
}

AnalysisStatistics AnalysisStore::statistics(const Period& period) const {
  static constexpr std::array columns{Type::int64, Type::float64, Type::int64};
  detail::Report report(executor(), "analyses.statistics");
  report << "SELECT count(*), coalesce(avg(estimated_monthly_cost), 0.0), "
            "count(*) FILTER (WHERE policy_status = 'block')";
  write_source(report, period);
  AnalysisStatistics result;
  report.run(columns, [&](backend::Values row) {
    result = {row[0].integral(), row[1].real(), row[2].integral()};
    return true;
  });
  return result;
}

}  // namespace tenon
