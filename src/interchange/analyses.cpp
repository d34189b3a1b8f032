#include <tenon/interchange.hpp>

#include "infracost.hpp"
#include "record.hpp"
#include "stores/limits.hpp"

namespace tenon::interchange {
namespace {

void check_cost(const Node& record, std::string_view name, double value) {
  refuse_negative(record, name, value);
  if (value > dearest) record.require(name).refuse("must not be above 1e18");
}

Analysis read_analysis(const Node& record) {
  Analysis analysis;
  read_record(record, analysis,
              {"request_id", "started_at", "iac_type", "environment", "estimated_monthly_cost"});
  if (analysis.request_id.empty()) record.require("request_id").refuse("a request_id must not be empty");
  check_cost(record, "estimated_monthly_cost", analysis.estimated_monthly_cost);
  check_cost(record, "estimated_first_week_cost", analysis.estimated_first_week_cost);
  refuse_negative(record, "resource_count", analysis.resource_count);
  refuse_negative(record, "recommendations_count", analysis.recommendations_count);
  if (analysis.duration_ms) refuse_negative(record, "duration_ms", *analysis.duration_ms);
  if (const auto flags = record.find("risk_flags"); flags && !flags->is_array())
    flags->refuse("expected an array");
  if (!record.find("risk_flags")) analysis.risk_flags = Json("[]");
  return analysis;
}

}  // namespace

std::vector<Analysis> read_analyses(std::string_view json, std::string_view source,
                                    const AnalysisOptions& options) {
  const Source file{json, source};
  const Node root(file);
  if (root.has("projects")) return read_infracost(root, options);
  std::vector<Analysis> analyses;
  SeenOnce requests;
  SeenOnce ids;
  for (const Node& record : one_or_many(root)) {
    analyses.push_back(read_analysis(record));
    const Analysis& analysis = analyses.back();
    requests.note(record, analysis.request_id, "this request_id");
    if (!analysis.id.is_nil()) ids.note(record, to_string(analysis.id), "this id");
  }
  return analyses;
}

}  // namespace tenon::interchange
