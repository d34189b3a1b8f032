#pragma once

#include <cstddef>
#include <string_view>

#include <tenon/detail/sql_text.hpp>
#include <tenon/detail/table_shape.hpp>

// The parts of statements that bring rows in an order, and continue after one of them.

namespace tenon::detail {

struct OrderColumn {
  std::size_t column;  // of the entity; TableShape::none is the tenant
  bool descending;
};

struct OrderShape {
  const TableShape* of;
  const OrderColumn* columns;
  std::size_t count;
  bool uniform;  // all in one direction

  [[nodiscard]] constexpr std::string_view name(std::size_t i) const noexcept {
    return columns[i].column == TableShape::none ? of->tenant : of->names[columns[i].column];
  }
  [[nodiscard]] constexpr backend::Type type(std::size_t i) const noexcept {
    return columns[i].column == TableShape::none ? of->tenant_type : of->types[columns[i].column];
  }
  [[nodiscard]] constexpr std::string_view beyond(std::size_t i) const noexcept {
    return columns[i].descending ? " < " : " > ";
  }
  // How the cursor's values are repeated as parameters of `write_after`.
  [[nodiscard]] constexpr std::size_t after_count() const noexcept {
    return uniform ? count : 2 * count - 1;
  }
  [[nodiscard]] constexpr std::size_t after_source(std::size_t parameter) const noexcept {
    return uniform ? parameter : parameter / 2;
  }
};

constexpr void write_order_by(SqlText& out, const OrderShape& order) {
  out << " ORDER BY ";
  for (std::size_t i = 0; i < order.count; ++i) {
    if (i > 0) out << ", ";
    out.identifier(order.name(i)) << (order.columns[i].descending ? " DESC" : "");
  }
}

constexpr void write_row_comparison(SqlText& out, const OrderShape& order) {
  out << "(";
  for (std::size_t i = 0; i < order.count; ++i) {
    if (i > 0) out << ", ";
    out.identifier(order.name(i));
  }
  (out << ")" << order.beyond(0) << "(").placeholders(order.count) << ")";
}

constexpr void write_lexicographic(SqlText& out, const OrderShape& order, std::size_t i) {
  ((out << "(").identifier(order.name(i)) << order.beyond(i)).placeholder();
  if (i + 1 < order.count) {
    ((out << " OR (").identifier(order.name(i)) << " = ").placeholder() << " AND ";
    write_lexicographic(out, order, i + 1);
    out << ")";
  }
  out << ")";
}

constexpr void write_after(SqlText& out, const OrderShape& order) {
  out << " AND ";
  if (order.uniform) {
    write_row_comparison(out, order);
  } else {
    write_lexicographic(out, order, 0);
  }
}

}  // namespace tenon::detail
