#include "guarded_table.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "schema_query.hpp"
#include "tenant_column.hpp"
#include "walls.hpp"

namespace tenon::sqlite {
namespace {

constexpr std::string_view guard_subject = "raw SQL guard";

StatementHandle prepare(sqlite3* db, std::string_view sql) {
  return prepare_query(db, sql, guard_subject);
}

bool step(sqlite3* db, const StatementHandle& statement) {
  return next_row(db, statement, guard_subject);
}

std::string text(const StatementHandle& statement, int column) {
  return text_column(statement, column);
}

struct Candidate {
  GuardedTable table;
  std::map<int, std::string> key;  // by position in the primary key
  TenantColumn tenant{};
};

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
    candidate.tenant.offer(name, text(columns, 2), options.tenant_columns);
    if (const int place = sqlite3_column_int(columns.get(), 5); place > 0) candidate.key[place] = name;
    candidate.table.columns.push_back({.name = name,
                                       .default_text = text(columns, 4),
                                       .not_null = sqlite3_column_int(columns.get(), 3) != 0,
                                       .generated = sqlite3_column_int(columns.get(), 6) > 1});
  }
  std::erase_if(candidates, [](const Candidate& candidate) { return !candidate.tenant.usable(); });
  for (Candidate& candidate : candidates) {
    candidate.table.tenant_column = candidate.tenant.name;
    candidate.table.integer_tenant = candidate.tenant.kind == TenantColumn::Kind::integer;
  }
  return candidates;
}

// ?1 is the table, ?2 its tenant column in lower case.
StatementHandle prepare_about(const GuardedTable& table, sqlite3* db, std::string_view sql) {
  StatementHandle statement = prepare(db, sql);
  const std::string tenant = lower_name(table.tenant_column);
  sqlite3_bind_text64(statement.get(), 1, table.base.data(), table.base.size(), SQLITE_STATIC, SQLITE_UTF8);
  sqlite3_bind_text64(statement.get(), 2, tenant.data(), tenant.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return statement;
}

// Whether a unique key does not begin with the tenant, or a foreign key of the table, or to it, does not
// carry it.
bool reaches_across_tenants(sqlite3* db, const GuardedTable& table) {
  // A key whose collation takes two tenants for equal is one that they share.
  const StatementHandle found = prepare_about(
      table, db,
      "SELECT 1 FROM pragma_index_list(?1, 'main') AS l WHERE l.\"unique\" AND coalesce((SELECT "
      "lower(i.name)"
      " FROM pragma_index_xinfo(l.name, 'main') AS i WHERE i.seqno = 0 AND i.coll = 'BINARY'), '')"
      " <> ?2"
      " UNION ALL SELECT 1 FROM (SELECT max(lower(f.\"from\") = ?2 AND"
      " lower(coalesce(f.\"to\", ?2)) = ?2) AS carried"
      " FROM pragma_foreign_key_list(?1, 'main') AS f GROUP BY f.id) WHERE NOT carried"
      " UNION ALL SELECT 1 FROM (SELECT max(lower(f.\"from\") = ?2 AND"
      " lower(coalesce(f.\"to\", ?2)) = ?2) AS carried"
      " FROM main.sqlite_schema AS t, pragma_foreign_key_list(t.name, 'main') AS f"
      " WHERE t.type = 'table' AND lower(f.\"table\") = lower(?1) GROUP BY t.name, f.id) WHERE NOT "
      "carried");
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

// The bound tenant as the table's column has it.
const char* bound_tenant(const GuardedTable& table) {
  return table.integer_tenant ? "tenon_tenant_number()" : "tenon_tenant()";
}

std::string own_row(const GuardedTable& table) {
  return quoted_name(table.tenant_column) + " = " + bound_tenant(table) + " COLLATE BINARY";
}

// When nothing but the rowid is read, as by count(*), SQLite asks the authorizer for the table itself, and
// no longer tells that the view did so (sqlite3Select: colUsed is 0 for a rowid). So a column is read that
// does not matter; a tenant that is the rowid has one row in which to compare it.
std::string reads_a_column(const GuardedTable& table) {
  if (!table.integer_tenant || table.key.size() != 1) return {};
  for (const GuardedTable::Column& column : table.columns)
    if (column.name != table.tenant_column && !column.generated)
      return " AND " + quoted_name(column.name) + " IS " + quoted_name(column.name);
  return {};
}

std::string same_key(const GuardedTable& table) {
  std::string text = walls.write_predicate ? own_row(table) : "1";
  for (const std::string& column : table.key) {
    if (column == table.tenant_column) continue;
    text += " AND " + quoted_name(column) + " IS OLD." + quoted_name(column);
  }
  return text;
}

std::string insert_body(const GuardedTable& table) {
  std::string columns;
  std::string values;
  for (const GuardedTable::Column& column : table.columns) {
    if (column.generated) continue;
    const std::string name = quoted_name(column.name);
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
  return "INSERT INTO " + quoted_name(table.base) + " (" + columns + ") VALUES (" + values + ");";
}

bool is_assigned(const GuardedTable& table, const GuardedTable::Column& column) {
  return !column.generated && !(walls.owner_check && column.name == table.tenant_column);
}

std::vector<std::string> indexed_columns(const GuardedTable& table) {
  std::vector<std::string> names;
  for (const GuardedTable::Column& column : table.columns)
    if (column.indexed && is_assigned(table, column)) names.push_back(column.name);
  return names;
}

// An UPDATE of the row in question that sets the columns without an index and, of the others, `indexed`.
std::string update_of(const GuardedTable& table, std::span<const std::string> indexed,
                      const std::string& when) {
  std::string text;
  for (const GuardedTable::Column& column : table.columns) {
    if (!is_assigned(table, column)) continue;
    if (column.indexed && std::ranges::find(indexed, column.name) == indexed.end()) continue;
    text += (text.empty() ? "" : ", ") + quoted_name(column.name) + " = NEW." + quoted_name(column.name);
  }
  if (text.empty()) return {};
  return "UPDATE " + quoted_name(table.base) + " SET " + text + " WHERE " + same_key(table) + when + "; ";
}

// Whether the column gets another value. Compares bytes and types, not what its collation takes for equal.
std::string changes(const std::string& column) {
  const std::string name = quoted_name(column);
  return "(NEW." + name + " IS NOT OLD." + name + " COLLATE BINARY OR typeof(NEW." + name +
         ") <> typeof(OLD." + name + "))";
}

std::string joined(std::span<const std::string> columns, const std::string& separator,
                   const std::string& without = {}) {
  std::string text;
  for (const std::string& column : columns)
    if (column != without) text += (text.empty() ? "" : separator) + changes(column);
  return text.empty() ? "0" : "(" + text + ")";
}

// A trigger does not know which columns the statement names. To set an indexed one costs several pages, the
// same value or not, so that these are left out where they stay: all but the one that changes, mostly. More
// than one are set together, for a constraint may hold between them.
std::string reindexing_updates(const GuardedTable& table, const std::vector<std::string>& indexed) {
  constexpr std::size_t most_of_one = 16;  // each is a statement to prepare
  if (indexed.size() > most_of_one) return update_of(table, indexed, {});
  std::string text;
  for (const std::string& column : indexed) {
    text += update_of(table, {&column, 1},
                      " AND " + changes(column) + " AND NOT " + joined(indexed, " OR ", column));
  }
  return text + update_of(table, indexed, " AND " + joined(indexed, " + ") + " > 1");
}

// A row that names another tenant; an INSERT may leave the tenant out.
std::string refuse_foreign(const GuardedTable& table, bool or_none) {
  if (!walls.owner_check) return {};
  const std::string named = "NEW." + quoted_name(table.tenant_column);
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
      return lower_name(table.view) == lower_name(candidate.table.view);
    };
    if (std::ranges::none_of(schema.tables, same_name)) schema.tables.push_back(std::move(candidate.table));
  }
  // A trigger names its table without a schema, so a view of that name would come before it.
  for (GuardedTable& table : schema.tables) {
    if (std::ranges::any_of(schema.tables, [&](const GuardedTable& other) {
          return lower_name(other.view) == lower_name(table.base);
        })) {
      table.writable = false;
    }
  }
  return schema;
}

std::string inner_view(const GuardedTable& table, const std::string& secret, InnerView shape) {
  std::string rows = quoted_name(table.base);
  if (walls.predicate) rows += " WHERE " + own_row(table) + reads_a_column(table);
  // A view with a LIMIT is neither taken apart nor given the conditions of the query around it
  // (https://sqlite.org/optoverview.html, 10 and 11).
  if (shape == InnerView::fenced) rows += " LIMIT -1";
  return "CREATE TEMP VIEW " + quoted_name(secret + table.view) + " AS SELECT * FROM main." + rows;
}

std::vector<std::string> guard_statements(const GuardedTable& table, const std::string& secret,
                                          InnerView shape) {
  const std::string inner = quoted_name(secret + table.view);
  const std::string outer = "temp." + quoted_name(table.view);
  std::vector<std::string> statements{
      inner_view(table, secret, shape),
      "CREATE TEMP VIEW " + quoted_name(table.view) + " AS SELECT * FROM temp." + inner};
  if (!table.writable) return statements;
  const auto trigger = [&](const char* suffix, const char* verb, const std::string& body,
                           const std::string& when = {}) {
    statements.push_back("CREATE TEMP TRIGGER " + quoted_name(secret + table.view + suffix) +
                         " INSTEAD OF " + verb + " ON " + outer + when + " BEGIN " + body + " END");
  };
  trigger("_insert", "INSERT", refuse_foreign(table, true) + insert_body(table));
  const std::string refusal = refuse_foreign(table, false);
  const std::vector<std::string> indexed = indexed_columns(table);
  const std::string reindexed = joined(indexed, " OR ");
  std::string plain = update_of(table, {}, {});
  if (plain.empty()) plain = update_of(table, indexed, {});  // the row counts as changed all the same
  trigger("_update", "UPDATE", refusal + plain, " WHEN NOT " + reindexed);
  if (!indexed.empty())
    trigger("_reindex", "UPDATE", refusal + reindexing_updates(table, indexed), " WHEN " + reindexed);
  trigger("_delete", "DELETE",
          "DELETE FROM " + quoted_name(table.base) + " WHERE " + same_key(table) + ";");
  return statements;
}

std::vector<std::string> unguard_statements(const GuardedTable& table, const std::string& secret) {
  return {"DROP VIEW IF EXISTS temp." + quoted_name(table.view),
          "DROP VIEW IF EXISTS temp." + quoted_name(secret + table.view)};
}

}  // namespace tenon::sqlite
