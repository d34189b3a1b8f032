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

// As a condition that is always true, so that no column has to be described and sent.
std::string set(const std::string& name, const std::string& value) {
  return "pg_catalog.set_config(" + name + ", " + value + ", true) is not null";
}

}  // namespace

Binding::Text Binding::text_of(bool with_actor, bool raw) const {
  const SessionSettings& settings = options_.settings;
  std::string sql = "select where " + set("'role'", "$1") + " and " + set(literal(settings.tenant), "$2");
  std::size_t count = 2;
  const auto add = [&](const std::string& setting) {
    sql += " and " + set(literal(setting), "$" + std::to_string(++count));
  };
  if (!settings.role.empty()) add(settings.role);
  if (with_actor) add(settings.actor);
  if (raw) sql += " and " + set("'search_path'", literal(search_path_));
  const std::uint64_t id = backend::statement_id(sql, std::span(value_types).first(count));
  return {std::move(sql), id};
}

Binding::Binding(const PostgresOptions& options)
    : options_(options),
      // Unnamed, pg_temp would come first, and a temporary table could stand in for the real one.
      search_path_(options.search_path.empty() ? "pg_temp" : options.search_path + ", pg_temp"),
      search_path_sql_("set local search_path = " + search_path_),
      texts_{text_of(false, false), text_of(true, false), text_of(false, true), text_of(true, true)} {}

Binding::Message Binding::message(const backend::Principal& principal, bool raw) const noexcept {
  const bool with_actor = !principal.actor.empty() && !options_.settings.actor.empty();
  const Text& text = texts_[(raw ? 2U : 0U) + (with_actor ? 1U : 0U)];
  Message message{text.sql, text.id, {role_of(principal.role), principal.tenant}, 2};
  const auto add = [&message](std::string_view value) {
    message.values[static_cast<std::size_t>(message.count++)] = value;
  };
  if (!options_.settings.role.empty()) add(to_string(principal.role));
  if (with_actor) add(principal.actor);
  return message;
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
