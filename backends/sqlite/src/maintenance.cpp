#include "maintenance.hpp"

#include <chrono>
#include <limits>
#include <string>
#include <utility>

#include <tenon/detail/utf8.hpp>

#include "statement_cache.hpp"

namespace tenon::sqlite {
namespace {

// The error with its place in `whole`, of which `sql` is a part that was not run yet.
Error error_in(Connection& connection, int code, std::string_view whole, std::string_view sql) {
  Error error = connection.error(code, "maintenance", Wording::maintenance);
  const int offset = sqlite3_error_offset(connection.handle());
  if (offset >= 0) {
    Error::Detail detail = error.detail();
    detail.position = whole.size() - sql.size() + static_cast<std::size_t>(offset) + 1;
    return {error.kind(), error.what(), std::move(detail)};
  }
  return error;
}

StatementHandle prepare_next(Connection& connection, std::string_view& sql, std::string_view whole) {
  if (sql.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw connection.error(SQLITE_TOOBIG, "maintenance");
  }
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code =
      sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()), 0, &raw, &tail);
  if (code != SQLITE_OK) throw error_in(connection, code, whole, sql);
  sql.remove_prefix(static_cast<std::size_t>(tail - sql.data()));
  return StatementHandle(raw);
}

backend::Maintenance::TextRow text_row(sqlite3_stmt* statement) {
  backend::Maintenance::TextRow row;
  const int columns = sqlite3_column_count(statement);
  row.reserve(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) {
    const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    if (text == nullptr) {
      row.emplace_back();
    } else {
      row.emplace_back(std::in_place, text,
                       static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
  }
  return row;
}

void bind_texts(Connection& connection, sqlite3_stmt* statement,
                std::span<const std::string_view> parameters) {
  if (static_cast<std::size_t>(sqlite3_bind_parameter_count(statement)) != parameters.size()) {
    throw Error(Error::Kind::invalid_argument,
                "maintenance: the statement has another number of parameters");
  }
  int place = 0;
  for (const std::string_view text : parameters) {
    if (!detail::is_storable_text(text)) {
      throw Error(Error::Kind::invalid_argument,
                  "maintenance: a parameter is not UTF-8 or holds a NUL byte");
    }
    const int code = sqlite3_bind_text64(statement, ++place, text.empty() ? "" : text.data(), text.size(),
                                         SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) throw connection.error(code, "maintenance", Wording::maintenance);
  }
}

}  // namespace

void Maintenance::execute(std::string_view sql) {
  Connection& connection = lease_.connection();
  const std::string_view whole = sql;
  while (!sql.empty()) {
    const StatementHandle statement = prepare_next(connection, sql, whole);
    if (!statement) continue;  // a comment or space
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(statement.get());
    if (code != SQLITE_DONE) throw connection.error(code, "maintenance", Wording::maintenance);
  }
}

std::vector<backend::Maintenance::TextRow> query_texts(Connection& connection, std::string_view sql,
                                                       std::span<const std::string_view> parameters,
                                                       std::string_view subject, bool* only_read) {
  const StatementHandle statement = prepare_next(connection, sql, sql);
  if (!statement)
    throw Error(Error::Kind::invalid_argument, std::string(subject) + ": the text holds no statement");
  bind_texts(connection, statement.get(), parameters);
  if (only_read != nullptr) *only_read = sqlite3_stmt_readonly(statement.get()) != 0;
  std::vector<backend::Maintenance::TextRow> rows;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement.get())) == SQLITE_ROW) rows.push_back(text_row(statement.get()));
  if (code != SQLITE_DONE) throw connection.error(code, subject, Wording::maintenance);
  return rows;
}

std::vector<backend::Maintenance::TextRow> Maintenance::query(
    std::string_view sql, std::span<const std::string_view> parameters) {
  return query_texts(lease_.connection(), sql, parameters, "maintenance", &query_only_read_);
}

void Maintenance::reset() {
  privilege_.renew();
}

bool Maintenance::enforces_foreign_keys() const noexcept {
  int enforced = 0;
  sqlite3_db_config(lease_.connection().handle(), SQLITE_DBCONFIG_ENABLE_FKEY, -1, &enforced);
  return enforced != 0;
}

void Maintenance::begin() {
  lease_.connection().begin_immediate(backend::Deadline::max());
}

void Maintenance::commit() {
  // The writer's own checkpoints wait for the lease; a log that only grows makes each commit dearer.
  constexpr int long_log = 1000;  // pages, as SQLite's own default
  Connection& connection = lease_.connection();
  connection.commit();
  if (connection.wal_pages() >= long_log)
    connection.checkpoint(SQLITE_CHECKPOINT_PASSIVE, std::chrono::milliseconds{0});
}

void Maintenance::rollback() noexcept {
  lease_.connection().rollback();
}

bool Maintenance::try_lock(std::string_view /*name*/) {
  return true;
}

void Maintenance::unlock(std::string_view /*name*/) noexcept {}

bool Maintenance::holds_lock(std::string_view /*name*/) {
  return true;
}

}  // namespace tenon::sqlite
