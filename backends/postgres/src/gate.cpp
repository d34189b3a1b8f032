#include "gate.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <tenon/backend/value.hpp>
#include <tenon/error.hpp>

#include "delivery.hpp"
#include "flight.hpp"
#include "gate_sql.hpp"
#include "outcome.hpp"

namespace tenon::postgres {

namespace {

using backend::Type;
using backend::Value;

constexpr std::array<Type, 4> parameter_types{Type::text, Type::text, Type::text, Type::text};
constexpr std::array<Type, 3> column_types{Type::text, Type::text, Type::text};
// The login's search_path must not choose the operators, and compiling costs more than the query.
constexpr auto prelude =
    "select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), "
    "pg_catalog.set_config('jit', 'off', true)";

struct Meaning {
  std::string_view name;
  FindingSeverity severity;
  std::string_view what;    // {} stands for the detail
  std::string_view remedy;  // {object} for the object
};

constexpr auto meanings = std::to_array<Meaning>({
    {"role-is-superuser", FindingSeverity::error,
     "statements would run as a superuser, whom row-level security never holds",
     "name a role that owns nothing in PostgresOptions; docs/roles.sql makes such roles"},
    {"role-bypasses-row-security", FindingSeverity::error, "statements would run as a role with BYPASSRLS",
     "alter role {object} nobypassrls"},
    {"role-owns-tables", FindingSeverity::error,
     "statements would run as a role that owns {} or is a member of its owner, whom its row-level security "
     "does not hold",
     "give the tables to a role of their own and revoke its membership from {object}"},
    {"role-reaches-server", FindingSeverity::error,
     "the role may read or write the server's files or run programs there", "revoke {} from {object}"},
    {"role-missing", FindingSeverity::warning, "the role does not exist",
     "run db.migrate() with a login that may create roles, or docs/roles.sql"},
    {"login-is-superuser", FindingSeverity::warning,
     "the login is a superuser: whoever could end the transaction's role would not be held",
     "connect as an ordinary login that is a member of the three roles (docs/roles.sql)"},
    {"set-config-callable", FindingSeverity::warning,
     "functions of the database that run SQL from a text could name another tenant with set_config",
     "run docs/roles.sql with -v protect_settings=1 (docs/tenancy-postgres.md tells what that costs)"},
    {"schema-creatable", FindingSeverity::warning, "role {} may create objects in the schema",
     "revoke create on schema {object} from public, {}"},
    {"table-without-row-security", FindingSeverity::error,
     "row-level security is not enabled, and role {} can use the table",
     "secure it with tenon::secure_table_sql(\"{object}\") in a migration"},
    {"table-without-policy", FindingSeverity::warning,
     "no policy lets role {} see a row, so the table looks empty to it",
     "make one with tenon::secure_table_sql(\"{object}\"), or revoke its rights on the table"},
    {"truncate-granted", FindingSeverity::error, "role {} may TRUNCATE, which empties it for all tenants",
     "revoke truncate on {object} from {}"},
    {"foreign-table", FindingSeverity::error,
     "a foreign table has no row-level security, and role {} can use it", "revoke all on {object} from {}"},
    {"policy-always-true", FindingSeverity::error, "policy {} lets every row be seen",
     "drop or narrow the policy"},
    {"policy-writes-anything", FindingSeverity::error, "policy {} lets rows of every tenant be written",
     "give the policy the same WITH CHECK as USING"},
    {"policy-without-tenant", FindingSeverity::warning,
     "policy {} asks for neither a setting, a function nor another table",
     "compare the tenant column with tenon.tenant()"},
    {"policy-function-immutable", FindingSeverity::error,
     "the function is IMMUTABLE but a policy of {} asks it for the tenant; cached plans would keep "
     "another's",
     "alter function {object} stable"},
    {"view-runs-as-owner", FindingSeverity::error,
     "the view reads {} with the rights of an owner who sees all tenants",
     "alter view {object} set (security_invoker = true) on PostgreSQL 15 and later; before, give it to a "
     "role that row-level security holds"},
    {"materialized-view", FindingSeverity::error,
     "a materialised view has no row-level security and holds rows of {}",
     "revoke its rights from the roles, and read it through a view with the tenant's predicate"},
    {"function-runs-as-owner", FindingSeverity::error,
     "the function is SECURITY DEFINER and its owner {} sees all tenants",
     "make it SECURITY INVOKER or revoke execute on it from public and the roles; accept the finding by "
     "name where it is meant"},
    {"trigger-runs-as-owner", FindingSeverity::warning,
     "trigger function {} runs as an owner who sees all tenants",
     "make it SECURITY INVOKER, or see to it that it looks at the new row only"},
    {"rule-runs-as-owner", FindingSeverity::warning, "rule {} runs with the rights of the table's owner",
     "drop the rule; a trigger runs with the rights of the caller"},
    {"function-leakproof", FindingSeverity::warning,
     "the function is LEAKPROOF, so it sees rows before row-level security does",
     "alter function {object} not leakproof"},
    {"tenant-collation", FindingSeverity::error,
     "the collation {} of the tenant column takes different texts for equal, and so one tenant for another",
     "alter table {object} alter column … type text collate \"C\""},
    {"key-without-tenant", FindingSeverity::warning,
     "unique or exclusion index {} does not lead with the tenant, so a duplicate tells that another tenant "
     "has the "
     "value",
     "make it lead with the tenant column"},
    {"foreign-key-without-tenant", FindingSeverity::warning,
     "foreign key {} lacks the tenant, so it tells whether another tenant has the row referred to",
     "let both of its sides lead with the tenant column"},
});

std::string filled(std::string_view pattern, std::string_view object, std::string_view detail) {
  std::string text(pattern);
  const auto replace = [&text](std::string_view mark, std::string_view value) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
      text.replace(at, mark.size(), value);
  };
  replace("{object}", object);
  replace("{}", detail);
  return text;
}

Finding finding_of(std::string_view name, std::string_view object, std::string_view detail) {
  const auto* const found = std::find_if(meanings.begin(), meanings.end(),
                                         [&](const Meaning& meaning) { return meaning.name == name; });
  if (found == meanings.end()) throw Error(Error::Kind::internal, "inspect: a finding without a meaning");
  return {found->severity, std::string(name), std::string(object), filled(found->what, object, detail),
          filled(found->remedy, object, detail)};
}

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
  return list;
}

bool accepted(const Finding& finding, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name == "*" || name == finding.name || name == finding.name + "=" + finding.object;
  });
}

}  // namespace

Inspection inspect(Connection& connection, const PostgresOptions& options, backend::Deadline deadline) {
  const backend::Statement statement{
      "postgres.inspect", gate_sql,     backend::statement_id(gate_sql, parameter_types),
      parameter_types,    column_types, backend::Access::read};
  const std::string columns = joined(options.tenant_columns);
  const std::array<Value, 4> values{Value::text(options.application_role),
                                    Value::text(options.read_only_role),
                                    Value::text(options.administrator_role), Value::text(columns)};
  Inspection inspection;
  const auto note = [&](backend::Values row) {
    if (row[0].bytes() == "migrated") {
      inspection.migrated = true;
    } else {
      inspection.findings.push_back(finding_of(row[0].bytes(), row[1].bytes(), row[2].bytes()));
    }
    return true;
  };
  const backend::Call call{statement, values, note, deadline};
  Flight flight(connection, false, deadline);
  flight.stage(statement, values);
  flight.command(Step::bind, prelude);
  flight.statement(statement);
  flight.sync();
  const Landing landing = flight.land();
  require_ok(landing, {statement.name});
  Delivery(call).all(landing.rows.get());
  std::stable_sort(inspection.findings.begin(), inspection.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  return inspection;
}

void require_safe(const std::vector<Finding>& findings, const PostgresOptions& options) {
  std::string list;
  int count = 0;
  for (const Finding& finding : findings) {
    if (finding.severity != FindingSeverity::error || accepted(finding, options.accept_findings)) continue;
    list += " [" + std::to_string(++count) + "] " + to_string(finding) + ".";
  }
  if (list.empty()) return;
  throw Error(Error::Kind::permission_denied,
              "open: the database does not keep tenants apart. Mend it, or name what is meant in "
              "PostgresOptions::accept_findings:" +
                  list);
}

}  // namespace tenon::postgres
