#include "soci.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "id_text.hpp"
#include "raw_sql.hpp"

namespace tenon_bench {
namespace {

constexpr const char* value_list =
    ":tenant, :id, :request_id, :started, :completed, :duration, :iac, :environment, :monthly, :week, "
    ":resources, :status, :policy, :flags, :recommendations, :result, :created, :updated";
constexpr const char* value_list_postgres =
    ":tenant, cast(:id as uuid), :request_id, to_timestamp(:started / 1000000.0), to_timestamp(:completed "
    "/ "
    "1000000.0), :duration, :iac, :environment, :monthly, :week, :resources, :status, :policy, cast(:flags "
    "as json), :recommendations, cast(:result as json), to_timestamp(:created / 1000000.0), "
    "to_timestamp(:updated / 1000000.0)";

std::string select(const std::string& columns, const std::string& table) {
  return "SELECT " + columns + " FROM " + table + " WHERE tenant_id = :tenant";
}

// SOCI reads `::` as a variable.
std::string microseconds() {
  std::string columns = raw_sql::microseconds(raw_sql::all_columns);
  const std::string cast = " * 1000000)::bigint";
  for (std::size_t at = 0; (at = columns.find(cast, at)) != std::string::npos;) {
    const std::size_t begin = columns.rfind("(extract", at);
    columns.replace(at, cast.size(), " * 1000000) as bigint)");
    columns.insert(begin, "cast(");
  }
  return columns;
}

}  // namespace

Soci::Soci(const soci::backend_factory& backend, const std::string& where, std::string tenant,
           bool binds_tenant)
    : tenant_(std::move(tenant)), binds_tenant_(binds_tenant), session_(backend, where) {}

std::unique_ptr<Soci> Soci::on_sqlite(const std::string& path, const std::string& tenant,
                                      const std::string& synchronous) {
  std::unique_ptr<Soci> soci(new Soci(soci::sqlite3, "dbname=\"" + path + "\"", tenant, false));
  for (const std::string& pragma : raw_sql::sqlite_pragmas(synchronous)) soci->session_ << pragma;
  const std::string table = "tenon_analyses";
  soci->prepare(
      {select(raw_sql::all_columns, table) + " AND id = :id",
       select(raw_sql::all_columns, table) +
           " AND environment = :environment ORDER BY started_at DESC, id DESC LIMIT :most",
       "INSERT INTO " + table + " (tenant_id, " + raw_sql::all_columns + ") VALUES (" + value_list + ")"});
  return soci;
}

std::unique_ptr<Soci> Soci::on_postgres(const std::string& url, const std::string& tenant) {
  std::unique_ptr<Soci> soci(new Soci(soci::postgresql, url, tenant, true));
  soci->session_ << "SET ROLE tenon_app";
  soci->bind_ = std::make_unique<soci::statement>(
      (soci->session_.prepare << "SELECT set_config('app.tenant_id', :tenant, true)",
       soci::use(soci->tenant_)));
  const std::string table = "tenon.analyses";
  const std::string columns = microseconds();
  soci->prepare({select(columns, table) + " AND id = cast(:id as uuid)",
                 select(columns, table) +
                     " AND environment = :environment ORDER BY started_at DESC, id DESC LIMIT :most",
                 "INSERT INTO " + table + " (tenant_id, " + raw_sql::all_columns + ") VALUES (" +
                     value_list_postgres + ")"});
  return soci;
}

void Soci::prepare(const Texts& texts) {
  using soci::use;
  get_ = std::make_unique<soci::statement>(session_);
  get_->exchange(use(tenant_));
  get_->exchange(use(v_.id));
  into_row(*get_);
  get_->alloc();
  get_->prepare(texts.get);
  get_->define_and_bind();

  page_ = std::make_unique<soci::statement>(session_);
  page_->exchange(use(tenant_));
  page_->exchange(use(environment_));
  page_->exchange(use(limit_));
  into_row(*page_);
  page_->alloc();
  page_->prepare(texts.page);
  page_->define_and_bind();

  insert_ = std::make_unique<soci::statement>(
      (session_.prepare << texts.insert, use(tenant_), use(v_.id), use(v_.request_id), use(v_.started_at),
       use(v_.completed_at, v_.has_completed), use(v_.duration_ms, v_.has_duration), use(v_.iac_type),
       use(v_.environment), use(v_.monthly), use(v_.first_week), use(v_.resource_count),
       use(v_.policy_status), use(v_.policy_id, v_.has_policy), use(v_.risk_flags),
       use(v_.recommendations_count), use(v_.result_json), use(v_.created_at), use(v_.updated_at)));
}

void Soci::into_row(soci::statement& s) {
  using soci::into;
  s.exchange(into(v_.id));
  s.exchange(into(v_.request_id));
  s.exchange(into(v_.started_at));
  s.exchange(into(v_.completed_at, v_.has_completed));
  s.exchange(into(v_.duration_ms, v_.has_duration));
  s.exchange(into(v_.iac_type));
  s.exchange(into(v_.environment));
  s.exchange(into(v_.monthly));
  s.exchange(into(v_.first_week));
  s.exchange(into(v_.resource_count));
  s.exchange(into(v_.policy_status));
  s.exchange(into(v_.policy_id, v_.has_policy));
  s.exchange(into(v_.risk_flags));
  s.exchange(into(v_.recommendations_count));
  s.exchange(into(v_.result_json));
  s.exchange(into(v_.created_at));
  s.exchange(into(v_.updated_at));
}

void Soci::begin() {
  if (!binds_tenant_) return;
  transaction_ = std::make_unique<soci::transaction>(session_);
  bind_->execute(true);
}

void Soci::end() {
  if (!binds_tenant_) return;
  transaction_->commit();
  transaction_.reset();
}

std::optional<Row> Soci::get(const Id& id) {
  v_.id = id_text(id);
  begin();
  std::optional<Row> found;
  if (get_->execute(true)) found = row();
  end();
  return found;
}

Page<Row> Soci::page() {
  begin();
  Page<Row> page;
  page.items.reserve(page_size);
  page_->execute();
  while (page_->fetch()) {
    if (page.items.size() < page_size) {
      page.items.push_back(row());
    } else {
      page.next.emplace(page.items.back().started_at, page.items.back().id);
    }
  }
  end();
  return page;
}

void Soci::insert(const Row& row) {
  set(row);
  begin();
  insert_->execute(true);
  end();
}

Row Soci::row() const {
  Row row;
  row.id = read_id(v_.id);
  row.request_id = v_.request_id;
  row.started_at = v_.started_at;
  if (v_.has_completed == soci::i_ok) row.completed_at = v_.completed_at;
  if (v_.has_duration == soci::i_ok) row.duration_ms = v_.duration_ms;
  row.iac_type = v_.iac_type;
  row.environment = v_.environment;
  row.estimated_monthly_cost = v_.monthly;
  row.estimated_first_week_cost = v_.first_week;
  row.resource_count = v_.resource_count;
  row.policy_status = parse_status(v_.policy_status);
  if (v_.has_policy == soci::i_ok) row.policy_id = v_.policy_id;
  row.risk_flags = v_.risk_flags;
  row.recommendations_count = v_.recommendations_count;
  row.result_json = v_.result_json;
  row.created_at = v_.created_at;
  row.updated_at = v_.updated_at;
  return row;
}

void Soci::set(const Row& row) {
  v_.id = id_text(row.id);
  v_.request_id = row.request_id;
  v_.started_at = row.started_at;
  v_.completed_at = row.completed_at.value_or(0);
  v_.has_completed = row.completed_at ? soci::i_ok : soci::i_null;
  v_.duration_ms = row.duration_ms.value_or(0);
  v_.has_duration = row.duration_ms ? soci::i_ok : soci::i_null;
  v_.iac_type = row.iac_type;
  v_.environment = row.environment;
  v_.monthly = row.estimated_monthly_cost;
  v_.first_week = row.estimated_first_week_cost;
  v_.resource_count = row.resource_count;
  v_.policy_status = status_names[static_cast<std::size_t>(row.policy_status)];
  v_.policy_id = row.policy_id.value_or("");
  v_.has_policy = row.policy_id ? soci::i_ok : soci::i_null;
  v_.risk_flags = row.risk_flags;
  v_.recommendations_count = row.recommendations_count;
  v_.result_json = row.result_json;
  v_.created_at = row.created_at;
  v_.updated_at = row.updated_at;
}

}  // namespace tenon_bench
