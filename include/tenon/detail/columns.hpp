#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <tenon/codec.hpp>
#include <tenon/table.hpp>

namespace tenon::detail {

template <class T>
concept described_struct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
using members_of =
    boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <class Pointer>
struct member_pointer;
template <class C, class M>
struct member_pointer<M C::*> {
  using type = M;
};

template <class Descriptor>
using member_type = typename member_pointer<std::remove_cv_t<decltype(Descriptor::pointer)>>::type;

template <class A, class B>
constexpr bool same_pointer(A a, B b) noexcept {
  if constexpr (std::same_as<A, B>) {
    return a == b;
  } else {
    return false;
  }
}

template <class T>
struct ColumnCount {
  static_assert(described_struct<T>,
                "tenon: the struct is not described. Write BOOST_DESCRIBE_STRUCT(Name, (), (member, ...)) "
                "after it, in its "
                "namespace, with every member that is a column (Boost.Describe 1.81 takes at most 52)");
  static constexpr std::size_t value = boost::mp11::mp_size<members_of<T>>::value;
  static_assert(value > 0, "tenon: the struct has no described member");
};

// The described members of T, in order: names, types and positions. T may be an entity or a projection.
template <class T>
struct Columns {
  static constexpr std::size_t count = ColumnCount<T>::value;
  using list = members_of<T>;
  template <std::size_t I>
  using descriptor = boost::mp11::mp_at_c<list, I>;
  template <std::size_t I>
  using type = member_type<descriptor<I>>;

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  // f(std::integral_constant<std::size_t, I>) for every member.
  template <class F>
  static constexpr void for_each(F&& f) {
    boost::mp11::mp_for_each<boost::mp11::mp_iota_c<count>>(std::forward<F>(f));
  }

  static constexpr std::array<std::string_view, count> names = [] {
    std::array<std::string_view, count> result{};
    for_each([&](auto i) { result[i] = without_escape(descriptor<i>::name); });
    return result;
  }();

  static constexpr std::array<backend::Type, count> types = [] {
    std::array<backend::Type, count> result{};
    for_each([&](auto i) { result[i] = MemberCodec<type<i>>::type; });
    return result;
  }();

  static constexpr std::size_t index_of(std::string_view name) noexcept {
    for (std::size_t i = 0; i < count; ++i)
      if (names[i] == name) return i;
    return none;
  }

  template <auto Member>
  static constexpr std::size_t find() noexcept {
    std::size_t found = none;
    for_each([&](auto i) {
      if (same_pointer(descriptor<i>::pointer, Member)) found = i;
    });
    return found;
  }
};

template <class T>
concept entity = requires {
  { Table<T>::name } -> std::convertible_to<std::string_view>;
  Table<T>::key;
};

template <class T>
constexpr std::string_view tenant_column() noexcept {
  if constexpr (requires { Table<T>::tenant_column; }) {
    return Table<T>::tenant_column;
  } else {
    return "tenant_id";
  }
}

template <class T>
constexpr backend::Type tenant_type() noexcept {
  if constexpr (requires { typename Table<T>::tenant_type; }) {
    constexpr backend::Type type = MemberCodec<typename Table<T>::tenant_type>::type;
    static_assert(type == backend::Type::text || type == backend::Type::int32 ||
                      type == backend::Type::int64 || type == backend::Type::uuid,
                  "tenon: Table<T>::tenant_type is std::string, std::int32_t, std::int64_t or tenon::Uuid");
    return type;
  } else {
    return backend::Type::text;
  }
}

// What the library knows of an entity beyond its columns.
template <class T>
struct Entity : Columns<T> {
  static_assert(entity<T>,
                "tenon: the entity has no table. Specialise tenon::Table<T> with `name` and `key` (see "
                "tenon/table.hpp)");
  using Base = Columns<T>;
  using Base::count;
  using Base::index_of;
  using Base::names;
  using Base::none;

  static constexpr std::string_view table = Table<T>::name;
  static constexpr std::string_view tenant = tenant_column<T>();
  static constexpr backend::Type tenant_type = detail::tenant_type<T>();
  static constexpr std::size_t key_count = std::tuple_size_v<std::remove_cvref_t<decltype(Table<T>::key)>>;
  static_assert(key_count > 0, "tenon: Table<T>::key is empty");

  template <std::size_t K>
  using key_type =
      typename member_pointer<std::tuple_element_t<K, std::remove_cvref_t<decltype(Table<T>::key)>>>::type;

  static constexpr std::array<std::size_t, key_count> key = [] {
    std::array<std::size_t, key_count> result{};
    [&]<std::size_t... K>(std::index_sequence<K...>) {
      ((result[K] = Base::template find<std::get<K>(Table<T>::key)>()), ...);
    }
    (std::make_index_sequence<key_count>{});
    return result;
  }();

  static constexpr bool key_is_described = [] {
    for (const std::size_t column : key)
      if (column == none) return false;
    return true;
  }();
  static_assert(key_is_described, "tenon: a member of Table<T>::key is not described");
  // SQLite takes names that differ in case for one.
  static constexpr bool same_column(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (lower(a[i]) != lower(b[i])) return false;
    return true;
  }
  static constexpr bool names_the_tenant = [] {
    for (const std::string_view name : names)
      if (same_column(name, tenant)) return true;
    return false;
  }();
  static_assert(!names_the_tenant, "tenon: the tenant column may not be a member; it comes from the scope");

  static constexpr bool is_key(std::size_t column) noexcept {
    for (const std::size_t k : key)
      if (k == column) return true;
    return false;
  }

  template <class Wanted>
  static constexpr std::size_t kept(std::string_view name) noexcept {
    std::size_t found = none;
    Base::for_each([&](auto i) {
      using Member = typename Base::template type<i>;
      constexpr bool fits =
          std::same_as<Wanted, Timestamp> ? std::same_as<Member, Timestamp> : integer_member<Member>;
      if (fits && names[i] == name && !is_key(i)) found = i;
    });
    return found;
  }
  static constexpr std::size_t created_at = kept<Timestamp>("created_at");
  static constexpr std::size_t updated_at = kept<Timestamp>("updated_at");
  static constexpr std::size_t version = kept<int>("version");
};

// The column of an entity that a member pointer names; does not compile for a stranger's member.
template <class T, auto Member>
constexpr std::size_t column_of() noexcept {
  constexpr std::size_t found = Columns<T>::template find<Member>();
  static_assert(found != Columns<T>::none,
                "tenon: this member is not a described member of the entity in question");
  return found;
}

}  // namespace tenon::detail
