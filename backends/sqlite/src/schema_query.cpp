#include "schema_query.hpp"

#include <algorithm>

#include "error_map.hpp"

namespace tenon::sqlite {

StatementHandle prepare_query(sqlite3* db, std::string_view sql, std::string_view subject) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  if (code != SQLITE_OK) throw make_error(db, code, subject, false);
  return StatementHandle(raw);
}

bool next_row(sqlite3* db, const StatementHandle& statement, std::string_view subject) {
  const int code = sqlite3_step(statement.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) throw make_error(db, code, subject, false);
  return code == SQLITE_ROW;
}

std::string text_column(const StatementHandle& statement, int column) {
  const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), column));
  return bytes == nullptr ? std::string() : std::string(bytes);
}

void bind_text(const StatementHandle& statement, int parameter, const std::string& text) {
  sqlite3_bind_text64(statement.get(), parameter, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

std::string quoted_name(std::string_view name) {
  std::string result = "\"";
  for (const char c : name) result.append(c == '"' ? 2 : 1, c);
  return result + '"';
}

std::string lower_name(std::string name) {
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

bool is_text_type(std::string_view type) {
  const auto has = [type](std::string_view part) { return type.find(part) != std::string_view::npos; };
  return !has("INT") && (has("CHAR") || has("CLOB") || has("TEXT"));
}

}  // namespace tenon::sqlite
