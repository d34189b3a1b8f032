#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include <tenon/detail/order_text.hpp>
#include <tenon/detail/row_operations.hpp>
#include <tenon/query.hpp>

// The operations on all rows that meet a condition.

namespace tenon::detail {

enum class Reach { own_tenant, all_tenants };

template <class T, class C, Reach reach>
struct SetOperation {
  using Condition = C;
  using E = Entity<T>;
  static constexpr bool is_static = C::is_static;
  static constexpr std::string_view table = E::table;
  static constexpr auto tenant_type = [] {
    if constexpr (reach == Reach::own_tenant) {
      return std::array{E::tenant_type};
    } else {
      return std::array<backend::Type, 0>{};
    }
  }();
  static constexpr auto where_types = joined(tenant_type, C::parameter_types);

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

// The total order of a query: what the host asked for, then (across tenants) the tenant, then the key.
template <class T, Reach reach, class... Orders>
struct TotalOrder {
  using E = Entity<T>;
  static constexpr std::size_t most = sizeof...(Orders) + E::key_count + 1;
  struct List {
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
  static constexpr List list = [] {
    List result;
    bool last_descending = false;
    (result.add(column_of<T, Orders::member>(), last_descending = Orders::descending), ...);
    if (reach == Reach::all_tenants) result.add(E::none, last_descending);
    for (const std::size_t k : E::key) result.add(k, last_descending);
    return result;
  }();
  static constexpr std::size_t count = list.count;
  static constexpr OrderShape shape{&E::shape, list.items.data(), count, list.uniform};
  static constexpr std::size_t after_count = shape.after_count();

  static constexpr std::array<backend::Type, count> types = [] {
    std::array<backend::Type, count> result{};
    for (std::size_t i = 0; i < count; ++i) result[i] = shape.type(i);
    return result;
  }();
  static constexpr std::array<backend::Type, after_count> after_types = [] {
    std::array<backend::Type, after_count> result{};
    for (std::size_t i = 0; i < after_count; ++i) result[i] = types[shape.after_source(i)];
    return result;
  }();
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

// SELECT of P's columns: [tenant,] P's members, then those order columns that are not among them.
template <class T, class P, Reach reach, class... Orders>
struct Selection {
  static_assert(is_projection<T, P>(),
                "tenon: a projection's members have the names and types of the entity's members");
  using E = Entity<T>;
  using Order = TotalOrder<T, reach, Orders...>;
  static constexpr std::size_t first_member = reach == Reach::all_tenants ? 1 : 0;
  static constexpr std::size_t base_count = first_member + Columns<P>::count;

  // Where each order column stands in the result.
  static constexpr std::array<std::size_t, Order::count> order_position = [] {
    std::array<std::size_t, Order::count> result{};
    std::size_t next = base_count;
    for (std::size_t i = 0; i < Order::count; ++i) {
      if (Order::list.items[i].column == E::none) {
        result[i] = 0;
        continue;
      }
      const std::size_t in_projection = Columns<P>::index_of(Order::shape.name(i));
      result[i] = in_projection != Columns<P>::none ? first_member + in_projection : next++;
    }
    return result;
  }();
  static constexpr std::size_t count = [] {
    std::size_t most = base_count;
    for (const std::size_t position : order_position) most = position + 1 > most ? position + 1 : most;
    return most;
  }();
  static constexpr std::array<backend::Type, count> types = [] {
    std::array<backend::Type, count> result{};
    if (first_member == 1) result[0] = E::tenant_type;
    for (std::size_t i = 0; i < Columns<P>::count; ++i) result[first_member + i] = Columns<P>::types[i];
    for (std::size_t i = 0; i < Order::count; ++i) result[order_position[i]] = Order::types[i];
    return result;
  }();

  static constexpr std::array<backend::Gathering::OrderColumn, Order::count> gathered_order = [] {
    std::array<backend::Gathering::OrderColumn, Order::count> result{};
    for (std::size_t i = 0; i < Order::count; ++i)
      result[i] = {order_position[i], Order::list.items[i].descending};
    return result;
  }();

  static constexpr void write(SqlText& out) {
    out << "SELECT ";
    if (first_member == 1) out.identifier(E::tenant) << ", ";
    write_column_list(out, Columns<P>::names.data(), Columns<P>::count);
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
  static constexpr auto parameters = [] {
    constexpr std::array limit_type{backend::Type::int64};
    if constexpr (continued) {
      return joined(joined(SetOperation<T, C, reach>::where_types, Order::after_types), limit_type);
    } else {
      return joined(SetOperation<T, C, reach>::where_types, limit_type);
    }
  }();

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
    if constexpr (sizeof...(Orders) > 0) write_order_by(out, Selected::Order::shape);
  }
};

}  // namespace tenon::detail
