#include "tenon.hpp"

#include <algorithm>
#include <chrono>

namespace tenon_bench {
namespace {

tenon::Timestamp timestamp(std::int64_t us) {
  return tenon::Timestamp{std::chrono::microseconds{us}};
}

std::int64_t microseconds(tenon::Timestamp time) {
  return time.time_since_epoch().count();
}

}  // namespace

tenon::Analysis Tenon::entity_of(const Row& row) {
  tenon::Analysis analysis;
  analysis.id.bytes = row.id;
  analysis.request_id = row.request_id;
  analysis.started_at = timestamp(row.started_at);
  if (row.completed_at) analysis.completed_at = timestamp(*row.completed_at);
  analysis.duration_ms = row.duration_ms;
  analysis.iac_type = row.iac_type;
  analysis.environment = row.environment;
  analysis.estimated_monthly_cost = row.estimated_monthly_cost;
  analysis.estimated_first_week_cost = row.estimated_first_week_cost;
  analysis.resource_count = row.resource_count;
  analysis.policy_status = static_cast<tenon::PolicyStatus>(row.policy_status);
  analysis.policy_id = row.policy_id;
  analysis.risk_flags = tenon::Json(row.risk_flags);
  analysis.recommendations_count = row.recommendations_count;
  analysis.result_json = tenon::Json(row.result_json);
  analysis.created_at = timestamp(row.created_at);
  analysis.updated_at = timestamp(row.updated_at);
  return analysis;
}

Row Tenon::row_of(const tenon::Analysis& analysis) {
  Row row;
  row.id = analysis.id.bytes;
  row.request_id = analysis.request_id;
  row.started_at = microseconds(analysis.started_at);
  if (analysis.completed_at) row.completed_at = microseconds(*analysis.completed_at);
  row.duration_ms = analysis.duration_ms;
  row.iac_type = analysis.iac_type;
  row.environment = analysis.environment;
  row.estimated_monthly_cost = analysis.estimated_monthly_cost;
  row.estimated_first_week_cost = analysis.estimated_first_week_cost;
  row.resource_count = analysis.resource_count;
  row.policy_status = static_cast<Status>(analysis.policy_status);
  row.policy_id = analysis.policy_id;
  row.risk_flags = analysis.risk_flags.text();
  row.recommendations_count = analysis.recommendations_count;
  row.result_json = analysis.result_json.text();
  row.created_at = microseconds(analysis.created_at);
  row.updated_at = microseconds(analysis.updated_at);
  return row;
}

Summary Tenon::summary_of(const tenon::AnalysisSummary& summary) {
  return {summary.id.bytes,
          summary.request_id,
          microseconds(summary.started_at),
          summary.iac_type,
          summary.environment,
          summary.estimated_monthly_cost,
          summary.resource_count,
          static_cast<Status>(summary.policy_status),
          summary.policy_id};
}

Tenon::Tenon(const tenon::Config& config, const std::string& tenant)
    : database_(tenon::Database::open(config)),
      scope_(database_.scope(tenon::TenantContext{tenant})),
      analyses_(scope_),
      rows_(scope_),
      log_(SqliteLog::file_of(config.url)) {}

std::uint64_t Tenon::stream(const std::function<void(Entity&)>& visit) {
  std::uint64_t rows = 0;
  analyses_.for_each(tenon::all(), [&](Entity& entity) {
    visit(entity);
    ++rows;
  });
  return rows;
}

void Tenon::renew(tenon::Analysis& analysis, std::uint64_t n) {
  analysis.id.bytes = fresh_id(n);
  write_fresh_request_id(n, analysis.request_id);
}

void seed_tenant(const tenon::Config& config, const std::string& tenant, std::size_t rows) {
  constexpr std::size_t at_once = 5'000;
  tenon::Database database = tenon::Database::open(config);
  const tenon::AnalysisStore store{database.scope(tenon::TenantContext{tenant})};
  std::vector<tenon::Analysis> some;
  for (const Row& row : make_rows(stream_seed, std::min(rows, at_once)))
    some.push_back(Tenon::entity_of(row));
  std::uint64_t made = 0;
  for (std::size_t first = 0; first < rows; first += at_once) {
    some.resize(std::min(at_once, rows - first));
    for (tenon::Analysis& one : some) Tenon::renew(one, made++);
    store.insert_all(some);
  }
  database.close();
}

void seed_as_reading_tenant(const tenon::Config& config, const std::string& tenant) {
  tenon::Database database = tenon::Database::open(config);
  std::vector<tenon::Analysis> all;
  for (const Row& row : make_rows(reading_tenant)) all.push_back(Tenon::entity_of(row));
  tenon::AnalysisStore{database.scope(tenon::TenantContext{tenant})}.insert_all(all);
  database.close();
}

void seed_small_tenants(const tenon::Config& config) {
  tenon::Database database = tenon::Database::open(config);
  for (std::size_t n = 0; n < small_tenant_count; ++n) {
    const tenon::TenantScope scope = database.scope(tenon::TenantContext{small_tenant_name(n)});
    tenon::AnalysisStore{scope}.insert(Tenon::entity_of(small_tenant_row(n)));
  }
  database.close();
}

void seed(const tenon::Config& config) {
  constexpr std::size_t turn = 25;  // rows of one tenant that come together
  tenon::Database database = tenon::Database::open(config);
  database.migrate();
  std::vector<std::vector<Row>> rows;
  for (std::size_t tenant = 0; tenant < tenant_count; ++tenant) rows.push_back(make_rows(tenant));
  for (std::size_t first = 0; first < rows_per_tenant; first += turn) {
    for (std::size_t tenant = 0; tenant < tenant_count; ++tenant) {
      std::vector<tenon::Analysis> some;
      for (std::size_t n = first; n < std::min(first + turn, rows_per_tenant); ++n)
        some.push_back(Tenon::entity_of(rows[tenant][n]));
      const tenon::TenantScope scope = database.scope(tenon::TenantContext{tenant_name(tenant)});
      tenon::AnalysisStore{scope}.insert_all(std::move(some));
    }
  }
  database.close();
}

}  // namespace tenon_bench
