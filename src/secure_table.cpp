#include <cstddef>

#include <tenon/error.hpp>
#include <tenon/secure_table.hpp>

namespace tenon {

namespace {

constexpr std::size_t longest_name = 63;  // PostgreSQL docs, 4.1.1: NAMEDATALEN - 1

std::string quoted_name(std::string_view name) {
  if (name.empty() || name.size() > longest_name || name.find('\0') != std::string_view::npos) {
    throw Error(Error::Kind::invalid_argument,
                "secure_table_sql: a name is empty, over 63 bytes or holds a NUL byte");
  }
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  return text += '"';
}

struct Name {
  std::string schema;  // empty when there is none
  std::string table;   // with its schema
};

Name parse(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return {{}, quoted_name(name)};
  if (name.find('.', dot + 1) != std::string_view::npos) {
    throw Error(Error::Kind::invalid_argument,
                "secure_table_sql: a table is named 'table' or 'schema.table'");
  }
  const std::string schema = quoted_name(name.substr(0, dot));
  return {schema, schema + "." + quoted_name(name.substr(dot + 1))};
}

/// The rights and the policy of one role.
struct Access {
  std::string_view role;
  std::string_view policy;
  std::string_view rights;
  std::string condition;  // " for … using …"
};

std::string access_sql(const Name& name, const Access& access) {
  const std::string policy = quoted_name(access.policy);
  std::string sql = "drop policy if exists " + policy + " on " + name.table + ";\n";
  if (access.role.empty()) return sql;
  const std::string role = quoted_name(access.role);
  sql += "create policy " + policy + " on " + name.table + access.condition + ";\n";
  if (!name.schema.empty()) sql += "grant usage on schema " + name.schema + " to " + role + ";\n";
  sql += "revoke all on " + name.table + " from " + role + ";\n";
  return sql += "grant " + std::string(access.rights) + " on " + name.table + " to " + role + ";\n";
}

}  // namespace

std::string secure_table_sql(std::string_view table, const SecureTableOptions& options) {
  const Name name = parse(table);
  const std::string own = "(" + quoted_name(options.tenant_column) + " = " + options.tenant + ")";
  const auto to = [](std::string_view role) { return role.empty() ? std::string{} : quoted_name(role); };
  std::string sql = "alter table " + name.table + " enable row level security;\n";
  if (options.force) sql += "alter table " + name.table + " force row level security;\n";
  sql += access_sql(
      name, {options.application_role, "tenon_tenant", "select, insert, update, delete",
             " for all to " + to(options.application_role) + " using " + own + " with check " + own});
  sql += access_sql(name, {options.read_only_role, "tenon_tenant_read", "select",
                           " for select to " + to(options.read_only_role) + " using " + own});
  return sql += access_sql(name, {options.administrator_role, "tenon_administrator", "select",
                                  " for select to " + to(options.administrator_role) + " using (true)"});
}

}  // namespace tenon
