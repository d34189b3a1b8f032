#include "binding.hpp"

#include <array>
#include <span>
#include <utility>

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

Binding::Text Binding::text_of(bool with_actor, bool raw) const {
  const SessionSettings& settings = options_.settings;
  std::string sql = "select pg_catalog.set_config('role', $1, true), pg_catalog.set_config(" +
                    literal(settings.tenant) + ", $2, true), pg_catalog.set_config(" +
                    literal(settings.role) + ", $3, true)";
  if (with_actor) sql += ", pg_catalog.set_config(" + literal(settings.actor) + ", $4, true)";
  if (raw) sql += ", pg_catalog.set_config('search_path', " + literal(search_path_) + ", true)";
  static constexpr std::array<backend::Type, 4> types{backend::Type::text, backend::Type::text,
                                                      backend::Type::text, backend::Type::text};
  const std::uint64_t id = backend::statement_id(sql, std::span(types).first(with_actor ? 4 : 3));
  return {std::move(sql), id};
}

Binding::Binding(const PostgresOptions& options)
    : options_(options),
      // Unnamed, pg_temp would come first, and a temporary table could stand in for the real one.
      search_path_(options.search_path.empty() ? "pg_temp" : options.search_path + ", pg_temp"),
      search_path_sql_("set local search_path = " + search_path_),
      texts_{text_of(false, false), text_of(true, false), text_of(false, true), text_of(true, true)} {}

Binding::Message Binding::message(const backend::Principal& principal, bool raw) const noexcept {
  const bool with_actor = !principal.actor.empty();
  const Text& text = texts_[(raw ? 2U : 0U) + (with_actor ? 1U : 0U)];
  return {text.sql,
          text.id,
          {role_of(principal.role), principal.tenant, to_string(principal.role), principal.actor},
          with_actor ? 4 : 3};
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
