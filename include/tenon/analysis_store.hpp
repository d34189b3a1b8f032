#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tenon/analysis.hpp>
#include <tenon/backend/dialect.hpp>
#include <tenon/repository.hpp>

namespace tenon {

struct EnvironmentTotal {
  std::string environment{};
  std::int64_t analyses = 0;
  double total_monthly_cost = 0;
  double average_monthly_cost = 0;
};
BOOST_DESCRIBE_STRUCT(EnvironmentTotal, (),
                      (environment, analyses, total_monthly_cost, average_monthly_cost))

struct BlockRate {
  std::int64_t evaluated = 0;  ///< analyses whose policy_status is not not_evaluated
  std::int64_t blocked = 0;
  double rate = 0;  ///< blocked / evaluated; 0 when none was evaluated
};
BOOST_DESCRIBE_STRUCT(BlockRate, (), (evaluated, blocked, rate))

struct TrendPoint {
  Timestamp start{};  ///< of the day, ISO week (Monday) or month, in UTC
  std::int64_t analyses = 0;
  double total_monthly_cost = 0;
  double average_monthly_cost = 0;
};
BOOST_DESCRIBE_STRUCT(TrendPoint, (), (start, analyses, total_monthly_cost, average_monthly_cost))

struct AnalysisStatistics {
  std::int64_t total_analyses = 0;
  double average_monthly_cost = 0;
  std::int64_t blocked_count = 0;
};
BOOST_DESCRIBE_STRUCT(AnalysisStatistics, (), (total_analyses, average_monthly_cost, blocked_count))

/// From `since` on, and before `until`; an empty end is open. Held against started_at.
struct Period {
  std::optional<Timestamp> since{};
  std::optional<Timestamp> until{};
};

/// One tenant's cost analyses: most verbs of Repository<Analysis> and the reports over them.
///
/// Throws, beyond Repository: `Error` (invalid_argument) for an empty request_id, a negative duration, cost
/// or count, a cost above 10^18, or risk_flags that are not a JSON array.
///
/// Thread safety: as Repository. Each report is one statement.
class TENON_API AnalysisStore : private Repository<Analysis> {
  using Base = Repository<Analysis>;

 public:
  explicit AnalysisStore(const TenantScope& scope) : Base(scope) {}
  explicit AnalysisStore(Transaction& transaction) : Base(transaction) {}

  using Base::claim;
  using Base::count;
  using Base::exists;
  using Base::find;
  using Base::for_each;
  using Base::get;
  using Base::remove;
  using Base::remove_where;

  /// Returns the id: the analysis's own, or a new time-ordered one when that is nil. Throws already_exists
  /// when the tenant has an analysis of this request_id.
  Uuid insert(const Analysis& analysis) const;
  void update(Analysis& analysis) const;
  /// All or none, in a few round trips; nil ids are replaced. Returns how many.
  std::uint64_t insert_all(std::span<const Analysis> analyses) const;

  [[nodiscard]] std::optional<Analysis> get_by_request(std::string_view request_id) const;

  /// By total cost, the highest first.
  [[nodiscard]] std::vector<EnvironmentTotal> totals_by_environment(const Period& period = {}) const;
  /// The `count` (1 to 1000) dearest analyses, the dearest first, without their JSON.
  [[nodiscard]] std::vector<AnalysisSummary> top_by_cost(std::size_t count,
                                                         const Period& period = {}) const;
  [[nodiscard]] BlockRate block_rate(const Period& period = {}) const;
  /// One point for each day, week or month that has an analysis, the earliest first. On SQLite throws
  /// unsupported for an analysis that was started outside the years 0 to 9999.
  [[nodiscard]] std::vector<TrendPoint> cost_trend(backend::CalendarUnit unit,
                                                   const Period& period = {}) const;
  [[nodiscard]] AnalysisStatistics statistics(const Period& period = {}) const;

  /// Removes analyses created more than `days` days ago, at most `chunk` (1 to 1,000,000) rows a statement
  /// so that nobody waits long; after each chunk `progress(removed so far)` may return false to stop.
  /// Returns how many were removed. On a scope each chunk is kept as it is done.
  std::uint64_t remove_older_than(unsigned days, const std::function<bool(std::uint64_t)>& progress = {},
                                  std::size_t chunk = 1000) const;

 private:
  static void check(const Analysis& analysis);
};

}  // namespace tenon
