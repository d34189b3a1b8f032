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

std::string place(const std::string& column, int n) {
  const std::string parameter = "$" + std::to_string(n);
  return column.ends_with("_at") ? "'epoch'::timestamptz + " + parameter + "::interval" : parameter;
}

using Texts = std::vector<std::optional<std::string>>;

void add_row(Texts& texts, const std::string& tenant, const Row& row) {
  texts.insert(texts.end(),
               {tenant, id_text(row.id), row.request_id, time_of(row.started_at),
                row.completed_at ? std::optional(time_of(*row.completed_at)) : std::nullopt,
                row.duration_ms ? std::optional(pqxx::to_string(*row.duration_ms)) : std::nullopt,
                row.iac_type, row.environment, pqxx::to_string(row.estimated_monthly_cost),
                pqxx::to_string(row.estimated_first_week_cost), pqxx::to_string(row.resource_count),
                std::string(status_names[static_cast<std::size_t>(row.policy_status)]), row.policy_id,
                row.risk_flags, pqxx::to_string(row.recommendations_count), row.result_json,
                time_of(row.created_at), time_of(row.updated_at)});
}

void execute(pqxx::work& work, const std::string& statement, const Texts& texts) {
  std::vector<const char*> parameters;
  parameters.reserve(texts.size());
  for (const std::optional<std::string>& text : texts) parameters.push_back(text ? text->c_str() : nullptr);
  work.exec_prepared(statement, pqxx::prepare::make_dynamic_params(parameters));
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
  connection_.prepare("count", raw_sql::count("tenon.analyses"));
  connection_.prepare("insert", raw_sql::insert("tenon.analyses", place));
  connection_.prepare("insert 10", raw_sql::insert("tenon.analyses", place, 10));
  connection_.prepare("insert 50", raw_sql::insert("tenon.analyses", place, 50));
  connection_.prepare("update", raw_sql::update("tenon.analyses", place) + raw_sql::unused("interval"));
  connection_.prepare("upsert", raw_sql::upsert("tenon.analyses", place));
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
  const pqxx::result result = work.exec_prepared("page", tenant_, std::string(page_environment));
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

std::uint64_t PqxxWork::count() {
  pqxx::work work(connection_);
  work.exec_prepared("tenant", tenant_);
  const pqxx::result result = work.exec_prepared("count", tenant_, std::string(page_environment));
  work.commit();
  return result[0][0].as<std::uint64_t>();
}

void PqxxWork::write(const char* statement, const Row& row) {
  Texts texts;
  add_row(texts, tenant_, row);
  pqxx::work work(connection_);
  work.exec_prepared("tenant", tenant_);
  execute(work, statement, texts);
  work.commit();
}

void PqxxWork::insert_all(const std::vector<Row>& rows) {
  pqxx::work work(connection_);
  work.exec_prepared("tenant", tenant_);
  for (std::size_t at = 0; at < rows.size();) {
    const std::size_t left = rows.size() - at;
    const std::size_t count = left >= 50 ? 50 : left >= 10 ? 10 : 1;
    Texts texts;
    for (const std::size_t end = at + count; at < end; ++at) add_row(texts, tenant_, rows[at]);
    execute(work, count == 1 ? "insert" : "insert " + std::to_string(count), texts);
  }
  work.commit();
}

}  // namespace tenon_bench
