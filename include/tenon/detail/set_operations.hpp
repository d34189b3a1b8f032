#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

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

  static constexpr void write(SqlText& out, const C* condition) {
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

  static constexpr void write(SqlText& out, const C* condition) {
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

  static constexpr void write(SqlText& out, const C* condition) {
    PatchRow<T, A...>::write_assignments(out);
    SetOperation<T, C, Reach::own_tenant>::write_where(out, condition);
  }
};

struct OrderColumn {
  std::size_t column;  // of the entity; Entity::none is the tenant
  bool descending;
};

// The total order of a query: what the host asked for, then (across tenants) the tenant, then the key.
template <class T, Reach reach, class... Orders>
struct TotalOrder {
  using E = Entity<T>;
  static constexpr bool last_descending = [] {
    bool last = false;
    ((last = Orders::descending), ...);
    return last;
  }();
  static constexpr std::size_t most = sizeof...(Orders) + E::key_count + 1;
  struct List {
    std::array<OrderColumn, most> items{};
    std::size_t count = 0;
    constexpr void add(std::size_t column, bool descending) {
      for (std::size_t i = 0; i < count; ++i)
        if (items[i].column == column) return;
      items[count++] = {column, descending};
    }
  };
  static constexpr List list = [] {
    List result;
    (result.add(column_of<T, Orders::member>(), Orders::descending), ...);
    if (reach == Reach::all_tenants) result.add(E::none, last_descending);
    for (const std::size_t k : E::key) result.add(k, last_descending);
    return result;
  }();
  static constexpr std::size_t count = list.count;
  static constexpr bool uniform = [] {
    for (std::size_t i = 0; i < count; ++i)
      if (list.items[i].descending != list.items[0].descending) return false;
    return true;
  }();

  static constexpr std::string_view name(std::size_t i) {
    return list.items[i].column == E::none ? E::tenant : E::names[list.items[i].column];
  }
  static constexpr backend::Type type(std::size_t i) {
    return list.items[i].column == E::none ? E::tenant_type : E::types[list.items[i].column];
  }
  static constexpr std::array<backend::Type, count> types = [] {
    std::array<backend::Type, count> result{};
    for (std::size_t i = 0; i < count; ++i) result[i] = type(i);
    return result;
  }();

  // How the cursor's values are repeated as parameters of `write_after`.
  static constexpr std::size_t after_count = uniform ? count : 2 * count - 1;
  static constexpr std::size_t after_source(std::size_t parameter) {
    return uniform ? parameter : parameter / 2;
  }
  static constexpr std::array<backend::Type, after_count> after_types = [] {
    std::array<backend::Type, after_count> result{};
    for (std::size_t i = 0; i < after_count; ++i) result[i] = types[after_source(i)];
    return result;
  }();

  static constexpr void write_order_by(SqlText& out) {
    out << " ORDER BY ";
    Separator comma(", ");
    for (std::size_t i = 0; i < count; ++i) {
      comma(out);
      out.identifier(name(i)) << (list.items[i].descending ? " DESC" : "");
    }
  }
  static constexpr void write_after(SqlText& out) {
    out << " AND ";
    if (uniform) {
      write_row_comparison(out);
    } else {
      write_lexicographic(out, 0);
    }
  }

 private:
  static constexpr std::string_view beyond(std::size_t i) {
    return list.items[i].descending ? " < " : " > ";
  }

  static constexpr void write_row_comparison(SqlText& out) {
    out << "(";
    Separator comma(", ");
    for (std::size_t i = 0; i < count; ++i) {
      comma(out);
      out.identifier(name(i));
    }
    out << ")" << beyond(0) << "(";
    Separator second(", ");
    for (std::size_t i = 0; i < count; ++i) {
      second(out);
      out.placeholder();
    }
    out << ")";
  }
  static constexpr void write_lexicographic(SqlText& out, std::size_t i) {
    ((out << "(").identifier(name(i)) << beyond(i)).placeholder();
    if (i + 1 < count) {
      ((out << " OR (").identifier(name(i)) << " = ").placeholder() << " AND ";
      write_lexicographic(out, i + 1);
      out << ")";
    }
    out << ")";
  }
};

// Every member of a projection is a member of the entity, with its name and type.
template <class T, class P>
constexpr bool is_projection() {
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
      const std::size_t in_projection = Columns<P>::index_of(Order::name(i));
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
    for (std::size_t i = 0; i < Order::count; ++i) result[order_position[i]] = Order::type(i);
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
    write_column_list<P>(out);
    for (std::size_t i = 0; i < Order::count; ++i)
      if (order_position[i] >= base_count) (out << ", ").identifier(Order::name(i));
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

  static constexpr void write(SqlText& out, const C* condition) {
    Selected::write(out);
    SetOperation<T, C, reach>::write_where(out, condition);
    if constexpr (continued) Order::write_after(out);
    Order::write_order_by(out);
    (out << " LIMIT ").placeholder();
  }
};

// The first rows that nobody else holds, held until the transaction ends. On SQLite a writing transaction
// holds every row. Values: [tenant], condition, limit.
template <class T, class C, class... Orders>
struct ClaimRows : FindPage<T, T, C, Reach::own_tenant, false, Orders...> {
  static constexpr std::string_view verb = "claim";
  static constexpr backend::Access access = backend::Access::write;

  static constexpr void write(SqlText& out, const C* condition) {
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

  static constexpr void write(SqlText& out, const C* condition) {
    Selected::write(out);
    SetOperation<T, C, reach>::write_where(out, condition);
    if constexpr (sizeof...(Orders) > 0) Selected::Order::write_order_by(out);
  }
};

}  // namespace tenon::detail
