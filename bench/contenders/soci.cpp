#include "soci.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "id_text.hpp"

namespace tenon_bench {
namespace {

std::string place_sqlite(const std::string& column, int) {
  return ":" + column;
}

std::string place_postgres(const std::string& column, int) {
  if (column == "id") return "cast(:id as uuid)";
  if (column.ends_with("_at")) return "to_timestamp(cast(:" + column + " as float8) / 1000000)";
  if (column == "risk_flags" || column == "result_json") return "cast(:" + column + " as json)";
  return ":" + column;
}

}  // namespace

Soci::Soci(const soci::backend_factory& backend, const std::string& where, std::string tenant,
           const std::string& file)
    : tenant_(std::move(tenant)), log_(file), binds_tenant_(file.empty()), session_(backend, where) {}

std::unique_ptr<Soci> Soci::on_sqlite(const std::string& path, const std::string& tenant,
                                      const std::string& synchronous) {
  std::unique_ptr<Soci> soci(new Soci(soci::sqlite3, "dbname=\"" + path + "\"", tenant, path));
  for (const std::string& pragma : raw_sql::sqlite_pragmas(synchronous)) soci->session_ << pragma;
  soci->prepare("tenon_analyses", raw_sql::all_columns, place_sqlite);
  return soci;
}

std::unique_ptr<Soci> Soci::on_postgres(const std::string& url, const std::string& tenant) {
  std::unique_ptr<Soci> soci(new Soci(soci::postgresql, url, tenant, ""));
  soci->session_ << "SET ROLE tenon_app";
  soci->bind_ = std::make_unique<soci::statement>(
      (soci->session_.prepare << "SELECT set_config('app.tenant_id', :tenant, true)",
       soci::use(soci->tenant_)));
  soci->prepare("tenon.analyses", raw_sql::microseconds(raw_sql::all_columns), place_postgres);
  return soci;
}

void Soci::prepare(const std::string& table, const std::string& columns, const raw_sql::Place& place) {
  using soci::into;
  using soci::use;
  const std::string of_tenant = " FROM " + table + " WHERE tenant_id = :tenant_id";
  get_ = std::make_unique<soci::statement>(session_);
  get_->exchange(use(tenant_));
  get_->exchange(use(v_.id));
  into_row(*get_);
  get_->alloc();
  get_->prepare("SELECT " + columns + of_tenant + " AND id = " + place("id", 2));
  get_->define_and_bind();

  page_ = std::make_unique<soci::statement>(session_);
  page_->exchange(use(tenant_));
  page_->exchange(use(environment_));
  into_row(*page_);
  page_->alloc();
  page_->prepare("SELECT " + columns + of_tenant +
                 " AND environment = :environment ORDER BY started_at DESC, id DESC" + raw_sql::page_limit);
  page_->define_and_bind();

  count_ = std::make_unique<soci::statement>(
      (session_.prepare << "SELECT count(*)" + of_tenant + " AND environment = :environment", into(found_),
       use(tenant_), use(environment_)));

  for (auto* const writing : {&insert_, &upsert_}) {
    *writing = std::make_unique<soci::statement>(session_);
    (*writing)->exchange(use(tenant_));
    (*writing)->exchange(use(v_.id));
    use_row(**writing);
    (*writing)->alloc();
    (*writing)->prepare(writing == &insert_ ? raw_sql::insert(table, place)
                                            : raw_sql::upsert(table, place));
    (*writing)->define_and_bind();
  }
  update_ = std::make_unique<soci::statement>(session_);
  use_row(*update_, false);
  update_->exchange(use(tenant_));
  update_->exchange(use(v_.id));
  update_->alloc();
  update_->prepare(raw_sql::update(table, place));
  update_->define_and_bind();
}

// The columns but for the key, in their order.
void Soci::use_row(soci::statement& s, bool with_created_at) {
  using soci::use;
  s.exchange(use(v_.request_id));
  s.exchange(use(v_.started_at));
  s.exchange(use(v_.completed_at, v_.has_completed));
  s.exchange(use(v_.duration_ms, v_.has_duration));
  s.exchange(use(v_.iac_type));
  s.exchange(use(v_.environment));
  s.exchange(use(v_.monthly));
  s.exchange(use(v_.first_week));
  s.exchange(use(v_.resource_count));
  s.exchange(use(v_.policy_status));
  s.exchange(use(v_.policy_id, v_.has_policy));
  s.exchange(use(v_.risk_flags));
  s.exchange(use(v_.recommendations_count));
  s.exchange(use(v_.result_json));
  if (with_created_at) s.exchange(use(v_.created_at));
  s.exchange(use(v_.updated_at));
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
  if (get_->execute(true)) {
    found = row();
    while (get_->fetch()) {  // to its end, or on SQLite its snapshot would keep the log from being emptied
    }
  }
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

std::uint64_t Soci::count() {
  begin();
  count_->execute(true);
  end();
  return static_cast<std::uint64_t>(found_);
}

void Soci::write(soci::statement& statement, const Row& row) {
  set(row);
  begin();
  statement.execute(true);
  end();
}

void Soci::insert_all(const std::vector<Row>& rows) {
  soci::transaction transaction(session_);
  if (binds_tenant_) bind_->execute(true);
  for (const Row& row : rows) {
    set(row);
    insert_->execute(true);
  }
  transaction.commit();
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
