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

// Flat, so that it costs the same however many statements read rows.
[[gnu::flatten]] void read_row(sqlite3_stmt* s, Row& row) {
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

[[gnu::flatten]] void read_summary(sqlite3_stmt* s, Summary& summary) {
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
    : tenant_(tenant), log_(path) {
  // As tenon's first open in a process does: it must not matter who comes first. In use, SQLite refuses it.
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  db_.reset(db);
  check(code);
  for (const std::string& pragma : raw_sql::sqlite_pragmas(synchronous))
    check(sqlite3_exec(db, pragma.c_str(), nullptr, nullptr, nullptr));
  check(sqlite3_wal_autocheckpoint(db, checkpoint_pages));
}

void RawSqlite::check(int code) const {
  if (code != SQLITE_OK && code != SQLITE_DONE)
    throw std::runtime_error(std::string("raw SQLite: ") + sqlite3_errmsg(db_.get()));
}

sqlite3_stmt* RawSqlite::prepared(Statement& statement) const {
  if (!statement.handle) {
    sqlite3_stmt* handle = nullptr;
    check(sqlite3_prepare_v3(db_.get(), statement.sql().c_str(), -1, SQLITE_PREPARE_PERSISTENT, &handle,
                             nullptr));
    statement.handle.reset(handle);
  }
  return statement.handle.get();
}

void RawSqlite::step_to_end(sqlite3_stmt* statement) const {
  check(sqlite3_step(statement));
  check(sqlite3_reset(statement));
}

std::optional<Row> RawSqlite::get(const Id& id) {
  sqlite3_stmt* const statement = prepared(get_);
  std::array<char, 36> text;
  write_id(id, text.data());
  check(Binder(statement).text(tenant_).text(std::string_view(text.data(), text.size())).failed());
  std::optional<Row> found;
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    read_row(statement, found.emplace());
  } else {
    check(code);
  }
  check(sqlite3_reset(statement));
  return found;
}

template <class T, class Read>
Page<T> RawSqlite::read_page(sqlite3_stmt* statement, std::size_t rows, Read read) {
  Page<T> page;
  page.items.reserve(rows);
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    if (page.items.size() == rows) {
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
  sqlite3_stmt* const statement = prepared(page_);
  check(Binder(statement).text(tenant_).text(page_environment).failed());
  return read_page<Row>(statement, page_size, read_row);
}

Page<Row> RawSqlite::newest_in(const std::string& tenant) {
  tenant_ = tenant;
  sqlite3_stmt* const statement = prepared(newest_);
  check(Binder(statement).text(tenant_).failed());
  return read_page<Row>(statement, short_page_size, read_row);
}

Page<Summary> RawSqlite::summaries() {
  sqlite3_stmt* const statement = prepared(summaries_);
  check(Binder(statement).text(tenant_).text(page_environment).failed());
  return read_page<Summary>(statement, page_size, read_summary);
}

template <class Visit>
void RawSqlite::for_rows(sqlite3_stmt* statement, Visit visit) {
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) visit(statement);
  check(code);
  check(sqlite3_reset(statement));
}

std::uint64_t RawSqlite::count() {
  sqlite3_stmt* const statement = prepared(count_);
  check(Binder(statement).text(tenant_).text(page_environment).failed());
  std::uint64_t rows = 0;
  for_rows(statement,
           [&](sqlite3_stmt* s) { rows = static_cast<std::uint64_t>(sqlite3_column_int64(s, 0)); });
  return rows;
}

std::uint64_t RawSqlite::stream(const std::function<void(Row&)>& visit) {
  sqlite3_stmt* const statement = prepared(stream_);
  check(Binder(statement).text(tenant_).failed());
  std::uint64_t rows = 0;
  for_rows(statement, [&](sqlite3_stmt* s) {
    Row row;
    read_row(s, row);
    visit(row);
    ++rows;
  });
  return rows;
}

std::vector<EnvironmentCost> RawSqlite::totals_by_environment() {
  sqlite3_stmt* const statement = prepared(totals_);
  check(Binder(statement).text(tenant_).failed());
  std::vector<EnvironmentCost> totals;
  for_rows(statement, [&](sqlite3_stmt* s) {
    totals.push_back({std::string(text_at(s, 0)), sqlite3_column_int64(s, 1), sqlite3_column_double(s, 2),
                      sqlite3_column_double(s, 3)});
  });
  return totals;
}

std::vector<Summary> RawSqlite::top_by_cost() {
  sqlite3_stmt* const statement = prepared(top_);
  check(Binder(statement).text(tenant_).failed());
  std::vector<Summary> top;
  top.reserve(top_size);
  for_rows(statement, [&](sqlite3_stmt* s) { read_summary(s, top.emplace_back()); });
  return top;
}

Blocked RawSqlite::block_rate() {
  sqlite3_stmt* const statement = prepared(block_rate_);
  check(Binder(statement).text(tenant_).failed());
  Blocked blocked;
  for_rows(statement, [&](sqlite3_stmt* s) {
    blocked = {sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)};
  });
  return blocked;
}

std::vector<MonthCost> RawSqlite::cost_trend() {
  sqlite3_stmt* const statement = prepared(trend_);
  check(Binder(statement).text(tenant_).failed());
  std::vector<MonthCost> months;
  for_rows(statement, [&](sqlite3_stmt* s) {
    months.push_back({sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1), sqlite3_column_double(s, 2),
                      sqlite3_column_double(s, 3)});
  });
  return months;
}

void RawSqlite::write(Statement& statement, const Row& row) {
  sqlite3_stmt* const handle = prepared(statement);
  std::array<char, 36> id;
  write_id(row.id, id.data());
  check(bind_row(handle, tenant_, {id.data(), id.size()}, row));
  step_to_end(handle);
}

void RawSqlite::set_cost(const Id& id, double cost) {
  sqlite3_stmt* const statement = prepared(set_cost_);
  std::array<char, 36> text;
  write_id(id, text.data());
  check(Binder(statement).real(cost).text(tenant_).text({text.data(), text.size()}).failed());
  step_to_end(statement);
}

void RawSqlite::insert_all(const std::vector<Row>& rows) {
  step_to_end(prepared(begin_));
  for (const Row& row : rows) insert(row);
  step_to_end(prepared(commit_));
}

}  // namespace tenon_bench
