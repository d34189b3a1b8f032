#include "journal.hpp"

#include <array>

#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <tenon/backend/sql_lexer.hpp>
#include <tenon/uuid.hpp>

#include "text_number.hpp"

namespace tenon::sqlite {
namespace {

using backend::Type;

constexpr const char* create_tables =
    "CREATE TABLE tenon_directory (id TEXT NOT NULL) STRICT;"
    "CREATE TABLE tenon_journal (number INTEGER PRIMARY KEY, within_transaction INTEGER NOT NULL,"
    " foreign_keys_off INTEGER NOT NULL, sql TEXT NOT NULL, parameters TEXT NOT NULL) STRICT";
constexpr const char* directory_tables =
    "SELECT count(*) FROM sqlite_schema WHERE name = 'tenon_directory'";

constexpr std::array newest_columns{Type::int64};
constexpr std::string_view newest_sql = "SELECT coalesce(max(number), 0) FROM tenon_journal";
constexpr std::array after_parameters{Type::int64};
constexpr std::array after_columns{Type::int64, Type::int64, Type::int64, Type::text, Type::text};
constexpr std::string_view after_sql =
    "SELECT number, within_transaction, foreign_keys_off, sql, parameters FROM tenon_journal WHERE number "
    "> $1 ORDER BY "
    "number";

constexpr backend::Statement newest_statement{.name = "journal.newest",
                                              .sql = newest_sql,
                                              .id = backend::statement_id(newest_sql, {}),
                                              .parameters = {},
                                              .columns = newest_columns};
constexpr backend::Statement after_statement{.name = "journal.after",
                                             .sql = after_sql,
                                             .id = backend::statement_id(after_sql, after_parameters),
                                             .parameters = after_parameters,
                                             .columns = after_columns};
constexpr backend::Principal nobody{{}, Role::administrator, {}};

}  // namespace

Journal::Journal(Engine& schema) : schema_(schema) {
  const auto on = schema.maintenance();
  if (to_number(on->query(directory_tables, {}).at(0).at(0)) == 0) {
    on->begin();
    if (to_number(on->query(directory_tables, {}).at(0).at(0)) == 0) {
      on->execute(create_tables);
      const std::string id = to_string(Uuid::random());
      const std::array<std::string_view, 1> parameters{id};
      (void)on->query("INSERT INTO tenon_directory VALUES ($1)", parameters);
    }
    on->commit();
  }
  const auto rows = on->query("SELECT id FROM tenon_directory", {});
  if (rows.size() != 1 || !rows[0][0]) {
    throw Error(Error::Kind::corrupt,
                "open: the schema file of the tenants' directory is damaged; restore it",
                {.sqlstate = "XX001", .statement = {}, .constraint = {}, .hint = {}});
  }
  directory_id_ = *rows[0][0];
}

std::int64_t Journal::newest() const {
  std::int64_t number = 0;
  const auto read = [&number](backend::Values row) {
    number = row[0].integral();
    return true;
  };
  schema_.execute(nobody, {.statement = newest_statement, .parameters = {}, .rows = read});
  return number;
}

std::vector<JournalEntry> Journal::after(std::int64_t number) const {
  std::vector<JournalEntry> entries;
  const auto read = [&entries](backend::Values row) {
    JournalEntry& entry = entries.emplace_back();
    entry.number = row[0].integral();
    entry.within_transaction = row[1].integral() != 0;
    entry.foreign_keys_off = row[2].integral() != 0;
    entry.sql = row[3].bytes();
    for (const auto& text : nlohmann::json::parse(row[4].bytes())) entry.parameters.push_back(text);
    return true;
  };
  const std::array parameters{backend::Value::integral(Type::int64, number)};
  schema_.execute(nobody, {.statement = after_statement, .parameters = parameters, .rows = read});
  return entries;
}

void Journal::add(backend::Maintenance& schema, JournalEntry& entry) {
  const std::string values = nlohmann::json(entry.parameters).dump();
  const std::array<std::string_view, 4> parameters{entry.within_transaction ? "1" : "0",
                                                   entry.foreign_keys_off ? "1" : "0", entry.sql, values};
  const auto rows = schema.query(
      "INSERT INTO tenon_journal (within_transaction, foreign_keys_off, sql, parameters)"
      " VALUES (CAST($1 AS INTEGER), CAST($2 AS INTEGER), $3, $4) RETURNING number",
      parameters);
  entry.number = to_number(rows.at(0).at(0));
}

bool begins_with_word(std::string_view sql, const char* word) {
  const std::string first(backend::SqlLexer(sql, backend::Flavour::sqlite).next().text);
  return sqlite3_stricmp(first.c_str(), word) == 0;
}

void replay(backend::Maintenance& on, const JournalEntry& entry) {
  if (entry.parameters.empty()) {
    on.execute(entry.sql);
    return;
  }
  const std::vector<std::string_view> parameters(entry.parameters.begin(), entry.parameters.end());
  (void)on.query(entry.sql, parameters);
}

}  // namespace tenon::sqlite
