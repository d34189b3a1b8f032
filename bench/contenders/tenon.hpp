#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tenon/analysis_store.hpp>
#include <tenon/database.hpp>

#include "data.hpp"
#include "sqlite_log.hpp"

namespace tenon_bench {

/// What every contender's page asks for.
inline auto newest_analyses() {
  using tenon::Analysis;
  return tenon::where(tenon::field<&Analysis::environment> == page_environment)
      .order_by(tenon::desc<&Analysis::started_at>)
      .limit(page_size);
}

/// tenon as a host uses it, on either backend.
class Tenon {
 public:
  using Entity = tenon::Analysis;
  static Entity entity_of(const Row& row);
  static Row row_of(const Entity& entity);
  static void renew(Entity& entity, std::uint64_t n);
  static Summary summary_of(const tenon::AnalysisSummary& summary);

  Tenon(const tenon::Config& config, const std::string& tenant);

  std::optional<Entity> get(const Id& id) { return analyses_.get(tenon::Uuid{id}); }
  tenon::Page<Entity> page() { return analyses_.find(newest_analyses()); }
  tenon::Page<tenon::AnalysisSummary> summaries() {
    return analyses_.find<tenon::AnalysisSummary>(newest_analyses());
  }
  std::uint64_t count() { return analyses_.count(tenon::field<&Entity::environment> == page_environment); }
  std::uint64_t stream(const std::function<void(Entity&)>& visit);
  std::vector<tenon::EnvironmentTotal> totals_by_environment() { return analyses_.totals_by_environment(); }
  std::vector<tenon::AnalysisSummary> top_by_cost() { return analyses_.top_by_cost(top_size); }
  tenon::BlockRate block_rate() { return analyses_.block_rate(); }
  std::vector<tenon::TrendPoint> cost_trend() {
    return analyses_.cost_trend(tenon::backend::CalendarUnit::month);
  }
  void insert(const Entity& entity) { analyses_.insert(entity); }
  void update(Entity& entity) { analyses_.update(entity); }
  void upsert(const Entity& entity) { rows_.upsert(entity); }
  void insert_all(const std::vector<Entity>& entities) { analyses_.insert_all(entities); }
  void settle() { log_.empty(); }
  /// A get in any tenant, from a scope made for it.
  std::optional<Entity> get_in(const std::string& tenant, const Id& id) {
    return tenon::AnalysisStore{database_.scope(tenon::TenantContext{tenant})}.get(tenon::Uuid{id});
  }
  /// What a process does before its first answer: checks that the schema is the newest.
  void check_schema() { database_.migrate(); }

 private:
  tenon::Database database_;
  tenon::TenantScope scope_;
  tenon::AnalysisStore analyses_;
  tenon::Repository<Entity> rows_;
  SqliteLog log_;
};

/// Migrates the database and fills it with the rows of all tenants, mixed as they would come in.
void seed(const tenon::Config& config);
/// Adds `rows` rows of one more tenant, which nothing else reads.
void seed_tenant(const tenon::Config& config, const std::string& tenant, std::size_t rows);
/// Adds a tenant of its own with the rows of the reading one.
void seed_as_reading_tenant(const tenon::Config& config, const std::string& tenant);
/// Adds small_tenant_count tenants with one row each: small_tenant_row.
void seed_small_tenants(const tenon::Config& config);

}  // namespace tenon_bench
