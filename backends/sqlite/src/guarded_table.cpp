#include "guarded_table.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>
#include <utility>

#include "error_map.hpp"
#include "statement_cache.hpp"
#include "walls.hpp"

namespace tenon::sqlite {
namespace {

StatementHandle prepare(sqlite3* db, std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  if (code != SQLITE_OK) throw make_error(db, code, "raw SQL guard", false);
  return StatementHandle(raw);
}

bool step(sqlite3* db, const StatementHandle& statement) {
  const int code = sqlite3_step(statement.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) throw make_error(db, code, "raw SQL guard", false);
  return code == SQLITE_ROW;
}

std::string text(const StatementHandle& statement, int column) {
  const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), column));
  return bytes == nullptr ? std::string() : std::string(bytes);
}

std::string lower(std::string name) {
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

// https://sqlite.org/datatype3.html, 3.1: which declared types have TEXT affinity. `type` in upper case.
bool is_text_type(std::string_view type) {
  const auto has = [type](std::string_view part) { return type.find(part) != std::string_view::npos; };
  return !has("INT") && (has("CHAR") || has("CLOB") || has("TEXT"));
}

struct Candidate {
  GuardedTable table;
  std::map<int, std::string> key;                   // by position in the primary key
  std::size_t rank = static_cast<std::size_t>(-1);  // of its tenant column among those of the options
};

// Notes the column as the table's tenant when it is one, and the best so far.
void note_tenant(Candidate& candidate, const std::string& name, std::string_view type,
                 const GuardOptions& options) {
  const auto& known = options.tenant_columns;
  const auto found = std::ranges::find(known, lower(name));
  const auto rank = static_cast<std::size_t>(found - known.begin());
  const bool integer = type.find("INT") != std::string_view::npos;
  if (found == known.end() || rank >= candidate.rank || !(integer || is_text_type(type))) return;
  candidate.rank = rank;
  candidate.table.tenant_column = name;
  candidate.table.integer_tenant = integer;
}

Candidate& candidate_of(std::vector<Candidate>& candidates, std::string base) {
  if (candidates.empty() || candidates.back().table.base != base) {
    candidates.emplace_back().table.base = std::move(base);
  }
  return candidates.back();
}

std::vector<Candidate> read_candidates(sqlite3* db, const GuardOptions& options) {
  const StatementHandle columns =
      prepare(db,
              "SELECT s.name, c.name, upper(c.type), c.\"notnull\", c.dflt_value, c.pk, c.hidden"
              " FROM main.sqlite_schema AS s JOIN pragma_table_xinfo(s.name, 'main') AS c"
              " WHERE s.type = 'table' AND s.rootpage > 0 AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
              " ORDER BY s.name, c.cid");
  std::vector<Candidate> candidates;
  while (step(db, columns)) {
    Candidate& candidate = candidate_of(candidates, text(columns, 0));
    const std::string name = text(columns, 1);
    note_tenant(candidate, name, text(columns, 2), options);
    if (const int place = sqlite3_column_int(columns.get(), 5); place > 0) candidate.key[place] = name;
    candidate.table.columns.push_back({.name = name,
                                       .default_text = text(columns, 4),
                                       .not_null = sqlite3_column_int(columns.get(), 3) != 0,
                                       .generated = sqlite3_column_int(columns.get(), 6) > 1});
  }
  std::erase_if(candidates,
                [](const Candidate& candidate) { return candidate.table.tenant_column.empty(); });
  return candidates;
}

// Whether a unique key does not begin with the tenant, or a foreign key does not carry it.
bool reaches_across_tenants(sqlite3* db, const GuardedTable& table) {
  // A key whose collation takes two tenants for equal is one that they share.
  const StatementHandle found =
      prepare(db,
              "SELECT 1 FROM pragma_index_list(?1, 'main') AS l WHERE l.\"unique\" AND coalesce((SELECT "
              "lower(i.name)"
              " FROM pragma_index_xinfo(l.name, 'main') AS i WHERE i.seqno = 0 AND i.coll = 'BINARY'), '')"
              " <> ?2"
              " UNION ALL SELECT 1 FROM (SELECT max(lower(f.\"from\") = ?2 AND"
              " lower(coalesce(f.\"to\", ?2)) = ?2) AS carried"
              " FROM pragma_foreign_key_list(?1, 'main') AS f GROUP BY f.id) WHERE NOT carried");
  const std::string tenant = lower(table.tenant_column);
  sqlite3_bind_text64(found.get(), 1, table.base.data(), table.base.size(), SQLITE_STATIC, SQLITE_UTF8);
  sqlite3_bind_text64(found.get(), 2, tenant.data(), tenant.size(), SQLITE_STATIC, SQLITE_UTF8);
  return step(db, found);
}

void note_indexed(sqlite3* db, GuardedTable& table) {
  const StatementHandle columns = prepare(
      db,
      "SELECT i.name FROM pragma_index_list(?1, 'main') AS l JOIN pragma_index_xinfo(l.name, 'main') AS i"
      " WHERE i.name IS NOT NULL");
  sqlite3_bind_text64(columns.get(), 1, table.base.data(), table.base.size(), SQLITE_STATIC, SQLITE_UTF8);
  std::vector<std::string> indexed = table.key;
  while (step(db, columns)) indexed.push_back(text(columns, 0));
  for (GuardedTable::Column& column : table.columns) {
    column.indexed = std::ranges::find(indexed, column.name) != indexed.end();
  }
}

std::string view_of(const std::string& base, std::span<const std::string> schemas) {
  for (const std::string& schema : schemas) {
    if (base.size() > schema.size() + 1 && base.starts_with(schema) && base[schema.size()] == '_') {
      return base.substr(schema.size() + 1);
    }
  }
  return base;
}

std::vector<std::string> read_names(sqlite3* db, std::string_view sql) {
  const StatementHandle rows = prepare(db, sql);
  std::vector<std::string> names;
  while (step(db, rows)) names.push_back(text(rows, 0));
  return names;
}

std::string quoted(std::string_view name) {
  std::string result = "\"";
  for (const char c : name) result.append(c == '"' ? 2 : 1, c);
  return result + '"';
}

// The bound tenant as the table's column has it.
const char* bound_tenant(const GuardedTable& table) {
  return table.integer_tenant ? "tenon_tenant_number()" : "tenon_tenant()";
}

std::string own_row(const GuardedTable& table) {
  return quoted(table.tenant_column) + " = " + bound_tenant(table) + " COLLATE BINARY";
}

// When nothing but the rowid is read, as by count(*), SQLite asks the authorizer for the table itself, and
// no longer tells that the view did so (sqlite3Select: colUsed is 0 for a rowid). So a column is read that
// does not matter; a tenant that is the rowid has one row in which to compare it.
std::string reads_a_column(const GuardedTable& table) {
  if (!table.integer_tenant || table.key.size() != 1) return {};
  for (const GuardedTable::Column& column : table.columns)
    if (column.name != table.tenant_column && !column.generated)
      return " AND " + quoted(column.name) + " IS " + quoted(column.name);
  return {};
}

std::string same_key(const GuardedTable& table) {
  std::string text = walls.write_predicate ? own_row(table) : "1";
  for (const std::string& column : table.key) {
    if (column == table.tenant_column) continue;
    text += " AND " + quoted(column) + " IS OLD." + quoted(column);
  }
  return text;
}

std::string insert_body(const GuardedTable& table) {
  std::string columns;
  std::string values;
  for (const GuardedTable::Column& column : table.columns) {
    if (column.generated) continue;
    const std::string name = quoted(column.name);
    std::string value = "NEW." + name;
    if (column.name == table.tenant_column) {
      const std::string bound = bound_tenant(table);
      value = walls.owner_check ? bound : "coalesce(NEW." + name + ", " + bound + ")";
    } else if (column.not_null && !column.default_text.empty()) {
      value = "coalesce(" + value + ", " + column.default_text + ")";
    }
    columns += (columns.empty() ? "" : ", ") + name;
    values += (values.empty() ? "" : ", ") + value;
  }
  return "INSERT INTO " + quoted(table.base) + " (" + columns + ") VALUES (" + values + ");";
}

std::string assignments(const GuardedTable& table, bool with_indexed) {
  std::string text;
  for (const GuardedTable::Column& column : table.columns) {
    if (column.generated || (column.indexed && !with_indexed)) continue;
    if (walls.owner_check && column.name == table.tenant_column) continue;
    text += (text.empty() ? "" : ", ") + quoted(column.name) + " = NEW." + quoted(column.name);
  }
  return text;
}

// Whether an indexed column gets another value. Compares bytes and types, not what the column's collation
// takes for equal.
std::string index_changes(const GuardedTable& table) {
  std::string text;
  for (const GuardedTable::Column& column : table.columns) {
    if (column.generated || !column.indexed) continue;
    const std::string name = quoted(column.name);
    text += (text.empty() ? "" : " OR ") + ("NEW." + name) + " IS NOT OLD." + name +
            " COLLATE BINARY OR typeof(NEW." + name + ") <> typeof(OLD." + name + ")";
  }
  return "(" + text + ")";
}

// A trigger does not know which columns the statement names. To set an indexed one costs several pages, the
// same value or not, so these are left out of rows where they stay.
std::string update_body(const GuardedTable& table) {
  const std::string update = "UPDATE " + quoted(table.base) + " SET ";
  const std::string where = " WHERE " + same_key(table);
  const std::string few = assignments(table, false);
  if (few.empty()) return update + assignments(table, true) + where + ";";
  const std::string changes = index_changes(table);
  return update + few + where + " AND NOT " + changes + "; " + update + assignments(table, true) + where +
         " AND " + changes + ";";
}

// A row that names another tenant; an INSERT may leave the tenant out.
std::string refuse_foreign(const GuardedTable& table, bool or_none) {
  if (!walls.owner_check) return {};
  const std::string named = "NEW." + quoted(table.tenant_column);
  const std::string own = named + " IS " + bound_tenant(table) + " COLLATE BINARY";
  return std::string("SELECT RAISE(ABORT, '") + foreign_row_message + "') WHERE NOT (" +
         (or_none ? named + " IS NULL OR " : "") + own + "); ";
}

}  // namespace

GuardedSchema read_guarded_schema(sqlite3* db, const GuardOptions& options) {
  GuardedSchema schema{.tables = {},
                       .objects = read_names(db, "SELECT name FROM main.sqlite_schema"),
                       .modules = read_names(db, "SELECT name FROM pragma_module_list")};
  std::vector<Candidate> candidates = read_candidates(db, options);
  for (Candidate& candidate : candidates) {
    GuardedTable& table = candidate.table;
    table.view = view_of(table.base, options.schemas);
    for (auto& [place, column] : candidate.key) table.key.push_back(std::move(column));
    const bool own_keys =
        !walls.key_check || (!table.key.empty() && table.key.front() == table.tenant_column &&
                             !reaches_across_tenants(db, table));
    table.writable = table.view != table.base && own_keys;
    if (table.writable) note_indexed(db, table);
  }
  // A table of a schema comes before one that has the bare name itself.
  std::ranges::stable_sort(candidates, [](const Candidate& a, const Candidate& b) {
    return a.table.view != a.table.base && b.table.view == b.table.base;
  });
  for (Candidate& candidate : candidates) {
    const auto same_name = [&](const GuardedTable& table) {
      return lower(table.view) == lower(candidate.table.view);
    };
    if (std::ranges::none_of(schema.tables, same_name)) schema.tables.push_back(std::move(candidate.table));
  }
  // A trigger names its table without a schema, so a view of that name would come before it.
  for (GuardedTable& table : schema.tables) {
    if (std::ranges::any_of(schema.tables, [&](const GuardedTable& other) {
          return lower(other.view) == lower(table.base);
        })) {
      table.writable = false;
    }
  }
  return schema;
}

std::vector<std::string> guard_statements(const GuardedTable& table, const std::string& secret) {
  const std::string inner = quoted(secret + table.view);
  const std::string outer = "temp." + quoted(table.view);
  const std::string condition = walls.predicate ? " WHERE " + own_row(table) + reads_a_column(table) : "";
  std::vector<std::string> statements{
      "CREATE TEMP VIEW " + inner + " AS SELECT * FROM main." + quoted(table.base) + condition,
      "CREATE TEMP VIEW " + quoted(table.view) + " AS SELECT * FROM temp." + inner};
  if (!table.writable) return statements;
  const auto trigger = [&](const char* suffix, const char* verb, const std::string& body) {
    statements.push_back("CREATE TEMP TRIGGER " + quoted(secret + table.view + suffix) + " INSTEAD OF " +
                         verb + " ON " + outer + " BEGIN " + body + " END");
  };
  trigger("_insert", "INSERT", refuse_foreign(table, true) + insert_body(table));
  trigger("_update", "UPDATE", refuse_foreign(table, false) + update_body(table));
  trigger("_delete", "DELETE", "DELETE FROM " + quoted(table.base) + " WHERE " + same_key(table) + ";");
  return statements;
}

std::vector<std::string> unguard_statements(const GuardedTable& table, const std::string& secret) {
  return {"DROP VIEW IF EXISTS temp." + quoted(table.view),
          "DROP VIEW IF EXISTS temp." + quoted(secret + table.view)};
}

}  // namespace tenon::sqlite
