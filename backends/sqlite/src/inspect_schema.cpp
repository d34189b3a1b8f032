#include <map>
#include <set>
#include <string>

#include "inspect.hpp"
#include "schema_query.hpp"

namespace tenon::sqlite {
namespace {

constexpr std::string_view subject = "inspect";

struct TenantTable {
  std::string name;
  std::string column;  // tenant_id, as the table spells it
  std::string type;
  bool may_be_null = false;
};

class Inspection {
 public:
  Inspection(sqlite3* db, std::vector<Finding>& findings) : db_(db), findings_(findings) { read_tables(); }

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
      const std::string table = text_column(rows, 1);
      if (!is_tenant_table(table)) continue;
      warn("trigger-unguarded", table,
           "trigger " + text_column(rows, 0) +
               " runs its statements without the tenant's condition, and raw SQL may not set it off",
           "drop it, or let each of its statements compare tenant_id with NEW.tenant_id");
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
  void read_tables() {
    const StatementHandle rows = query(
        "SELECT s.name, c.name, upper(c.type), c.\"notnull\" = 0 AND (c.pk = 0 OR s.sql NOT LIKE "
        "'%WITHOUT%ROWID%')"
        " FROM main.sqlite_schema AS s JOIN pragma_table_xinfo(s.name, 'main') AS c"
        " WHERE s.type = 'table' AND s.rootpage > 0 AND lower(c.name) = 'tenant_id' ORDER BY s.name");
    while (next(rows)) {
      tables_.push_back({text_column(rows, 0), text_column(rows, 1), text_column(rows, 2),
                         sqlite3_column_int(rows.get(), 3) != 0});
    }
  }

  void column(const TenantTable& table) {
    const char* collation = nullptr;
    const int code = sqlite3_table_column_metadata(db_, "main", table.name.c_str(), table.column.c_str(),
                                                   nullptr, &collation, nullptr, nullptr, nullptr);
    if (code == SQLITE_OK && collation != nullptr && sqlite3_stricmp(collation, "BINARY") != 0) {
      findings_.push_back({FindingSeverity::error, "tenant-collation", table.name,
                           "tenant_id has the collation " + std::string(collation) +
                               ", which takes different tenants for the same",
                           "make the table anew with tenant_id TEXT COLLATE BINARY"});
    }
    if (!is_text_type(table.type)) {
      warn("tenant-not-text", table.name,
           "tenant_id is no text, so that different tenants can compare equal; raw SQL does not see the "
           "table",
           "make the table anew with tenant_id TEXT");
    }
    if (table.may_be_null) {
      warn("tenant-nullable", table.name, "a row can be without a tenant, and no tenant finds it then",
           "make the table anew with tenant_id TEXT NOT NULL CHECK (tenant_id <> '')");
    }
  }

  void keys(const TenantTable& table) {
    const StatementHandle indexes = prepared(
        "SELECT l.name, l.\"unique\", coalesce((SELECT lower(i.name) FROM"
        " pragma_index_xinfo(l.name, 'main') AS i WHERE i.seqno = 0 AND i.coll = 'BINARY'), '') = "
        "'tenant_id'"
        " FROM pragma_index_list(?1, 'main') AS l ORDER BY l.name",
        table.name);
    bool led = false;
    while (next(indexes)) {
      const bool leads = sqlite3_column_int(indexes.get(), 2) != 0;
      led = led || leads;
      if (!leads && sqlite3_column_int(indexes.get(), 1) != 0)
        key_without_tenant(table, text_column(indexes, 0));
    }
    if (has_rowid_key(table)) key_without_tenant(table, "of INTEGER PRIMARY KEY");
    if (!led) {
      warn(
          "table-without-tenant-index", table.name,
          "no key or index begins with tenant_id, so that each statement of a tenant reads the rows of all",
          "let the primary key begin with tenant_id");
    }
  }

  void key_without_tenant(const TenantTable& table, const std::string& index) {
    warn("key-without-tenant", table.name,
         "unique index " + index +
             " does not lead with the tenant, so a duplicate tells that another tenant has the value",
         "make it lead with tenant_id");
  }

  bool has_rowid_key(const TenantTable& table) {
    // The one kind of primary key that has no index of its own.
    const StatementHandle row = prepared(
        "SELECT count(*) FROM pragma_table_xinfo(?1, 'main') WHERE pk > 0 AND NOT EXISTS"
        " (SELECT 1 FROM pragma_index_list(?1, 'main') WHERE origin = 'pk')",
        table.name);
    return next(row) && sqlite3_column_int(row.get(), 0) > 0;
  }

  void foreign_keys(const TenantTable& table) {
    const StatementHandle keys = prepared(
        "SELECT \"table\", group_concat(\"from\", ', '), max(lower(\"from\") = 'tenant_id' AND"
        " lower(coalesce(\"to\", 'tenant_id')) = 'tenant_id') FROM pragma_foreign_key_list(?1, 'main') "
        "GROUP BY id",
        table.name);
    while (next(keys)) {
      if (sqlite3_column_int(keys.get(), 2) != 0 || !is_tenant_table(text_column(keys, 0))) continue;
      warn("foreign-key-without-tenant", table.name,
           "the foreign key on " + text_column(keys, 1) +
               " lacks the tenant, so it tells whether another tenant has the row referred to",
           "let both of its sides lead with tenant_id");
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
      if (next(owner) && is_tenant_table(text_column(owner, 0))) found.insert(text_column(owner, 0));
    }
    return found;
  }

  [[nodiscard]] bool is_tenant_table(const std::string& name) const {
    for (const TenantTable& table : tables_)
      if (lower_name(table.name) == lower_name(name)) return true;
    return false;
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
  StatementHandle query(std::string_view sql) { return prepare_query(db_, sql, subject); }
  StatementHandle prepared(std::string_view sql, const std::string& table) {
    StatementHandle statement = query(sql);
    bind_text(statement, 1, table);
    return statement;
  }
  bool next(const StatementHandle& statement) { return next_row(db_, statement, subject); }
  void warn(std::string name, std::string object, std::string what, std::string remedy) {
    findings_.push_back(
        {FindingSeverity::warning, std::move(name), std::move(object), std::move(what), std::move(remedy)});
  }

  sqlite3* db_;
  std::vector<Finding>& findings_;
  std::vector<TenantTable> tables_;
};

}  // namespace

void add_schema_findings(sqlite3* db, std::vector<Finding>& findings) {
  Inspection inspection(db, findings);
  inspection.tables();
  inspection.views();
  inspection.triggers();
  inspection.virtual_tables();
}

}  // namespace tenon::sqlite
