#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <type_traits>

#include <tenon/detail/order_text.hpp>
#include <tenon/detail/row_operations.hpp>
#include <tenon/query.hpp>

// The operations on all rows that meet a condition.

namespace tenon::detail {

enum class Reach { own_tenant, all_tenants };

template <std::size_t count>
constexpr std::array<backend::Type, count> repeated(backend::Type type) noexcept {
  std::array<backend::Type, count> types{};
  for (std::size_t i = 0; i < count; ++i) types[i] = type;
  return types;
}

template <class T, class C, Reach reach>
struct SetOperation {
  using Condition = C;
  using E = Entity<T>;
  static constexpr bool is_static = C::is_static;
  static constexpr std::string_view table = E::table;
  static constexpr std::size_t tenant_count = reach == Reach::own_tenant ? 1 : 0;
  static constexpr auto where_types = joined(repeated<tenant_count>(E::tenant_type), C::parameter_types);

  static constexpr void write_where(SqlText& out, const C* condition) {
    out << " WHERE ";
    if constexpr (reach == Reach::own_tenant) (out.identifier(E::tenant) << " = ").placeholder() << " AND ";
    C::template write<T>(out, condition);
  }
};

template <class T, class C, Reach reach>
struct CountRows : SetOperation<T, C, reach> {
  static constexpr std::string_view verb = "count";
  static constexpr backend::Access access = backend::Access::read;
  static constexpr auto& parameters = SetOperation<T, C, reach>::where_types;
  static constexpr auto& columns = row_count_column;
  static constexpr backend::Gathering gathering{.way = backend::Gathering::Way::sum};

  static constexpr void write(SqlText& out, const C* condition = nullptr) {
    (out << "SELECT count(*) FROM ").table(Entity<T>::table);
    SetOperation<T, C, reach>::write_where(out, condition);
  }
};

template <class T, class C>
struct RemoveRows : SetOperation<T, C, Reach::own_tenant> {
  static constexpr std::string_view verb = "remove_where";
  static constexpr backend::Access access = backend::Access::write;
  static constexpr auto& parameters = SetOperation<T, C, Reach::own_tenant>::where_types;
  static constexpr auto& columns = no_columns;

  static constexpr void write(SqlText& out, const C* condition = nullptr) {
    (out << "DELETE FROM ").table(Entity<T>::table);
    SetOperation<T, C, Reach::own_tenant>::write_where(out, condition);
  }
};

template <class T, class C, Assignment... A>
struct PatchRows : SetOperation<T, C, Reach::own_tenant> {
  static constexpr std::string_view verb = "patch_where";
  static constexpr backend::Access access = backend::Access::write;
  static constexpr auto parameters =
      joined(PatchRow<T, A...>::assignment_types, SetOperation<T, C, Reach::own_tenant>::where_types);
  static constexpr auto& columns = no_columns;

  static constexpr void write(SqlText& out, const C* condition = nullptr) {
    PatchRow<T, A...>::write_assignments(out);
    SetOperation<T, C, Reach::own_tenant>::write_where(out, condition);
  }
};

template <std::size_t most>
struct OrderList {
  std::array<OrderColumn, most> items{};
  std::size_t count = 0;
  bool uniform = true;
  constexpr void add(std::size_t column, bool descending) {
    for (std::size_t i = 0; i < count; ++i)
      if (items[i].column == column) return;
    items[count++] = {column, descending};
    uniform = uniform && descending == items[0].descending;
  }
};
// `asked`: what the host asked for.
template <std::size_t most>
constexpr OrderList<most> total_order(const TableShape& shape, Reach reach,
                                      std::initializer_list<OrderColumn> asked) {
  OrderList<most> result;
  bool last_descending = false;
  for (const OrderColumn& one : asked) result.add(one.column, last_descending = one.descending);
  if (reach == Reach::all_tenants) result.add(TableShape::none, last_descending);
  for (std::size_t k = 0; k < shape.key_count; ++k) result.add(shape.key[k], last_descending);
  return result;
}
template <std::size_t count>
constexpr std::array<backend::Type, count> order_types(const OrderShape& order) {
  std::array<backend::Type, count> result{};
  for (std::size_t i = 0; i < count; ++i) result[i] = order.type(i);
  return result;
}
template <std::size_t count>
constexpr std::array<backend::Type, count> after_types(const OrderShape& order) {
  std::array<backend::Type, count> result{};
  for (std::size_t i = 0; i < count; ++i) result[i] = order.type(order.after_source(i));
  return result;
}

// The total order of a query: what the host asked for, then (across tenants) the tenant, then the key.
template <class T, Reach reach, class... Orders>
struct TotalOrder {
  using E = Entity<T>;
  static constexpr std::size_t most = sizeof...(Orders) + E::key_count + 1;
  static constexpr OrderList<most> list =
      total_order<most>(E::shape, reach, {{column_of<T, Orders::member>(), Orders::descending}...});
  static constexpr std::size_t count = list.count;
  static constexpr OrderShape shape{&E::shape, list.items.data(), count, list.uniform};
  static constexpr std::array<backend::Type, count> types = order_types<count>(shape);
};

// Every member of a projection is a member of the entity, with its name and type.
template <class T, class P>
constexpr bool is_projection() {
  if constexpr (std::is_same_v<T, P>) {
    return true;
  } else {
    bool fits = true;
    Columns<P>::for_each([&](auto i) {
      constexpr std::size_t column = Columns<T>::index_of(Columns<P>::names[i]);
      if constexpr (column == Columns<T>::none) {
        fits = false;
      } else if constexpr (!std::is_same_v<typename Columns<P>::template type<i>,
                                           typename Columns<T>::template type<column>>) {
        fits = false;
      }
    });
    return fits;
  }
}

// What a statement selects: the tenant, if `first_member` is 1, and the named columns.
struct SelectedColumns {
  std::size_t first_member;
  const std::string_view* names;
  const backend::Type* types;
  std::size_t count;
};

// Where each order column stands in the result: among the selected, or behind them.
template <std::size_t count>
constexpr std::array<std::size_t, count> order_positions(const SelectedColumns& selected,
                                                         const OrderShape& order) {
  std::array<std::size_t, count> result{};
  std::size_t next = selected.first_member + selected.count;
  for (std::size_t i = 0; i < count; ++i) {
    if (order.columns[i].column == TableShape::none) continue;
    std::size_t at = 0;
    while (at < selected.count && selected.names[at] != order.name(i)) ++at;
    result[i] = at < selected.count ? selected.first_member + at : next++;
  }
  return result;
}
constexpr std::size_t selected_count(const SelectedColumns& selected, const std::size_t* positions,
                                     std::size_t order_count) {
  std::size_t most = selected.first_member + selected.count;
  for (std::size_t i = 0; i < order_count; ++i) most = positions[i] + 1 > most ? positions[i] + 1 : most;
  return most;
}
template <std::size_t count>
constexpr std::array<backend::Type, count> selected_types(const SelectedColumns& selected,
                                                          const OrderShape& order,
                                                          const std::size_t* positions) {
  std::array<backend::Type, count> result{};
  if (selected.first_member == 1) result[0] = order.of->tenant_type;
  for (std::size_t i = 0; i < selected.count; ++i) result[selected.first_member + i] = selected.types[i];
  for (std::size_t i = 0; i < order.count; ++i) result[positions[i]] = order.type(i);
  return result;
}
template <std::size_t count>
constexpr std::array<backend::Gathering::OrderColumn, count> gathering_order(const OrderShape& order,
                                                                             const std::size_t* positions) {
  std::array<backend::Gathering::OrderColumn, count> result{};
  for (std::size_t i = 0; i < count; ++i) result[i] = {positions[i], order.columns[i].descending};
  return result;
}

// SELECT of P's columns: [tenant,] P's members, then those order columns that are not among them.
template <class T, class P, Reach reach, class... Orders>
struct Selection {
  static_assert(is_projection<T, P>(),
                "tenon: a projection's members have the names and types of the entity's members");
  using E = Entity<T>;
  using Order = TotalOrder<T, reach, Orders...>;
  static constexpr std::size_t first_member = reach == Reach::all_tenants ? 1 : 0;
  static constexpr std::size_t base_count = first_member + Columns<P>::count;
  static constexpr SelectedColumns selected{first_member, Columns<P>::names.data(),
                                            Columns<P>::types.data(), Columns<P>::count};

  static constexpr std::array<std::size_t, Order::count> order_position =
      order_positions<Order::count>(selected, Order::shape);
  static constexpr std::size_t count = selected_count(selected, order_position.data(), Order::count);
  static constexpr std::array<backend::Type, count> types =
      selected_types<count>(selected, Order::shape, order_position.data());
  static constexpr std::array<backend::Gathering::OrderColumn, Order::count> gathered_order =
      gathering_order<Order::count>(Order::shape, order_position.data());

  static constexpr void write(SqlText& out) {
    out << "SELECT ";
    if (first_member == 1) out.identifier(E::tenant) << ", ";
    out << Columns<P>::column_list;
    for (std::size_t i = 0; i < Order::count; ++i)
      if (order_position[i] >= base_count) (out << ", ").identifier(Order::shape.name(i));
    (out << " FROM ").table(E::table);
  }
};

// One page: the first, or the one after a cursor. Values: [tenant], condition, cursor, limit.
template <class T, class P, class C, Reach reach, bool continued, class... Orders>
struct FindPage : SetOperation<T, C, reach> {
  using Selected = Selection<T, P, reach, Orders...>;
  using Order = typename Selected::Order;
  static constexpr std::string_view verb = "find";
  static constexpr backend::Access access = backend::Access::read;
  static constexpr auto& columns = Selected::types;
  static constexpr backend::Gathering gathering{
      .way = backend::Gathering::Way::merge, .order = Selected::gathered_order, .limited = true};
  static constexpr std::size_t after_count = continued ? Order::shape.after_count() : 0;
  static constexpr auto parameters =
      joined(joined(SetOperation<T, C, reach>::where_types, after_types<after_count>(Order::shape)),
             std::array{backend::Type::int64});

  static constexpr void write(SqlText& out, const C* condition = nullptr) {
    Selected::write(out);
    SetOperation<T, C, reach>::write_where(out, condition);
    if constexpr (continued) write_after(out, Order::shape);
    write_order_by(out, Order::shape);
    (out << " LIMIT ").placeholder();
  }
};

// The first rows that nobody else holds, held until the transaction ends. On SQLite a writing transaction
// holds every row. Values: [tenant], condition, limit.
template <class T, class C, class... Orders>
struct ClaimRows : FindPage<T, T, C, Reach::own_tenant, false, Orders...> {
  static constexpr std::string_view verb = "claim";
  static constexpr backend::Access access = backend::Access::write;

  static constexpr void write(SqlText& out, const C* condition = nullptr) {
    FindPage<T, T, C, Reach::own_tenant, false, Orders...>::write(out, condition);
    if (out.flavour() == backend::Flavour::postgres) out << " FOR UPDATE SKIP LOCKED";
  }
};

// Every row, for streaming.
template <class T, class P, class C, Reach reach, class... Orders>
struct StreamRows : SetOperation<T, C, reach> {
  using Selected = Selection<T, P, reach, Orders...>;
  static constexpr std::string_view verb = "for_each";
  static constexpr backend::Access access = backend::Access::read;
  static constexpr auto& columns = Selected::types;
  static constexpr auto& parameters = SetOperation<T, C, reach>::where_types;
  static constexpr backend::Gathering gathering = [] {
    backend::Gathering result;
    if (sizeof...(Orders) > 0)
      result = {.way = backend::Gathering::Way::merge, .order = Selected::gathered_order, .limited = false};
    return result;
  }();

  static constexpr void write(SqlText& out, const C* condition = nullptr) {
    Selected::write(out);
    SetOperation<T, C, reach>::write_where(out, condition);
    if (sizeof...(Orders) > 0 || takes_key_order(out.flavour()))
      write_order_by(out, Selected::Order::shape);
  }

 private:
  // Asked for a tenant's rows in no order, SQLite goes through any index that begins with the tenant, with
  // a search of the table for each row; the key's finds them where they lie, for they came in its order.
  static constexpr bool takes_key_order(backend::Flavour flavour) {
    return flavour == backend::Flavour::sqlite && reach == Reach::own_tenant &&
           std::is_same_v<C, Everything>;
  }
};

}  // namespace tenon::detail
