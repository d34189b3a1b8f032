#include "binding.hpp"

#include <array>

#include <tenon/backend/statement.hpp>
#include <tenon/backend/value.hpp>

namespace tenon::postgres {

namespace {

std::string literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted += '\'';
}

}  // namespace

Binding::Binding(const PostgresOptions& options) : options_(options) {
  const SessionSettings& settings = options_.settings;
  sql_ = "select pg_catalog.set_config('role', $1, true), pg_catalog.set_config(" +
         literal(settings.tenant) + ", $2, true), pg_catalog.set_config(" + literal(settings.role) +
         ", $3, true), pg_catalog.set_config(" + literal(settings.actor) + ", $4, true)";
  static constexpr std::array<backend::Type, parameter_count> types{
      backend::Type::text, backend::Type::text, backend::Type::text, backend::Type::text};
  id_ = backend::statement_id(sql_, types);
}

std::array<std::string_view, Binding::parameter_count> Binding::values(
    const backend::Principal& principal) const noexcept {
  return {role_of(principal.role), principal.tenant, to_string(principal.role), principal.actor};
}

const std::string& Binding::role_of(Role role) const noexcept {
  switch (role) {
    case Role::read_only:
      return options_.read_only_role;
    case Role::administrator:
      return options_.administrator_role;
    case Role::customer:
      break;
  }
  return options_.application_role;
}

}  // namespace tenon::postgres
