#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tenon/detail/columns.hpp>
#include <tenon/detail/sql_text.hpp>
#include <tenon/migration.hpp>
#include <tenon/testing/backend.hpp>
#include <tenon/testing/entities.hpp>

// The tables of the kit's entities, as a host's own migrations would make them.

namespace tenon::testing {

namespace detail {

inline std::string spelt(backend::Flavour flavour, std::string_view table) {
  tenon::detail::SqlText counter(flavour);
  counter.table_name(table);
  std::string text(counter.size(), ' ');
  tenon::detail::SqlText writer(flavour, text.data());
  writer.table_name(table);
  return text;
}

// CREATE TABLE from an entity's members; `rest` is what stands after the primary key, `required` an
// optional member that the database wants all the same.
template <class T>
std::string create_table(const Backend& backend, backend::Flavour flavour, const std::string& rest = {},
                         std::string_view required = {}) {
  using E = tenon::detail::Entity<T>;
  const std::string table = spelt(flavour, E::table);
  std::string sql = "CREATE TABLE " + table + " (\n  \"" + std::string(E::tenant) + "\" " +
                    backend.column_type(flavour, backend::Type::text) + " NOT NULL CHECK (" +
                    std::string(E::tenant) + " <> '')";
  E::for_each([&](auto i) {
    using Codec = tenon::detail::MemberCodec<typename E::template type<i>>;
    sql.append(",\n  \"")
        .append(E::names[i])
        .append("\" ")
        .append(backend.column_type(flavour, Codec::type));
    if (!Codec::nullable || E::names[i] == required) sql.append(" NOT NULL");
  });
  sql.append(",\n  PRIMARY KEY (\"").append(E::tenant).append("\"");
  for (const std::size_t k : E::key) sql.append(", \"").append(E::names[k]).append("\"");
  sql.append(")").append(rest).append("\n)");
  if (flavour == backend::Flavour::sqlite) sql.append(" STRICT");
  return sql.append(";\n").append(backend.guard(flavour, table));
}

}  // namespace detail

/// Version 1 of the component "kit": every table of tenon/testing/entities.hpp.
inline std::vector<Migration> host_schema(const Backend& backend, backend::Flavour flavour) {
  std::string sql;
  if (flavour == backend::Flavour::postgres) {
    sql += "CREATE SCHEMA kit;\n";
    sql += "GRANT USAGE ON SCHEMA kit TO tenon_app, tenon_read_only, tenon_administrator;\n";
  }
  sql += detail::create_table<Sample>(backend, flavour);
  sql += detail::create_table<Shelf>(backend, flavour);
  sql += detail::create_table<Item>(
      backend, flavour,
      ",\n  CONSTRAINT items_name_key UNIQUE (tenant_id, name)"
      ",\n  CONSTRAINT items_quantity_not_negative CHECK (quantity >= 0)"
      ",\n  CONSTRAINT items_shelf_fkey FOREIGN KEY (tenant_id, shelf) REFERENCES " +
          detail::spelt(flavour, "kit.shelves") + " (tenant_id, id)",
      "owner");
  sql += detail::create_table<Reading>(backend, flavour);
  sql += detail::create_table<Link>(
      backend, flavour,
      ",\n  CONSTRAINT links_target_fkey FOREIGN KEY (tenant_id, target) REFERENCES " +
          detail::spelt(flavour, "kit.links") + " (tenant_id, id) DEFERRABLE INITIALLY DEFERRED");
  sql += detail::create_table<Tag>(backend, flavour);
  sql += detail::create_table<Parcel>(backend, flavour);
  return {{1, "kit", std::move(sql), {}}};
}

}  // namespace tenon::testing
