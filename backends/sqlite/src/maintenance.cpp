#include "maintenance.hpp"

#include <limits>
#include <string>

#include <tenon/detail/utf8.hpp>

#include "statement_cache.hpp"

namespace tenon::sqlite {
namespace {

StatementHandle prepare_next(Connection& connection, std::string_view& sql, std::string_view subject) {
  if (sql.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw connection.error(SQLITE_TOOBIG, subject);
  }
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code =
      sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()), 0, &raw, &tail);
  if (code != SQLITE_OK) throw connection.error(code, subject, Wording::maintenance);
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
  while (!sql.empty()) {
    const StatementHandle statement = prepare_next(connection, sql, "maintenance");
    if (!statement) continue;  // a comment or space
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(statement.get());
    if (code != SQLITE_DONE) throw connection.error(code, "maintenance", Wording::maintenance);
  }
}

std::vector<backend::Maintenance::TextRow> query_texts(Connection& connection, std::string_view sql,
                                                       std::span<const std::string_view> parameters,
                                                       std::string_view subject, bool* only_read) {
  const StatementHandle statement = prepare_next(connection, sql, subject);
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

void Maintenance::begin() {
  lease_.connection().begin_immediate(backend::Deadline::max());
}

void Maintenance::commit() {
  lease_.connection().commit();
}

void Maintenance::rollback() noexcept {
  lease_.connection().rollback();
}

bool Maintenance::try_lock(std::string_view /*name*/) {
  return true;
}

void Maintenance::unlock(std::string_view /*name*/) noexcept {}

}  // namespace tenon::sqlite
