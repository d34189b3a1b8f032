#pragma once

#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon {

struct SecureTableOptions {
  std::string tenant_column = "tenant_id";
  /// What the tenant column is compared with: SQL of the host's own, taken as it is. It should raise when
  /// no tenant is bound, as tenon.tenant() of the bundled schema does; `cast(tenon.tenant() as
  /// bigint)` for a number. A cast takes other spellings of the same tenant too, "042" for "42": set
  /// Config::tenant_ids, so that no scope has one.
  std::string tenant = "tenon.tenant()";
  // As in PostgresOptions. An empty name leaves that role out.
  std::string application_role = "tenon_app";
  std::string read_only_role = "tenon_read_only";
  std::string administrator_role = "tenon_administrator";
  /// Holds the table's owner as well: its own migrations then need a tenant, or they see nothing.
  bool force = false;
};

/// SQL for a migration on PostgreSQL that puts a table of the host, "table" or "schema.table" spelt as in
/// Table<T>::name, behind row-level security: the application role reads and writes the bound tenant's
/// rows, the read-only role reads them, the administrator role reads all. Statements end with semicolons;
/// running them again gives the same.
///
/// It takes all other rights on the table from the three roles, TRUNCATE above all, which row-level
/// security does not hold. It does not change keys: make each begin with the tenant column, or a duplicate
/// tells that another tenant has the value.
///
/// Throws `Error` (invalid_argument) for a name that is empty, over 63 bytes, holds a NUL byte or has more
/// than one dot. Names are quoted, so their case counts.
[[nodiscard]] TENON_API std::string secure_table_sql(std::string_view table,
                                                     const SecureTableOptions& options = {});

}  // namespace tenon
