#include <algorithm>
#include <chrono>
#include <cmath>

#include <nlohmann/json.hpp>

#include <tenon/analysis_store.hpp>

#include "limits.hpp"
#include "report.hpp"

namespace tenon {
namespace {

bool is_json_array(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\n\r");
  return first != std::string::npos && text[first] == '[';
}

// On PostgreSQL the rows are locked before they are counted: those that another removes meanwhile are
// waited for and passed over, so that fewer than a chunk means that there are no more. As an array they are
// chosen once, however the rows are joined with them.
std::uint64_t remove_chunk(const detail::Executor& on, Timestamp limit, std::size_t chunk) {
  const bool locks = on.flavour() == backend::Flavour::postgres;
  detail::Report report(on, "analyses.remove_older_than");
  (report << "DELETE FROM ").table(Table<Analysis>::name).where_tenant();
  report << (locks ? " AND id = ANY(ARRAY(SELECT id FROM " : " AND id IN (SELECT id FROM ");
  report.table(Table<Analysis>::name).where_tenant() << " AND created_at < ";
  report.value(backend::Value::integral(backend::Type::timestamp, limit.time_since_epoch().count()));
  report << " ORDER BY created_at, id LIMIT ";
  report.value(backend::Value::integral(backend::Type::int64, static_cast<std::int64_t>(chunk)));
  report << (locks ? " FOR UPDATE))" : ")");
  return report.run({}, detail::no_rows, backend::Access::write);
}

}  // namespace

void AnalysisStore::check(const Analysis& analysis) {
  const auto refuse = [](const char* why) {
    throw Error(Error::Kind::invalid_argument, std::string("analyses: ") + why);
  };
  if (analysis.request_id.empty()) refuse("request_id is empty");
  if (!(analysis.estimated_monthly_cost >= 0)) refuse("estimated_monthly_cost is negative or not a number");
  if (analysis.estimated_monthly_cost > dearest || analysis.estimated_first_week_cost > dearest)
    refuse("a cost is above 1e18");
  if (!(analysis.estimated_first_week_cost >= 0))
    refuse("estimated_first_week_cost is negative or not a number");
  if (analysis.resource_count < 0) refuse("resource_count is negative");
  if (analysis.recommendations_count < 0) refuse("recommendations_count is negative");
  if (analysis.duration_ms && *analysis.duration_ms < 0) refuse("duration_ms is negative");
  if (!is_json_array(analysis.risk_flags.text())) refuse("risk_flags is not a JSON array");
}

Uuid AnalysisStore::insert(const Analysis& analysis) const {
  check(analysis);
  if (!analysis.id.is_nil()) {
    Base::insert(analysis);
    return analysis.id;
  }
  Analysis named = analysis;
  named.id = Uuid::time_ordered();
  Base::insert(named);
  return named.id;
}

void AnalysisStore::update(Analysis& analysis) const {
  check(analysis);
  Base::update(analysis);
}

std::uint64_t AnalysisStore::insert_all(std::span<const Analysis> analyses) const {
  for (const Analysis& analysis : analyses) check(analysis);
  const auto is_unnamed = [](const Analysis& analysis) { return analysis.id.is_nil(); };
  if (std::none_of(analyses.begin(), analyses.end(), is_unnamed)) return Base::insert_all(analyses);
  std::vector<Analysis> named(analyses.begin(), analyses.end());
  for (Analysis& analysis : named)
    if (is_unnamed(analysis)) analysis.id = Uuid::time_ordered();
  return Base::insert_all(named);
}

std::optional<Analysis> AnalysisStore::get_by_request(std::string_view request_id) const {
  Page<Analysis> page = Base::find(where(field<&Analysis::request_id> == std::string(request_id)).limit(1));
  if (page.items.empty()) return std::nullopt;
  return std::move(page.items.front());
}

std::uint64_t AnalysisStore::remove_older_than(unsigned days,
                                               const std::function<bool(std::uint64_t)>& progress,
                                               std::size_t chunk) const {
  if (chunk == 0)
    throw Error(Error::Kind::invalid_argument, "analyses.remove_older_than: a chunk has at least one row");
  if (chunk > 1'000'000)
    throw Error(Error::Kind::invalid_argument,
                "analyses.remove_older_than: a chunk has at most 1,000,000 rows");
  if (days > 1'000'000)
    throw Error(Error::Kind::invalid_argument, "analyses.remove_older_than: at most 1,000,000 days");
  const Timestamp limit = now() - std::chrono::days{days};
  std::uint64_t removed = 0;
  for (;;) {
    const std::uint64_t now_removed = remove_chunk(executor(), limit, chunk);
    removed += now_removed;
    if (now_removed < chunk) {
      if (progress && now_removed > 0) progress(removed);
      return removed;
    }
    if (progress && !progress(removed)) return removed;
  }
}

}  // namespace tenon
