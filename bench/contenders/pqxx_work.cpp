#include "pqxx_work.hpp"

#include <string_view>

#include "id_text.hpp"
#include "raw_sql.hpp"

namespace tenon_bench {
namespace {

std::string string_of(const pqxx::field& field) {
  return {field.c_str(), field.size()};
}

template <class T>
std::optional<T> maybe(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<T>();
}

Row read_row(const pqxx::row& r) {
  Row row;
  row.id = read_id({r[0].c_str(), r[0].size()});
  row.request_id = string_of(r[1]);
  row.started_at = r[2].as<std::int64_t>();
  row.completed_at = maybe<std::int64_t>(r[3]);
  row.duration_ms = maybe<std::int64_t>(r[4]);
  row.iac_type = string_of(r[5]);
  row.environment = string_of(r[6]);
  row.estimated_monthly_cost = r[7].as<double>();
  row.estimated_first_week_cost = r[8].as<double>();
  row.resource_count = r[9].as<std::int64_t>();
  row.policy_status = parse_status(r[10].c_str());
  if (!r[11].is_null()) row.policy_id = string_of(r[11]);
  row.risk_flags = string_of(r[12]);
  row.recommendations_count = r[13].as<std::int64_t>();
  row.result_json = string_of(r[14]);
  row.created_at = r[15].as<std::int64_t>();
  row.updated_at = r[16].as<std::int64_t>();
  return row;
}

std::string time_of(std::int64_t us) {
  return std::to_string(us) + " microseconds";
}

}  // namespace

PqxxWork::PqxxWork(const std::string& url, std::string tenant)
    : tenant_(std::move(tenant)), connection_(url) {
  {
    pqxx::nontransaction session(connection_);
    session.exec("SET ROLE tenon_app");
  }
  const std::string columns = raw_sql::microseconds(raw_sql::all_columns);
  connection_.prepare("tenant", "SELECT set_config('app.tenant_id', $1, true)");
  connection_.prepare("get", "SELECT " + columns + " FROM tenon.analyses WHERE tenant_id = $1 AND id = $2");
  connection_.prepare("page", raw_sql::page("tenon.analyses", columns));
  connection_.prepare(
      "insert", "INSERT INTO tenon.analyses (tenant_id, " + raw_sql::all_columns +
                    ") VALUES ($1, $2, $3, 'epoch'::timestamptz + $4::interval, 'epoch'::timestamptz + "
                    "$5::interval, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
                    "'epoch'::timestamptz + $17::interval, 'epoch'::timestamptz + $18::interval)");
}

std::optional<Row> PqxxWork::get(const Id& id) {
  pqxx::work work(connection_);
  work.exec_prepared("tenant", tenant_);
  const pqxx::result result = work.exec_prepared("get", tenant_, id_text(id));
  work.commit();
  if (result.empty()) return std::nullopt;
  return read_row(result[0]);
}

Page<Row> PqxxWork::page() {
  pqxx::work work(connection_);
  work.exec_prepared("tenant", tenant_);
  const pqxx::result result =
      work.exec_prepared("page", tenant_, std::string(page_environment), page_size + 1);
  work.commit();
  Page<Row> page;
  page.items.reserve(page_size);
  for (const pqxx::row& row : result) {
    if (page.items.size() == page_size) {
      page.next.emplace(page.items.back().started_at, page.items.back().id);
      break;
    }
    page.items.push_back(read_row(row));
  }
  return page;
}

void PqxxWork::insert(const Row& row) {
  pqxx::work work(connection_);
  work.exec_prepared("tenant", tenant_);
  const std::string completed = row.completed_at ? time_of(*row.completed_at) : std::string();
  const std::string duration = row.duration_ms ? std::to_string(*row.duration_ms) : std::string();
  work.exec_prepared(
      "insert", tenant_, id_text(row.id), row.request_id, time_of(row.started_at),
      row.completed_at ? completed.c_str() : nullptr, row.duration_ms ? duration.c_str() : nullptr,
      row.iac_type, row.environment, row.estimated_monthly_cost, row.estimated_first_week_cost,
      row.resource_count, std::string(status_names[static_cast<std::size_t>(row.policy_status)]),
      row.policy_id ? row.policy_id->c_str() : nullptr, row.risk_flags, row.recommendations_count,
      row.result_json, time_of(row.created_at), time_of(row.updated_at));
  work.commit();
}

}  // namespace tenon_bench
