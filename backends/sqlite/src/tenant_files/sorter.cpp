#include "sorter.hpp"

#include <string>

#include <tenon/detail/row_buffer.hpp>

#include "../codec.hpp"
#include "../error_map.hpp"

namespace tenon::sqlite {
namespace {

constexpr const char* a_temporary_file = "";  // https://sqlite.org/inmemorydb.html#temp_db

std::string listed(std::size_t count, const std::string& item) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i > 0 ? ", " : "") + item + std::to_string(i + 1);
  return text;
}

}  // namespace

Sorter::Sorter(const backend::Statement& statement, const backend::Gathering& order)
    : statement_(statement), order_(order) {
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(
      a_temporary_file, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  db_.reset(db);
  if (code != SQLITE_OK) fail(code);
  const std::size_t columns = statement.columns.size();
  run("PRAGMA journal_mode=OFF");
  // Columns without a type keep values as they are.
  run(("CREATE TABLE gathered (" + listed(columns, "c") + ")").c_str());
  run("BEGIN");
  insert_ = prepare("INSERT INTO gathered VALUES (" + listed(columns, "?") + ")");
}

void Sorter::fail(int code) {
  throw make_error(db_.get(), code, statement_.name, false);
}

void Sorter::run(const char* sql) {
  if (const int code = sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr); code != SQLITE_OK)
    fail(code);
}

StatementHandle Sorter::prepare(const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  StatementHandle statement(raw);
  if (code != SQLITE_OK) fail(code);
  return statement;
}

void Sorter::add(backend::Values row) {
  UuidTexts uuids;
  bind_all(insert_.get(), statement_.columns, row, uuids, statement_.name);
  sqlite3_step(insert_.get());
  if (const int code = sqlite3_reset(insert_.get()); code != SQLITE_OK) fail(code);
}

std::uint64_t Sorter::deliver(std::int64_t most, backend::RowSink rows) {
  std::string sql = "SELECT * FROM gathered ORDER BY ";
  for (const auto& [position, descending] : order_.order) {
    sql +=
        (sql.ends_with("BY ") ? "c" : ", c") + std::to_string(position + 1) + (descending ? " DESC" : "");
  }
  sql += " LIMIT " + std::to_string(most);
  const StatementHandle select = prepare(sql);
  tenon::detail::RowBuffer buffer(statement_.columns.size());
  std::uint64_t count = 0;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(select.get())) == SQLITE_ROW) {
    read_row(select.get(), statement_.columns, buffer.row(), statement_.name);
    ++count;
    if (!rows(buffer.row())) return count;
  }
  if (code != SQLITE_DONE) fail(code);
  return count;
}

}  // namespace tenon::sqlite
