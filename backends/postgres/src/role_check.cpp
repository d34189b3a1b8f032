#include "role_check.hpp"

#include <array>
#include <string>

#include <tenon/backend/value.hpp>
#include <tenon/error.hpp>

#include "delivery.hpp"
#include "flight.hpp"
#include "outcome.hpp"

namespace tenon::postgres {

namespace {

using backend::Type;

constexpr std::array<Type, 3> parameter_types{Type::text, Type::text, Type::text};
constexpr std::array<Type, 4> column_types{Type::text, Type::boolean, Type::boolean, Type::boolean};
constexpr std::string_view roles_sql =
    "select r.rolname, r.rolsuper, r.rolbypassrls, exists (select from pg_catalog.pg_class c"
    " where c.relrowsecurity and not c.relforcerowsecurity and pg_catalog.pg_has_role(r.oid, c.relowner, "
    "'member'))"
    " from pg_catalog.pg_roles r where r.rolname in ($1, $2, $3)";

[[noreturn]] void refuse(std::string_view role, const char* what) {
  throw Error(Error::Kind::permission_denied,
              "the database role " + std::string(role) + ", under which statements are to run, " + what +
                  " and could see every tenant's rows; name a role that owns nothing in PostgresOptions "
                  "(docs/roles.sql makes such roles)");
}

}  // namespace

bool verify_roles(Connection& connection, const PostgresOptions& options, backend::Deadline deadline) {
  const backend::Statement statement{
      "postgres.verify_roles", roles_sql,    backend::statement_id(roles_sql, parameter_types),
      parameter_types,         column_types, backend::Access::read};
  const std::array<backend::Value, 3> values{backend::Value::text(options.application_role),
                                             backend::Value::text(options.read_only_role),
                                             backend::Value::text(options.administrator_role)};
  std::size_t found = 0;
  const auto check = [&](backend::Values row) {
    ++found;
    if (row[1].integral() != 0) refuse(row[0].bytes(), "is a superuser");
    if (row[2].integral() != 0) refuse(row[0].bytes(), "has BYPASSRLS");
    if (row[3].integral() != 0)
      refuse(row[0].bytes(), "owns row-secured tables or is a member of their owner");
    return true;
  };
  const backend::Call call{statement, values, check, deadline};
  Flight flight(connection, false, deadline);
  flight.stage(statement, values);
  flight.statement(statement);
  flight.sync();
  const Landing landing = flight.land();
  require_ok(landing, {statement.name});
  Delivery(call).all(landing.rows.get());
  return found == values.size();
}

}  // namespace tenon::postgres
