#include "reports.hpp"

#include <iostream>

#include <tenon/tenon.hpp>

#include "incident_life.hpp"
#include "table.hpp"

namespace {

void print_costs(const tenon::AnalysisStore& analyses) {
  Table by_environment("Cost by environment", {"environment", "analyses", "total a month", "average"});
  for (const auto& total : analyses.totals_by_environment())
    by_environment.add({total.environment, std::to_string(total.analyses), money(total.total_monthly_cost),
                        money(total.average_monthly_cost)});
  by_environment.print();

  Table top("Dearest analyses", {"environment", "decided by", "monthly cost"}, 2);
  for (const auto& analysis : analyses.top_by_cost(3))
    top.add(
        {analysis.environment, analysis.policy_id.value_or("-"), money(analysis.estimated_monthly_cost)});
  top.print();

  Table trend("Trend by day", {"day", "analyses", "average"});
  for (const auto& point : analyses.cost_trend(tenon::backend::CalendarUnit::day))
    trend.add({tenon::to_string(point.start).substr(0, 10), std::to_string(point.analyses),
               money(point.average_monthly_cost)});
  trend.print();

  const auto [evaluated, blocked, rate] = analyses.block_rate();
  std::cout << "\nBlock rate: " << blocked << " of " << evaluated << " analyses (" << money(rate * 100)
            << " %)\n";
}

void print_incidents(const tenon::IncidentStore& incidents) {
  Table by_status("Incidents by status", {"status", "incidents"});
  for (const auto& [status, count] : incidents.count_by_status())
    by_status.add({std::string(tenon::enum_name(status)), std::to_string(count)});
  by_status.print();

  Table by_severity("Incidents by severity", {"severity", "incidents"});
  for (const auto& [severity, count] : incidents.count_by_severity())
    by_severity.add({severity, std::to_string(count)});
  by_severity.print();
}

}  // namespace

void print_reports(const tenon::TenantScope& scope) {
  std::cout << "\n==== Reports of " << scope.context().tenant() << " ====\n";
  print_costs(tenon::AnalysisStore{scope});
  print_incidents(tenon::IncidentStore{scope});
}
