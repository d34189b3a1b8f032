#include "raw_sqlite.hpp"

#include <array>
#include <stdexcept>
#include <string_view>

#include "id_text.hpp"
#include "raw_sql.hpp"

namespace tenon_bench {
namespace {

std::string_view text_at(sqlite3_stmt* s, int column) {
  const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(s, column));
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(s, column))};
}

std::optional<std::int64_t> optional_integer(sqlite3_stmt* s, int column) {
  if (sqlite3_column_type(s, column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_int64(s, column);
}

void read_row(sqlite3_stmt* s, Row& row) {
  row.id = read_id(text_at(s, 0));
  row.request_id = text_at(s, 1);
  row.started_at = sqlite3_column_int64(s, 2);
  row.completed_at = optional_integer(s, 3);
  row.duration_ms = optional_integer(s, 4);
  row.iac_type = text_at(s, 5);
  row.environment = text_at(s, 6);
  row.estimated_monthly_cost = sqlite3_column_double(s, 7);
  row.estimated_first_week_cost = sqlite3_column_double(s, 8);
  row.resource_count = sqlite3_column_int64(s, 9);
  row.policy_status = parse_status(text_at(s, 10));
  if (sqlite3_column_type(s, 11) != SQLITE_NULL) row.policy_id = text_at(s, 11);
  row.risk_flags = text_at(s, 12);
  row.recommendations_count = sqlite3_column_int64(s, 13);
  row.result_json = text_at(s, 14);
  row.created_at = sqlite3_column_int64(s, 15);
  row.updated_at = sqlite3_column_int64(s, 16);
}

void read_summary(sqlite3_stmt* s, Summary& summary) {
  summary.id = read_id(text_at(s, 0));
  summary.request_id = text_at(s, 1);
  summary.started_at = sqlite3_column_int64(s, 2);
  summary.iac_type = text_at(s, 3);
  summary.environment = text_at(s, 4);
  summary.estimated_monthly_cost = sqlite3_column_double(s, 5);
  summary.resource_count = sqlite3_column_int64(s, 6);
  summary.policy_status = parse_status(text_at(s, 7));
  if (sqlite3_column_type(s, 8) != SQLITE_NULL) summary.policy_id = text_at(s, 8);
}

// Binds the parameters of one statement in turn; what they point to outlives the step.
class Binder {
 public:
  explicit Binder(sqlite3_stmt* statement) : statement_(statement) {}
  Binder& text(std::string_view value) {
    return noted(sqlite3_bind_text(statement_, ++place_, value.data(), static_cast<int>(value.size()),
                                   SQLITE_STATIC));
  }
  Binder& integer(std::int64_t value) { return noted(sqlite3_bind_int64(statement_, ++place_, value)); }
  Binder& real(double value) { return noted(sqlite3_bind_double(statement_, ++place_, value)); }
  Binder& null() { return noted(sqlite3_bind_null(statement_, ++place_)); }
  Binder& maybe(const std::optional<std::int64_t>& value) { return value ? integer(*value) : null(); }
  Binder& maybe(const std::optional<std::string>& value) { return value ? text(*value) : null(); }
  [[nodiscard]] int failed() const noexcept { return failed_; }

 private:
  Binder& noted(int code) {
    failed_ |= code;
    return *this;
  }
  sqlite3_stmt* statement_;
  int place_ = 0;
  int failed_ = 0;
};

int bind_row(sqlite3_stmt* statement, std::string_view tenant, std::string_view id, const Row& row) {
  return Binder(statement)
      .text(tenant)
      .text(id)
      .text(row.request_id)
      .integer(row.started_at)
      .maybe(row.completed_at)
      .maybe(row.duration_ms)
      .text(row.iac_type)
      .text(row.environment)
      .real(row.estimated_monthly_cost)
      .real(row.estimated_first_week_cost)
      .integer(row.resource_count)
      .text(status_names[static_cast<std::size_t>(row.policy_status)])
      .maybe(row.policy_id)
      .text(row.risk_flags)
      .integer(row.recommendations_count)
      .text(row.result_json)
      .integer(row.created_at)
      .integer(row.updated_at)
      .failed();
}

}  // namespace

RawSqlite::RawSqlite(const std::string& path, const std::string& tenant, const std::string& synchronous,
                     int checkpoint_pages)
    : tenant_(tenant) {
  // As tenon's first open in a process does: it must not matter who comes first. In use, SQLite refuses it.
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  db_.reset(db);
  check(code);
  for (const std::string& pragma : raw_sql::sqlite_pragmas(synchronous))
    check(sqlite3_exec(db, pragma.c_str(), nullptr, nullptr, nullptr));
  check(sqlite3_wal_autocheckpoint(db, checkpoint_pages));
  get_ = prepare(raw_sql::get("tenon_analyses"));
  page_ = prepare(raw_sql::page("tenon_analyses", raw_sql::all_columns));
  summaries_ = prepare(raw_sql::page("tenon_analyses", raw_sql::summary_columns));
  count_ = prepare(raw_sql::count("tenon_analyses"));
  stream_ = prepare(raw_sql::stream("tenon_analyses"));
  report_ = prepare(raw_sql::report("tenon_analyses"));
  insert_ = prepare(raw_sql::insert("tenon_analyses"));
  update_ = prepare(raw_sql::update("tenon_analyses", '?'));
  upsert_ = prepare(raw_sql::upsert("tenon_analyses"));
  set_cost_ = prepare(raw_sql::set_cost("tenon_analyses"));
  begin_ = prepare("BEGIN IMMEDIATE");
  commit_ = prepare("COMMIT");
}

void RawSqlite::check(int code) const {
  if (code != SQLITE_OK && code != SQLITE_DONE)
    throw std::runtime_error(std::string("raw SQLite: ") + sqlite3_errmsg(db_.get()));
}

RawSqlite::Statement RawSqlite::prepare(const std::string& sql) const {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v3(db_.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  return Statement(statement);
}

void RawSqlite::step_to_end(sqlite3_stmt* statement) const {
  check(sqlite3_step(statement));
  check(sqlite3_reset(statement));
}

std::optional<Row> RawSqlite::get(const Id& id) {
  std::array<char, 36> text;
  write_id(id, text.data());
  check(Binder(get_.get()).text(tenant_).text(std::string_view(text.data(), text.size())).failed());
  std::optional<Row> found;
  const int code = sqlite3_step(get_.get());
  if (code == SQLITE_ROW) {
    read_row(get_.get(), found.emplace());
  } else {
    check(code);
  }
  check(sqlite3_reset(get_.get()));
  return found;
}

template <class T, class Read>
Page<T> RawSqlite::read_page(sqlite3_stmt* statement, Read read) {
  check(Binder(statement).text(tenant_).text(page_environment).integer(page_size + 1).failed());
  Page<T> page;
  page.items.reserve(page_size);
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    if (page.items.size() == page_size) {
      page.next.emplace(page.items.back().started_at, page.items.back().id);
      break;
    }
    read(statement, page.items.emplace_back());
  }
  if (code != SQLITE_ROW) check(code);
  check(sqlite3_reset(statement));
  return page;
}

Page<Row> RawSqlite::page() {
  return read_page<Row>(page_.get(), read_row);
}

Page<Summary> RawSqlite::summaries() {
  return read_page<Summary>(summaries_.get(), read_summary);
}

std::uint64_t RawSqlite::count() {
  check(Binder(count_.get()).text(tenant_).text(page_environment).failed());
  if (const int code = sqlite3_step(count_.get()); code != SQLITE_ROW) check(code);
  const auto rows = static_cast<std::uint64_t>(sqlite3_column_int64(count_.get(), 0));
  check(sqlite3_reset(count_.get()));
  return rows;
}

std::uint64_t RawSqlite::stream(const std::function<void(Row&)>& visit) {
  check(Binder(stream_.get()).text(tenant_).failed());
  std::uint64_t rows = 0;
  int code = SQLITE_ROW;
  for (; (code = sqlite3_step(stream_.get())) == SQLITE_ROW; ++rows) {
    Row row;
    read_row(stream_.get(), row);
    visit(row);
  }
  check(code);
  check(sqlite3_reset(stream_.get()));
  return rows;
}

std::size_t RawSqlite::report() {
  check(Binder(report_.get()).text(tenant_).failed());
  std::vector<EnvironmentCost> totals;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(report_.get())) == SQLITE_ROW)
    totals.push_back({std::string(text_at(report_.get(), 0)), sqlite3_column_int64(report_.get(), 1),
                      sqlite3_column_double(report_.get(), 2), sqlite3_column_double(report_.get(), 3)});
  check(code);
  check(sqlite3_reset(report_.get()));
  return totals.size();
}

void RawSqlite::write(const Statement& statement, const Row& row) {
  std::array<char, 36> id;
  write_id(row.id, id.data());
  check(bind_row(statement.get(), tenant_, {id.data(), id.size()}, row));
  step_to_end(statement.get());
}

void RawSqlite::set_cost(const Id& id, double cost) {
  std::array<char, 36> text;
  write_id(id, text.data());
  check(Binder(set_cost_.get()).real(cost).text(tenant_).text({text.data(), text.size()}).failed());
  step_to_end(set_cost_.get());
}

void RawSqlite::insert_all(const std::vector<Row>& rows) {
  step_to_end(begin_.get());
  for (const Row& row : rows) insert(row);
  step_to_end(commit_.get());
}

}  // namespace tenon_bench
