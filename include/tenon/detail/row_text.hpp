#pragma once

#include <cstddef>
#include <string_view>

#include <tenon/detail/sql_text.hpp>
#include <tenon/detail/table_shape.hpp>

// The parts of statements on one row.

namespace tenon::detail {

constexpr void write_key_predicate(SqlText& out, const TableShape& shape) {
  out << " WHERE ";
  (out.identifier(shape.tenant) << " = ").placeholder();
  for (std::size_t k = 0; k < shape.key_count; ++k)
    ((out << " AND ").column(shape.names[shape.key[k]]) << " = ").placeholder();
}

constexpr void write_insert(SqlText& out, const TableShape& shape) {
  ((out << "INSERT INTO ").table(shape.table) << " AS \"t\" (").identifier(shape.tenant)
      << ", " << shape.column_list;
  (out << ") VALUES (").placeholders(shape.count + 1) << ")";
}

constexpr void write_conflict_target(SqlText& out, const TableShape& shape) {
  (out << " ON CONFLICT (").identifier(shape.tenant);
  for (std::size_t k = 0; k < shape.key_count; ++k) (out << ", ").column(shape.names[shape.key[k]]);
  out << ")";
}

// The row that is there takes the new values, keeps created_at and raises version.
constexpr void write_conflict_clause(SqlText& out, const TableShape& shape) {
  write_conflict_target(out, shape);
  const std::size_t kept = shape.key_count + (shape.created_at != TableShape::none ? 1 : 0);
  if (shape.count == kept) {
    out << " DO NOTHING";
    return;
  }
  out << " DO UPDATE SET ";
  Separator comma(", ");
  for (std::size_t i = 0; i < shape.count; ++i) {
    if (shape.is_key(i) || i == shape.created_at) continue;
    comma(out);
    out.column(shape.names[i]) << " = ";
    if (i == shape.version) {
      (out << "\"t\".").column(shape.names[i]) << " + 1";
    } else {
      (out << "excluded.").column(shape.names[i]);
    }
  }
}

// What an update by the library adds to the host's columns.
constexpr void write_kept_columns(SqlText& out, const TableShape& shape, Separator& comma) {
  if (shape.updated_at != TableShape::none) {
    comma(out);
    (out.column(shape.names[shape.updated_at]) << " = ").placeholder();
  }
  if (shape.version != TableShape::none) {
    comma(out);
    const std::string_view version = shape.names[shape.version];
    ((out.column(version) << " = ").column(version)) << " + 1";
  }
}

constexpr void write_update(SqlText& out, const TableShape& shape, const std::size_t* columns,
                            std::size_t count) {
  (out << "UPDATE ").table(shape.table) << " SET ";
  Separator comma(", ");
  for (std::size_t i = 0; i < count; ++i) {
    comma(out);
    (out.column(shape.names[columns[i]]) << " = ").placeholder();
  }
  write_kept_columns(out, shape, comma);
  write_key_predicate(out, shape);
  if (shape.version != TableShape::none)
    ((out << " AND ").column(shape.names[shape.version]) << " = ").placeholder();
}

}  // namespace tenon::detail
