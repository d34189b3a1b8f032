#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include <tenon/analysis_store.hpp>
#include <tenon/incident_store.hpp>

#include "commands.hpp"
#include "enum_names.hpp"
#include "json_list.hpp"
#include "output.hpp"
#include "session.hpp"
#include "table.hpp"

namespace tenon::cli {
namespace {

constexpr auto right = Table::Align::right;

struct ReportOptions {
  std::string since;
  std::string until;
  std::size_t count = 10;
  std::string by = "day";

  [[nodiscard]] Period period() const { return {moment("--since", since), moment("--until", until)}; }

 private:
  static std::optional<Timestamp> moment(const char* option, const std::string& text) {
    if (text.empty()) return std::nullopt;
    if (const auto date = parse_date(text)) return Timestamp{*date};
    if (const auto time = parse_timestamp(text)) return time;
    throw UsageError(std::string(option) + " takes a day as 2026-11-21 or a time as 2026-11-21T08:30:00Z");
  }
};

template <class Range>
void show(const Session& session, const Range& items, const Table& table) {
  write(session.settings.json ? json_array(items) + "\n" : table.text());
}

void environments(Session& session, const ReportOptions& options) {
  const auto totals = AnalysisStore{session.reader()}.totals_by_environment(options.period());
  Table table({{"ENVIRONMENT"}, {"ANALYSES", right}, {"TOTAL A MONTH", right}, {"AVERAGE", right}});
  for (const EnvironmentTotal& total : totals)
    table.add({total.environment, std::to_string(total.analyses), money(total.total_monthly_cost),
               money(total.average_monthly_cost)});
  show(session, totals, table);
}

void top(Session& session, const ReportOptions& options) {
  const auto analyses = AnalysisStore{session.reader()}.top_by_cost(options.count, options.period());
  Table table({{"MONTHLY COST", right}, {"STATUS"}, {"POLICY"}, {"ENVIRONMENT"}, {"STARTED"}, {"REQUEST"}});
  for (const AnalysisSummary& analysis : analyses)
    table.add({money(analysis.estimated_monthly_cost), std::string(enum_name(analysis.policy_status)),
               or_dash(analysis.policy_id), analysis.environment, time_text(analysis.started_at),
               analysis.request_id});
  show(session, analyses, table);
}

void block_rate(Session& session, const ReportOptions& options) {
  const BlockRate rate = AnalysisStore{session.reader()}.block_rate(options.period());
  Table table({{"EVALUATED", right}, {"BLOCKED", right}, {"RATE", right}});
  table.add({std::to_string(rate.evaluated), std::to_string(rate.blocked), percent(rate.rate)});
  write(session.settings.json ? interchange::to_json(rate) + "\n" : table.text());
}

void trend(Session& session, const ReportOptions& options) {
  const auto unit = options.by == "month"  ? backend::CalendarUnit::month
                    : options.by == "week" ? backend::CalendarUnit::week
                                           : backend::CalendarUnit::day;
  const auto points = AnalysisStore{session.reader()}.cost_trend(unit, options.period());
  Table table({{"FROM"}, {"ANALYSES", right}, {"TOTAL A MONTH", right}, {"AVERAGE", right}});
  for (const TrendPoint& point : points)
    table.add({to_string(point.start).substr(0, 10), std::to_string(point.analyses),
               money(point.total_monthly_cost), money(point.average_monthly_cost)});
  show(session, points, table);
}

void statistics(Session& session, const ReportOptions& options) {
  const AnalysisStatistics all = AnalysisStore{session.reader()}.statistics(options.period());
  Table table({{"ANALYSES", right}, {"AVERAGE MONTHLY COST", right}, {"BLOCKED", right}});
  table.add({std::to_string(all.total_analyses), money(all.average_monthly_cost),
             std::to_string(all.blocked_count)});
  write(session.settings.json ? interchange::to_json(all) + "\n" : table.text());
}

void incidents(Session& session, const ReportOptions&) {
  const IncidentStore store{session.reader()};
  const auto by_status = store.count_by_status();
  const auto by_severity = store.count_by_severity();
  const auto confidence = store.average_confidence();
  if (session.settings.json) {
    std::string out = "{\"by_status\":" + json_array(by_status) +
                      ",\"by_severity\":" + json_array(by_severity) + ",\"average_confidence\":";
    interchange::detail::append_value(out, confidence);
    write(out + "}\n");
    return;
  }
  Table statuses({{"STATUS"}, {"INCIDENTS", right}});
  for (const StatusCount& count : by_status)
    statuses.add({std::string(enum_name(count.status)), std::to_string(count.incidents)});
  Table severities({{"SEVERITY"}, {"INCIDENTS", right}});
  for (const SeverityCount& count : by_severity)
    severities.add({count.severity, std::to_string(count.incidents)});
  write(statuses.text() + "\n" + severities.text() +
        "\nAverage confidence of reports: " + (confidence ? percent(*confidence) : "-") + "\n");
}

}  // namespace

void add_report_command(CLI::App& program, Session& session) {
  CLI::App* command = program.add_subcommand("report", "Sums and counts over one tenant's rows");
  command->require_subcommand(1);
  using Report = void (*)(Session&, const ReportOptions&);
  const auto add = [&](const char* name, const char* description, Report report) {
    CLI::App* subcommand = command->add_subcommand(name, description);
    auto options = std::make_shared<ReportOptions>();
    if (report != incidents) {
      subcommand->add_option("--since", options->since, "From this day or time on (UTC)");
      subcommand->add_option("--until", options->until, "Before this day or time (UTC)");
    }
    subcommand->callback([options, report, &session] { report(session, *options); });
    return std::pair(subcommand, options);
  };
  add("environments", "Cost by environment", environments);
  const auto [dearest, dearest_options] = add("top", "The dearest analyses", top);
  dearest->add_option("--count", dearest_options->count, "How many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  add("block-rate", "How many of the evaluated analyses a policy blocks", block_rate);
  const auto [series, series_options] = add("trend", "Cost by day, week or month", trend);
  series->add_option("--by", series_options->by, "Length of a step")
      ->check(CLI::IsMember({"day", "week", "month"}))
      ->capture_default_str();
  add("statistics", "Number, average cost and blocked analyses", statistics);
  add("incidents", "Incidents by status and severity", incidents);
}

}  // namespace tenon::cli
