#include "binding.hpp"

#include <array>
#include <span>
#include <utility>

#include <tenon/backend/statement.hpp>
#include <tenon/backend/value.hpp>

namespace tenon::postgres {

namespace {

// Right whatever standard_conforming_strings is.
std::string literal(std::string_view text) {
  std::string quoted = text.find('\\') == std::string_view::npos ? "'" : "E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted += '\'';
}

// As a condition that is always true, so that no column has to be described and sent.
std::string set(const std::string& name, const std::string& value) {
  return "pg_catalog.set_config(" + name + ", " + value + ", true) is not null";
}

}  // namespace

Binding::Text Binding::text_of(const Shape& shape) const {
  const SessionSettings& settings = options_.settings;
  std::string sql = "select where " + set("'role'", literal(role_of(shape.role))) + " and " +
                    set(literal(settings.tenant), "$1");
  if (!settings.role.empty()) sql += " and " + set(literal(settings.role), literal(to_string(shape.role)));
  if (shape.with_actor) sql += " and " + set(literal(settings.actor), "$2");
  if (shape.raw != Raw::no) sql += " and " + set("'search_path'", literal(search_path_));
  if (shape.raw == Raw::reads) sql += " and " + set("'transaction_read_only'", "'on'");
  const std::uint64_t id =
      backend::statement_id(sql, std::span(value_types).first(shape.with_actor ? 2 : 1));
  return {std::move(sql), id};
}

std::array<Binding::Text, Binding::shapes> Binding::all_texts() const {
  std::array<Text, shapes> texts;
  for (const Role role : {Role::customer, Role::read_only, Role::administrator}) {
    for (const Raw raw : {Raw::no, Raw::reads, Raw::writes}) {
      for (const bool with_actor : {false, true}) {
        const Shape shape{role, raw, with_actor};
        texts.at(index_of(shape)) = text_of(shape);
      }
    }
  }
  return texts;
}

Binding::Binding(const PostgresOptions& options)
    : options_(options),
      // Unnamed, pg_temp would come first, and a temporary table could stand in for the real one.
      search_path_(options.search_path.empty() ? "pg_temp" : options.search_path + ", pg_temp"),
      search_path_sql_("set local search_path = " + search_path_),
      texts_(all_texts()) {}

[[gnu::hot]] Binding::Message Binding::message(const backend::Principal& principal,
                                               Raw raw) const noexcept {
  const bool with_actor = !principal.actor.empty() && !options_.settings.actor.empty();
  const Text& text = texts_[index_of({principal.role, raw, with_actor})];
  return {text.sql, text.id, {principal.tenant, principal.actor}, with_actor ? 2 : 1};
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
