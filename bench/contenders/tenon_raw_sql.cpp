#include "tenon_raw_sql.hpp"

#include "raw_sql.hpp"

namespace tenon_bench {

TenonRawSql::TenonRawSql(const tenon::Config& config, const std::string& tenant, const std::string& table)
    : database_(tenon::Database::open(config)),
      scope_(database_.scope(tenon::TenantContext{tenant})),
      get_("SELECT " + raw_sql::all_columns + " FROM " + table + " WHERE id = $1"),
      page_("SELECT " + raw_sql::all_columns + " FROM " + table +
            " WHERE environment = $1 ORDER BY started_at DESC, id DESC" + raw_sql::page_limit),
      set_cost_("UPDATE " + table + " SET estimated_monthly_cost = $1 WHERE id = $2"),
      log_(SqliteLog::file_of(config.url)) {}

std::optional<tenon::Analysis> TenonRawSql::get(const Id& id) {
  return scope_.query_one<tenon::Analysis>(get_, tenon::Uuid{id});
}

Page<tenon::Analysis> TenonRawSql::page() {
  Page<tenon::Analysis> page;
  page.items = scope_.query<tenon::Analysis>(page_, page_environment);
  if (page.items.size() > page_size) {
    page.items.pop_back();
    const tenon::Analysis& last = page.items.back();
    page.next.emplace(last.started_at.time_since_epoch().count(), last.id.bytes);
  }
  return page;
}

void TenonRawSql::set_cost(const Id& id, double cost) {
  scope_.execute(set_cost_, cost, tenon::Uuid{id});
}

}  // namespace tenon_bench
