#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sqlite3.h>

namespace tenon::sqlite {

// A table that raw SQL may see, under the name of a view.
struct GuardedTable {
  struct Column {
    std::string name;
    std::string default_text;  // an expression; empty without one
    bool not_null = false;
    bool generated = false;
    bool indexed = false;  // part of an index or of the primary key
  };

  std::string base;
  std::string view;
  std::string tenant_column;
  bool integer_tenant = false;   // else text
  std::vector<Column> columns;   // in the table's order, generated ones included
  std::vector<std::string> key;  // the primary key's columns; empty without one
  bool writable = false;
};

// What the schema `main` holds, seen by the guard.
struct GuardedSchema {
  std::vector<GuardedTable> tables;
  std::vector<std::string> objects;  // names of everything in `main`, of tables that are not guarded too
  std::vector<std::string> modules;  // names of the virtual tables' kinds, which are table functions too
};

// Which tables of a schema raw SQL sees, and how.
struct GuardOptions {
  std::vector<std::string> schemas;         // whose tables are seen under their bare names, and written
  std::vector<std::string> tenant_columns;  // in lower case; a table's is the first of them that it has
  bool fenced = false;                      // inner views always are

  friend bool operator==(const GuardOptions&, const GuardOptions&) = default;
};

// Reads the schema. A table is guarded when it has a tenant column of a text or an integer type: with
// another type two tenants could compare equal. `hosting_sites` is seen as `sites` when the options'
// schemas have `hosting`, all others under their own name. Only the former may be written, and only when no
// unique key or foreign key reaches across tenants, for that would tell one tenant of another's rows.
// Throws Error.
[[nodiscard]] GuardedSchema read_guarded_schema(sqlite3* db, const GuardOptions& options);

// How the inner view reads the table. `open`, SQLite merges it with the query around it, and may look at
// conditions of that before it looks at the tenant: an error in one would tell of others' rows. `fenced`,
// it gives the tenant's rows and knows of no other condition.
enum class InnerView : std::uint8_t { open, fenced };

// The statements that make the table's views and triggers in the schema `temp`, the first of them the inner
// view, and those that undo it. `secret` begins the names of all but the outer view.
[[nodiscard]] std::vector<std::string> guard_statements(const GuardedTable& table,
                                                        const std::string& secret, InnerView shape);
[[nodiscard]] std::string inner_view(const GuardedTable& table, const std::string& secret, InnerView shape);
[[nodiscard]] std::vector<std::string> unguard_statements(const GuardedTable& table,
                                                          const std::string& secret);

// What a trigger says of a row that is to be another tenant's.
inline constexpr const char* foreign_row_message = "tenon: the row is of another tenant";

}  // namespace tenon::sqlite
