#include "reports.hpp"

#include <iomanip>
#include <iostream>
#include <stdexcept>

#include <tenon/analysis_store.hpp>
#include <tenon/enum_name.hpp>

#include "../common/output.hpp"

using common::printable;

void print_history(const Settings& settings, const HistoryFilter& filter) {
  tenon::Filter<tenon::Analysis> chosen;
  chosen.equal<&tenon::Analysis::environment>(filter.environment);
  if (filter.status) {
    const auto status = tenon::parse_enum<tenon::PolicyStatus>(*filter.status);
    if (!status) throw std::runtime_error("no such status: " + *filter.status);
    chosen.equal<&tenon::Analysis::policy_status>(status);
  }
  const auto page = tenon::AnalysisStore{settings.scope()}.find<tenon::AnalysisSummary>(
      tenon::where(chosen).order_by(tenon::desc<&tenon::Analysis::started_at>).limit(filter.limit));
  for (const tenon::AnalysisSummary& analysis : page.items)
    std::cout << tenon::to_string(analysis.started_at).substr(0, 16) << "  " << std::left << std::setw(12)
              << printable(analysis.environment) << std::setw(10)
              << tenon::enum_name(analysis.policy_status) << std::right << std::fixed
              << std::setprecision(2) << std::setw(12) << analysis.estimated_monthly_cost << "  "
              << printable(analysis.request_id) << '\n';
  if (page.next) std::cout << "…\n";
}

void print_statistics(const Settings& settings) {
  const tenon::AnalysisStore analyses{settings.scope()};
  const auto [total, average, blocked] = analyses.statistics();
  const auto rate = analyses.block_rate();
  std::cout << std::fixed << std::setprecision(2) << total << " analyses, " << average
            << " a month on average; " << blocked << " of " << rate.evaluated << " blocked ("
            << rate.rate * 100 << " %)\n";
  for (const auto& environment : analyses.totals_by_environment())
    std::cout << "  " << std::left << std::setw(16) << printable(environment.environment) << std::right
              << std::setw(6) << environment.analyses << std::setw(14) << environment.total_monthly_cost
              << '\n';
}

void print_trend(const Settings& settings, tenon::backend::CalendarUnit unit) {
  for (const auto& point : tenon::AnalysisStore{settings.scope()}.cost_trend(unit))
    std::cout << tenon::to_string(point.start).substr(0, 10) << std::setw(6) << point.analyses << std::fixed
              << std::setprecision(2) << std::setw(14) << point.average_monthly_cost << '\n';
}

void prune(const Settings& settings, unsigned days) {
  const auto removed =
      tenon::AnalysisStore{settings.scope()}.remove_older_than(days, [](std::uint64_t so_far) {
        std::cerr << so_far << " removed\n";
        return true;
      });
  std::cout << removed << " analyses older than " << days << " days removed\n";
}
