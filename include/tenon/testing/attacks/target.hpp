#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <tenon/database.hpp>
#include <tenon/detail/batch.hpp>
#include <tenon/detail/sql_text.hpp>
#include <tenon/detail/tenant_column.hpp>

namespace tenon::testing {

/// What a host tells the attack suite of one of its tables. Specialise it for an entity (tenon/table.hpp):
///
///     template <> struct tenon::testing::AttackTarget<Site> {
///       static constexpr auto text = &Site::name;            // a text without rules of its own
///       static void migrate(Database& db) { … }              // makes the table in an empty database;
///                                                            // (Backend&, Database&) does as well
///       static Site row(std::uint64_t number, std::string name) { … }
///     };
///
/// `row` gives another first key member for each number, the same for the same, and the given text in the
/// member of that name. The first key member is a text, an integer or a UUID.
///
/// Where they apply, the specialisation has also
/// - `static std::string tenant(std::uint64_t number)`: a tenant id, another for each number. Without it,
///   text such as "attacked-7", or the number itself where Table<Site>::tenant_type is an integer
/// - `static void admit(Database& db, const std::string& tenant)`: makes what a tenant's first row refers
/// to
/// - `static constexpr bool keys_span_tenants = true`: a key is taken for all tenants when one has it. An
///   attacker who guesses such a key learns that somebody has it; the attacks that would show it are left
///   out
template <class T>
struct AttackTarget;

/// The host's table at run time.
struct AttackedTable {
  backend::Flavour flavour = backend::Flavour::sqlite;
  std::string name;      ///< as in Table<T>::name
  std::string view;      ///< as raw SQL calls it, not quoted, without a schema
  std::string spelling;  ///< as raw SQL calls it
  std::string base;      ///< the table itself, not quoted, without a schema
  std::string tenant;
  std::string key;  ///< the first key column
  std::vector<std::string> keys;
  std::string text;
  std::vector<std::string> columns;  ///< without the tenant
  std::vector<backend::Type> types;  ///< the tenant's first
  bool keys_span_tenants = false;
  bool raw_writes = true;  ///< raw SQL may write it
};

namespace detail {

inline std::string quoted_name(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  return text += '"';
}

template <class T>
constexpr bool keys_span_tenants() {
  if constexpr (requires { AttackTarget<T>::keys_span_tenants; }) return AttackTarget<T>::keys_span_tenants;
  return false;
}

// Whether SQLite's guard knows the table's schema.
inline bool has_raw_schema(const Config& config, std::string_view table) {
  const std::size_t dot = table.find('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view schema = table.substr(0, dot);
  for (const std::string& known : config.sqlite.raw_schemas)
    if (known == schema) return true;
  return schema == "tenon";
}

template <class T>
AttackedTable describe(const Database& database) {
  using E = tenon::detail::Entity<T>;
  AttackedTable table;
  table.flavour = database.engine().dialect().flavour();
  table.name = E::table;
  table.tenant = E::tenant;
  table.key = E::names[E::key[0]];
  for (const std::size_t k : E::key) table.keys.emplace_back(E::names[k]);
  table.text = E::names[tenon::detail::column_of<T, AttackTarget<T>::text>()];
  table.columns.assign(E::names.begin(), E::names.end());
  table.types.push_back(E::tenant_type);
  table.types.insert(table.types.end(), E::types.begin(), E::types.end());
  table.keys_span_tenants = keys_span_tenants<T>();
  const std::size_t dot = table.name.find('.');
  const std::string last = dot == std::string::npos ? table.name : table.name.substr(dot + 1);
  if (table.flavour == backend::Flavour::postgres) {
    table.view = table.base = last;
    table.spelling =
        (dot == std::string::npos ? "" : quoted_name(table.name.substr(0, dot)) + ".") + quoted_name(last);
  } else {
    table.raw_writes = has_raw_schema(database.config(), table.name);
    table.base = dot == std::string::npos ? last : table.name.substr(0, dot) + "_" + last;
    table.view = table.raw_writes ? last : table.base;
    table.spelling = quoted_name(table.view);
  }
  return table;
}

template <class T>
std::string tenant_id(std::uint64_t number) {
  if constexpr (requires { AttackTarget<T>::tenant(number); }) {
    return AttackTarget<T>::tenant(number);
  } else if constexpr (tenon::detail::Entity<T>::tenant_type == backend::Type::text) {
    return "attacked-" + std::to_string(number);
  } else {
    static_assert(tenon::detail::Entity<T>::tenant_type != backend::Type::uuid,
                  "tenon: AttackTarget<T> needs tenant(number) for tenants that are UUIDs");
    return std::to_string(number);
  }
}

}  // namespace detail

}  // namespace tenon::testing
