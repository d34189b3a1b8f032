#include <tenon/analysis_store.hpp>
#include <tenon/enum_name.hpp>
#include <tenon/incident_store.hpp>

#include "api.hpp"
#include "dashboard_page.hpp"
#include "http.hpp"

namespace {

using nlohmann::json;

json pool_gauges(const tenon::PoolStats& pool) {
  return {
      {"active", pool.active}, {"idle", pool.idle}, {"waiting", pool.waiting}, {"capacity", pool.capacity}};
}

json figures(const tenon::Database& database, const tenon::TenantScope& scope) {
  const tenon::AnalysisStore analyses{scope};
  json by_environment = json::array();
  for (const auto& total : analyses.totals_by_environment())
    by_environment.push_back({{"name", total.environment}, {"value", total.total_monthly_cost}});
  json trend = json::array();
  for (const auto& point : analyses.cost_trend(tenon::backend::CalendarUnit::day))
    trend.push_back(
        {{"name", tenon::to_string(point.start).substr(0, 10)}, {"value", point.average_monthly_cost}});
  json by_status = json::array();
  for (const auto& [status, count] : tenon::IncidentStore{scope}.count_by_status())
    by_status.push_back({{"name", tenon::enum_name(status)}, {"value", count}});
  const auto rate = analyses.block_rate();
  return {{"tenant", scope.context().tenant()},
          {"pool", pool_gauges(database.pool_stats())},
          {"cost_by_environment", std::move(by_environment)},
          {"cost_trend", std::move(trend)},
          {"block_rate", {{"evaluated", rate.evaluated}, {"blocked", rate.blocked}, {"rate", rate.rate}}},
          {"incidents_by_status", std::move(by_status)}};
}

}  // namespace

void add_dashboard(httplib::Server& server, Api& api) {
  add_route(server, "/", {{"GET", [](const auto&, auto& response) {
                             response.set_header(
                                 "Content-Security-Policy",
                                 "default-src 'none'; script-src 'unsafe-inline'; style-src "
                                 "'unsafe-inline'; connect-src 'self'; img-src data:");
                             response.set_content(dashboard_page, "text/html; charset=utf-8");
                           }}});
  add_route(server, "/api/v1/dashboard", {{"GET", [&api](const auto& request, auto& response) {
                                             send(response, figures(api.database, api.scope(request)));
                                           }}});
}
