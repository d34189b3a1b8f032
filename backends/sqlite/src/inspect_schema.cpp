#include <map>
#include <set>
#include <string>

#include "inspect.hpp"
#include "schema_query.hpp"
#include "tenant_column.hpp"

namespace tenon::sqlite {
namespace {

constexpr std::string_view inspect_subject = "inspect";

struct TenantTable {
  std::string name;
  TenantColumn tenant{};
  bool may_be_null = false;
};

class Inspection {
 public:
  Inspection(sqlite3* db, std::span<const std::string> tenant_columns, std::vector<Finding>& findings)
      : db_(db), findings_(findings) {
    read_tables(tenant_columns);
  }

  void tables() {
    for (const TenantTable& table : tables_) {
      column(table);
      keys(table);
      foreign_keys(table);
    }
  }

  void views() {
    for (const std::string& view : names("SELECT name FROM main.sqlite_schema WHERE type = 'view'")) {
      const StatementHandle plan = try_prepare("EXPLAIN SELECT * FROM main." + quoted_name(view));
      if (!plan) {
        warn("view-fails", view,
             "the view cannot be read: something it names is absent, or not trusted in a schema",
             "drop it, or mend what it names");
        continue;
      }
      for (const std::string& table : tables_read_by(plan)) {
        warn("view-unguarded", view,
             "the view reads " + table + " of all tenants; raw SQL is kept from it, other programs are not",
             "drop the view, or keep it to programs that may see every tenant");
      }
    }
  }

  void triggers() {
    const StatementHandle rows =
        query("SELECT name, tbl_name FROM main.sqlite_schema WHERE type = 'trigger'");
    while (next(rows)) {
      const TenantTable* const table = find(text_column(rows, 1));
      if (table == nullptr) continue;
      const std::string& column = table->tenant.name;
      warn("trigger-unguarded", table->name,
           "trigger " + text_column(rows, 0) +
               " runs its statements without the tenant's condition, and raw SQL may not set it off",
           "drop it, or let each of its statements compare " + column + " with NEW." + column);
    }
  }

  void virtual_tables() {
    for (const std::string& table :
         names("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage = 0")) {
      warn("virtual-table", table,
           "what a virtual table keeps is found without a tenant; raw SQL is kept from it, a full-text "
           "index of tenants' texts is not kept from the host's own statements",
           "search it together with a condition on the tenant, or use one file per tenant");
    }
  }

 private:
  void read_tables(std::span<const std::string> tenant_columns) {
    const StatementHandle rows = query(
        "SELECT s.name, c.name, upper(c.type), c.\"notnull\" = 0 AND (c.pk = 0 OR s.sql NOT LIKE "
        "'%WITHOUT%ROWID%')"
        " FROM main.sqlite_schema AS s JOIN pragma_table_xinfo(s.name, 'main') AS c"
        " WHERE s.type = 'table' AND s.rootpage > 0 ORDER BY s.name, c.cid");
    while (next(rows)) {
      if (tables_.empty() || tables_.back().name != text_column(rows, 0))
        tables_.push_back({.name = text_column(rows, 0)});
      TenantTable& table = tables_.back();
      const std::string column = text_column(rows, 1);
      table.tenant.offer(column, text_column(rows, 2), tenant_columns);
      if (table.tenant.name == column) table.may_be_null = sqlite3_column_int(rows.get(), 3) != 0;
    }
    std::erase_if(tables_,
                  [](const TenantTable& table) { return table.tenant.kind == TenantColumn::Kind::none; });
  }

  void column(const TenantTable& table) {
    const char* collation = nullptr;
    const int code =
        sqlite3_table_column_metadata(db_, "main", table.name.c_str(), table.tenant.name.c_str(), nullptr,
                                      &collation, nullptr, nullptr, nullptr);
    const std::string& name = table.tenant.name;
    const std::string type = table.tenant.kind == TenantColumn::Kind::integer ? " INTEGER" : " TEXT";
    const bool text = table.tenant.kind != TenantColumn::Kind::integer;
    if (text && code == SQLITE_OK && collation != nullptr && sqlite3_stricmp(collation, "BINARY") != 0) {
      findings_.push_back({FindingSeverity::error, "tenant-collation", table.name,
                           name + " has the collation " + std::string(collation) +
                               ", which takes different tenants for the same",
                           "make the table anew with " + name + " TEXT COLLATE BINARY"});
    }
    if (!table.tenant.usable()) {
      warn("tenant-not-text", table.name,
           name +
               " is neither text nor integer, so that different tenants can compare equal; raw SQL does "
               "not see the table",
           "make the table anew with " + name + " TEXT or INTEGER");
    }
    if (table.may_be_null && rowid_key(table) != name) {
      warn("tenant-nullable", table.name, "a row can be without a tenant, and no tenant finds it then",
           "make the table anew with " + name + type + " NOT NULL" +
               (text ? " CHECK (" + name + " <> '')" : ""));
    }
  }

  void keys(const TenantTable& table) {
    const StatementHandle indexes = prepared(
        "SELECT l.name, l.\"unique\", coalesce((SELECT lower(i.name) FROM"
        " pragma_index_xinfo(l.name, 'main') AS i WHERE i.seqno = 0 AND i.coll = 'BINARY'), '') = "
        "?2 FROM pragma_index_list(?1, 'main') AS l ORDER BY l.name",
        table.name);
    bind_text(indexes, 2, lower_name(table.tenant.name));
    const std::string rowid = rowid_key(table);
    bool led = rowid == table.tenant.name;  // one row for each tenant
    if (!led && !rowid.empty()) key_without_tenant(table, "of INTEGER PRIMARY KEY");
    while (next(indexes)) {
      const bool leads = sqlite3_column_int(indexes.get(), 2) != 0;
      led = led || leads;
      if (!leads && sqlite3_column_int(indexes.get(), 1) != 0)
        key_without_tenant(table, text_column(indexes, 0));
    }
    if (!led) {
      warn("table-without-tenant-index", table.name,
           "no key or index begins with " + table.tenant.name +
               ", so that each statement of a tenant reads the rows of all",
           "let the primary key begin with " + table.tenant.name);
    }
  }

  void key_without_tenant(const TenantTable& table, const std::string& index) {
    warn("key-without-tenant", table.name,
         "unique index " + index +
             " does not lead with the tenant, so a duplicate tells that another tenant has the value",
         "make it lead with " + table.tenant.name);
  }

  // The one kind of primary key that has no index of its own; empty when the table has another.
  std::string rowid_key(const TenantTable& table) {
    const StatementHandle row = prepared(
        "SELECT name FROM pragma_table_xinfo(?1, 'main') WHERE pk > 0 AND NOT EXISTS"
        " (SELECT 1 FROM pragma_index_list(?1, 'main') WHERE origin = 'pk')",
        table.name);
    return next(row) ? text_column(row, 0) : std::string();
  }

  void foreign_keys(const TenantTable& table) {
    const StatementHandle keys = prepared(
        "SELECT \"table\", group_concat(\"from\", ', '), max(lower(\"from\") = ?2 AND"
        " lower(coalesce(\"to\", ?2)) = ?2) FROM pragma_foreign_key_list(?1, 'main') GROUP BY id",
        table.name);
    bind_text(keys, 2, lower_name(table.tenant.name));
    while (next(keys)) {
      if (sqlite3_column_int(keys.get(), 2) != 0 || find(text_column(keys, 0)) == nullptr) continue;
      warn("foreign-key-without-tenant", table.name,
           "the foreign key on " + text_column(keys, 1) +
               " lacks the tenant, so it tells whether another tenant has the row referred to",
           "let both of its sides lead with " + table.tenant.name);
    }
  }

  // A plan opens tables and indexes by their first page.
  std::set<std::string> tables_read_by(const StatementHandle& plan) {
    std::set<std::string> found;
    while (next(plan)) {
      const std::string operation = text_column(plan, 1);
      if (operation != "OpenRead" && operation != "ReopenIdx") continue;
      const StatementHandle owner = query("SELECT tbl_name FROM main.sqlite_schema WHERE rootpage = ?1");
      sqlite3_bind_int(owner.get(), 1, sqlite3_column_int(plan.get(), 3));
      if (next(owner) && find(text_column(owner, 0)) != nullptr) found.insert(text_column(owner, 0));
    }
    return found;
  }

  [[nodiscard]] const TenantTable* find(const std::string& name) const {
    for (const TenantTable& table : tables_)
      if (lower_name(table.name) == lower_name(name)) return &table;
    return nullptr;
  }
  std::vector<std::string> names(std::string_view sql) {
    const StatementHandle rows = query(sql);
    std::vector<std::string> all;
    while (next(rows)) all.push_back(text_column(rows, 0));
    return all;
  }
  StatementHandle try_prepare(const std::string& sql) {
    sqlite3_stmt* raw = nullptr;
    (void)sqlite3_prepare_v2(db_, sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
    return StatementHandle(raw);
  }
  StatementHandle query(std::string_view sql) { return prepare_query(db_, sql, inspect_subject); }
  StatementHandle prepared(std::string_view sql, const std::string& table) {
    StatementHandle statement = query(sql);
    bind_text(statement, 1, table);
    return statement;
  }
  bool next(const StatementHandle& statement) { return next_row(db_, statement, inspect_subject); }
  void warn(std::string name, std::string object, std::string what, std::string remedy) {
    findings_.push_back(
        {FindingSeverity::warning, std::move(name), std::move(object), std::move(what), std::move(remedy)});
  }

  sqlite3* db_;
  std::vector<Finding>& findings_;
  std::vector<TenantTable> tables_;
};

}  // namespace

void add_schema_findings(sqlite3* db, std::span<const std::string> tenant_columns,
                         std::vector<Finding>& findings) {
  Inspection inspection(db, tenant_columns, findings);
  inspection.tables();
  inspection.views();
  inspection.triggers();
  inspection.virtual_tables();
}

}  // namespace tenon::sqlite
