#include "infracost.hpp"

#include <charconv>
#include <map>
#include <string>

#include <tenon/decimal.hpp>
#include <tenon/time.hpp>

#include "stores/limits.hpp"

namespace tenon::interchange {
namespace {

constexpr double hours_in_week = 168;
constexpr double hours_in_month = 730;                  // Infracost's own month
constexpr double most_counted = 9'007'199'254'740'992;  // 2^53, up to where a double is exact

std::optional<double> cost(const Node& breakdown, std::string_view name) {
  const auto field = breakdown.find(name);
  if (!field) return std::nullopt;
  const auto decimal = Decimal::parse(field->text());
  if (!decimal) field->refuse("a cost is a decimal number in quotes, as in \"12.34\"");
  const double value = decimal->to_double();
  if (value < 0) field->refuse("a cost must not be negative");
  if (value > dearest) field->refuse("a cost must not be above 1e18");
  return value;
}

std::int64_t unsupported_resources(const Node& project) {
  const auto summary = project.find("summary");
  const auto counts = summary ? summary->find("unsupportedResourceCounts") : std::nullopt;
  if (!counts) return 0;
  double sum = 0;
  for (const auto& [type, count] : counts->members()) {
    const double number = count.number();
    sum += number;
    if (number < 0 || sum > most_counted)
      count.refuse("a count is from 0 to 2^53, together with the others");
  }
  return static_cast<std::int64_t>(sum);
}

// An array of objects; what each means stands in interchange.hpp.
Json risk_flags(const Node& project, const Node& breakdown, std::optional<double> monthly) {
  std::string flags;
  const auto add = [&](const std::string& flag) { (flags += flags.empty() ? "" : ",") += flag; };
  if (!monthly) add(R"({"type":"monthly_cost_unknown"})");
  if (const std::int64_t count = unsupported_resources(project); count > 0)
    add(R"({"type":"unsupported_resources","count":)" + std::to_string(count) + "}");
  if (const auto past = project.find("pastBreakdown")) {
    const std::optional<double> before = cost(*past, "totalMonthlyCost");
    if (monthly && before && *before > 0 && *monthly > *before)
      add(std::string(R"({"type":"cost_increase","from":)")
              .append(past->require("totalMonthlyCost").raw())
              .append(R"(,"to":)")
              .append(breakdown.require("totalMonthlyCost").raw()) +
          "}");
  }
  return Json("[" + flags + "]");
}

struct Run {
  Timestamp time{};
  std::string suffix;  // of every request_id of the file
};

Run read_run(const Node& root) {
  const Node version = root.require("version");
  if (version.text() != "0.2") version.refuse("this reads Infracost's JSON format 0.2 only");
  const Node generated = root.require("timeGenerated");
  const auto time = parse_timestamp(generated.text());
  if (!time) generated.refuse("not a time of RFC 3339, as in 2026-11-21T08:30:00Z");
  Run run{*time, {}};
  const auto metadata = root.find("metadata");
  if (const auto commit = metadata ? metadata->find("vcsCommitSha") : std::nullopt)
    if (const std::string sha = commit->text(); !sha.empty()) (run.suffix += '@') += sha;
  (run.suffix += '@') += to_string(*time);
  return run;
}

void take_metadata(const Node& project, const AnalysisOptions& options, Analysis& analysis) {
  analysis.iac_type = "unknown";
  analysis.environment = options.environment;
  const auto metadata = project.find("metadata");
  if (!metadata) return;
  if (const auto type = metadata->find("type"))
    if (std::string name = type->text(); !name.empty()) analysis.iac_type = name.substr(0, name.find('_'));
  if (const auto workspace = metadata->find("terraformWorkspace"))
    if (std::string name = workspace->text(); !name.empty() && name != "default")
      analysis.environment = std::move(name);
}

Analysis read_project(const Node& project, const Run& run, const AnalysisOptions& options) {
  Analysis analysis;
  const Node name = project.require("name");
  analysis.request_id = name.text() + run.suffix;
  analysis.started_at = run.time;
  take_metadata(project, options, analysis);
  const Node breakdown = project.require("breakdown");
  const std::optional<double> monthly = cost(breakdown, "totalMonthlyCost");
  const std::optional<double> hourly = cost(breakdown, "totalHourlyCost");
  analysis.estimated_monthly_cost = monthly.value_or(0);
  analysis.estimated_first_week_cost =
      hourly ? *hourly * hours_in_week : analysis.estimated_monthly_cost * hours_in_week / hours_in_month;
  if (analysis.estimated_first_week_cost > dearest)
    breakdown.require("totalHourlyCost").refuse("a week's cost must not be above 1e18");
  if (const auto resources = breakdown.find("resources"))
    analysis.resource_count = static_cast<std::int64_t>(resources->elements().size());
  analysis.risk_flags = risk_flags(project, breakdown, monthly);
  analysis.result_json.assign(project.raw());
  return analysis;
}

}  // namespace

std::vector<Analysis> read_infracost(const Node& root, const AnalysisOptions& options) {
  const Run run = read_run(root);
  std::vector<Analysis> analyses;
  std::map<std::string, int> names;
  for (const Node& project : root.require("projects").elements()) {
    Analysis& analysis = analyses.emplace_back(read_project(project, run, options));
    if (const int times = ++names[analysis.request_id]; times > 1)
      (analysis.request_id += '#') += std::to_string(times);
  }
  return analyses;
}

}  // namespace tenon::interchange
