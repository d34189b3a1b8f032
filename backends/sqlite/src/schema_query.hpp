#pragma once

#include <string>
#include <string_view>

#include <sqlite3.h>

#include "statement_cache.hpp"

// Looking at the schema with plain statements of the connection's own.

namespace tenon::sqlite {

// Throws Error whose message begins with `subject`.
[[nodiscard]] StatementHandle prepare_query(sqlite3* db, std::string_view sql, std::string_view subject);
// False at the end of the rows.
[[nodiscard]] bool next_row(sqlite3* db, const StatementHandle& statement, std::string_view subject);
// NULL as an empty text.
[[nodiscard]] std::string text_column(const StatementHandle& statement, int column);
void bind_text(const StatementHandle& statement, int parameter, const std::string& text);

// An identifier in double quotes.
[[nodiscard]] std::string quoted_name(std::string_view name);
// ASCII letters in lower case, as SQLite compares names.
[[nodiscard]] std::string lower_name(std::string name);
// Whether a declared type has TEXT affinity (https://sqlite.org/datatype3.html, 3.1). `type` in upper case.
[[nodiscard]] bool is_text_type(std::string_view type);

}  // namespace tenon::sqlite
