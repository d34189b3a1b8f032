#include "sqlitecpp.hpp"

#include "id_text.hpp"
#include "raw_sql.hpp"

namespace tenon_bench {
namespace {

Row read_row(SQLite::Statement& s) {
  Row row;
  row.id = read_id(s.getColumn(0).getText());
  row.request_id = s.getColumn(1).getString();
  row.started_at = s.getColumn(2).getInt64();
  if (!s.isColumnNull(3)) row.completed_at = s.getColumn(3).getInt64();
  if (!s.isColumnNull(4)) row.duration_ms = s.getColumn(4).getInt64();
  row.iac_type = s.getColumn(5).getString();
  row.environment = s.getColumn(6).getString();
  row.estimated_monthly_cost = s.getColumn(7).getDouble();
  row.estimated_first_week_cost = s.getColumn(8).getDouble();
  row.resource_count = s.getColumn(9).getInt64();
  row.policy_status = parse_status(s.getColumn(10).getText());
  if (!s.isColumnNull(11)) row.policy_id = s.getColumn(11).getString();
  row.risk_flags = s.getColumn(12).getString();
  row.recommendations_count = s.getColumn(13).getInt64();
  row.result_json = s.getColumn(14).getString();
  row.created_at = s.getColumn(15).getInt64();
  row.updated_at = s.getColumn(16).getInt64();
  return row;
}

void bind_maybe(SQLite::Statement& s, int place, const std::optional<std::int64_t>& value) {
  value ? s.bind(place, *value) : s.bind(place);
}

}  // namespace

SqliteCpp::SqliteCpp(const std::string& path, std::string tenant, const std::string& synchronous)
    : tenant_(std::move(tenant)), log_(path), db_(path, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX) {
  for (const std::string& pragma : raw_sql::sqlite_pragmas(synchronous)) db_.exec(pragma);
  get_.emplace(db_, raw_sql::get("tenon_analyses"));
  page_.emplace(db_, raw_sql::page("tenon_analyses", raw_sql::all_columns));
  count_.emplace(db_, raw_sql::count("tenon_analyses"));
  insert_.emplace(db_, raw_sql::insert("tenon_analyses"));
  update_.emplace(db_, raw_sql::update("tenon_analyses", raw_sql::question_mark));
  upsert_.emplace(db_, raw_sql::upsert("tenon_analyses"));
}

std::optional<Row> SqliteCpp::get(const Id& id) {
  const std::string text = id_text(id);
  get_->bindNoCopy(1, tenant_);
  get_->bindNoCopy(2, text);
  std::optional<Row> found;
  if (get_->executeStep()) found = read_row(*get_);
  get_->reset();
  return found;
}

Page<Row> SqliteCpp::page() {
  const std::string environment(page_environment);
  page_->bindNoCopy(1, tenant_);
  page_->bindNoCopy(2, environment);
  Page<Row> page;
  page.items.reserve(page_size);
  while (page_->executeStep()) {
    if (page.items.size() == page_size) {
      page.next.emplace(page.items.back().started_at, page.items.back().id);
      break;
    }
    page.items.push_back(read_row(*page_));
  }
  page_->reset();
  return page;
}

std::uint64_t SqliteCpp::count() {
  const std::string environment(page_environment);
  count_->bindNoCopy(1, tenant_);
  count_->bindNoCopy(2, environment);
  count_->executeStep();
  const std::int64_t rows = count_->getColumn(0).getInt64();
  count_->reset();
  return static_cast<std::uint64_t>(rows);
}

void SqliteCpp::write(SQLite::Statement& s, const Row& row) {
  const std::string id = id_text(row.id);
  const std::string status(status_names[static_cast<std::size_t>(row.policy_status)]);
  s.bindNoCopy(1, tenant_);
  s.bindNoCopy(2, id);
  s.bindNoCopy(3, row.request_id);
  s.bind(4, row.started_at);
  bind_maybe(s, 5, row.completed_at);
  bind_maybe(s, 6, row.duration_ms);
  s.bindNoCopy(7, row.iac_type);
  s.bindNoCopy(8, row.environment);
  s.bind(9, row.estimated_monthly_cost);
  s.bind(10, row.estimated_first_week_cost);
  s.bind(11, row.resource_count);
  s.bindNoCopy(12, status);
  row.policy_id ? s.bindNoCopy(13, *row.policy_id) : s.bind(13);
  s.bindNoCopy(14, row.risk_flags);
  s.bind(15, row.recommendations_count);
  s.bindNoCopy(16, row.result_json);
  s.bind(17, row.created_at);
  s.bind(18, row.updated_at);
  s.exec();
  s.reset();
}

void SqliteCpp::insert_all(const std::vector<Row>& rows) {
  SQLite::Transaction transaction(db_);
  for (const Row& row : rows) insert(row);
  transaction.commit();
}

}  // namespace tenon_bench
