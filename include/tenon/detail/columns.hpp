#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/describe/bases.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <tenon/codec.hpp>
#include <tenon/detail/member_codec.hpp>
#include <tenon/detail/sql_text.hpp>
#include <tenon/detail/table_shape.hpp>
#include <tenon/table.hpp>

namespace tenon::detail {

template <class T>
concept described_struct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class List>
inline constexpr bool are_data_members = false;
template <template <class...> class L, class... D>
inline constexpr bool are_data_members<L<D...>> = ((D::modifiers == boost::describe::mod_public) && ...);

// The list as the macro wrote it down, when there is nothing in it to sort out: Boost looks at the members
// one by one, at several times the cost. Where Boost calls the list otherwise, it is asked.
template <class T>
concept described_plainly = requires(T** object) {
  boost_public_member_descriptor_fn(object);
  requires are_data_members<decltype(boost_public_member_descriptor_fn(object))>;
  requires boost::mp11::mp_empty<
      boost::describe::describe_bases<T, boost::describe::mod_any_access>>::value;
};

template <class T>
struct MembersOf {
  using type =
      boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
};
template <described_plainly T>
struct MembersOf<T> {
  using type = decltype(boost_public_member_descriptor_fn(static_cast<T**>(nullptr)));
};
template <class T>
using members_of = typename MembersOf<T>::type;

template <class Pointer>
struct member_pointer;
template <class C, class M>
struct member_pointer<M C::*> {
  using type = M;
};

template <class Descriptor>
using member_type = typename member_pointer<std::remove_cv_t<decltype(Descriptor::pointer)>>::type;

template <class T>
struct DescribedMembers {
  static_assert(described_struct<T>,
                "tenon: the struct is not described. Write BOOST_DESCRIBE_STRUCT(Name, (), (member, ...)) "
                "after it, in its "
                "namespace, with every member that is a column (Boost.Describe 1.81 takes at most 52)");
  using type = members_of<T>;
};

template <auto Member>
struct MemberTag;

// What an entity's column of the right name may be kept as by the library; `narrow`: a version that would
// soon be too large for its member.
enum class KeptAs : std::uint8_t { nothing, timestamp, version, narrow };

template <class M>
constexpr KeptAs kept_as() noexcept {
  if constexpr (std::is_same_v<M, Timestamp>) {
    return KeptAs::timestamp;
  } else if constexpr (integer_member<M>) {
    return std::numeric_limits<M>::digits >= 31 ? KeptAs::version : KeptAs::narrow;
  } else {
    return KeptAs::nothing;
  }
}

// Over the list of descriptors itself, so that a pack is expanded once for each question instead of a
// function instantiated for each member: compiling a host's entities costs little.
template <class List>
struct MemberList;
template <template <class...> class L, class... D>
struct MemberList<L<D...>> {
  static constexpr std::size_t count = sizeof...(D);
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  static_assert(count > 0, "tenon: the struct has no described member");

  static constexpr std::array<std::string_view, count> names{
      without_escape({D::name, __builtin_strlen(D::name)})...};
  static constexpr std::array<backend::Type, count> types{MemberCodec<member_type<D>>::type...};
  static constexpr std::array<KeptAs, count> kept{kept_as<member_type<D>>()...};

  // All of them as statements list them, written once for all statements.
  struct ListWriter {
    static constexpr void write(SqlText& out) { out.columns(names.data(), count); }
  };
  static constexpr std::string_view column_list = StaticText<ListWriter, backend::Flavour::postgres>::text;

  template <auto Member>
  static constexpr std::size_t find() noexcept {
    std::size_t found = none;
    std::size_t at = 0;
    // The builtin, because std::is_same_v is instantiated anew for every pair.
    ((__is_same(MemberTag<D::pointer>, MemberTag<Member>) ? void(found = at++) : void(at++)), ...);
    return found;
  }

  // f(std::integral_constant<std::size_t, I>) for every member.
  template <class F>
  static constexpr void for_each(F&& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (f(std::integral_constant<std::size_t, I>{}), ...);
    }
    (std::make_index_sequence<count>{});
  }

  // From and to an object of type T. `at` is the column that an exception comes from.
  template <class T>
  static void decode(const backend::Value* row, void* object, std::size_t& at) {
    T& out = *static_cast<T*>(object);
    std::size_t column = 0;
    ((at = column, decode_member(row[column], out.*D::pointer), ++column), ...);
  }
  // Swaps the members of two objects of type T.
  template <class T>
  static void exchange(void* a, void* b) {
    (exchange_members(static_cast<T*>(a)->*D::pointer, static_cast<T*>(b)->*D::pointer), ...);
  }
  template <class T>
  static void encode(const void* object, RowWriter& row) {
    const T& entity = *static_cast<const T*>(object);
    (write_member(entity.*D::pointer, row), ...);
  }
};

// The described members of T, in order: names, types and positions. T may be an entity or a projection.
template <class T>
struct Columns : MemberList<typename DescribedMembers<T>::type> {
  using Members = MemberList<typename DescribedMembers<T>::type>;
  using Members::count;
  using Members::names;
  using Members::none;
  using list = typename DescribedMembers<T>::type;
  template <std::size_t I>
  using descriptor = boost::mp11::mp_at_c<list, I>;
  template <std::size_t I>
  using type = member_type<descriptor<I>>;

  static constexpr std::size_t index_of(std::string_view name) noexcept {
    for (std::size_t i = 0; i < count; ++i)
      if (names[i] == name) return i;
    return none;
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

// SQLite takes names that differ in case for one.
constexpr bool same_column(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

constexpr bool has_column(const std::string_view* names, std::size_t count,
                          std::string_view name) noexcept {
  for (std::size_t i = 0; i < count; ++i)
    if (same_column(names[i], name)) return true;
  return false;
}

// The columns that a tuple of member pointers names.
template <class List, class Key, std::size_t... K>
constexpr std::array<std::size_t, sizeof...(K)> key_columns(std::index_sequence<K...>) noexcept {
  return {List::template find<std::get<K>(Key::key)>()...};
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

  static constexpr std::array<std::size_t, key_count> key =
      key_columns<Base, Table<T>>(std::make_index_sequence<key_count>{});
  static constexpr bool is_key(std::size_t column) noexcept {
    return is_among(key.data(), key_count, column);
  }

  static constexpr bool key_has_one_spelling = [] {
    for (const std::size_t column : key)
      if (column != none &&
          (Base::types[column] == backend::Type::json || Base::types[column] == backend::Type::decimal))
        return false;
    return true;
  }();
  static_assert(key_has_one_spelling,
                "tenon: a Json or Decimal cannot be part of a key: databases disagree on which are equal");
  static constexpr bool key_is_described = !is_key(none);
  static_assert(key_is_described, "tenon: a member of Table<T>::key is not described");
  static constexpr bool names_the_tenant = has_column(names.data(), count, tenant);
  static_assert(!names_the_tenant, "tenon: the tenant column may not be a member; it comes from the scope");

  static constexpr std::size_t kept_column(KeptAs as, std::string_view name) noexcept {
    for (std::size_t i = 0; i < count; ++i)
      if (Base::kept[i] == as && names[i] == name && !is_key(i)) return i;
    return none;
  }
  static constexpr std::size_t created_at = kept_column(KeptAs::timestamp, "created_at");
  static constexpr std::size_t updated_at = kept_column(KeptAs::timestamp, "updated_at");
  static constexpr std::size_t version = kept_column(KeptAs::version, "version");
  static constexpr std::size_t narrow_version = kept_column(KeptAs::narrow, "version");
  static_assert(narrow_version == none,
                "tenon: the member `version` is raised by every update and too narrow for that; make it "
                "std::int32_t, std::int64_t, std::uint32_t or std::uint64_t");

  static constexpr TableShape shape{.table = table,
                                    .tenant = tenant,
                                    .tenant_type = tenant_type,
                                    .names = names.data(),
                                    .types = Base::types.data(),
                                    .count = count,
                                    .column_list = Base::column_list,
                                    .key = key.data(),
                                    .key_count = key_count,
                                    .created_at = created_at,
                                    .updated_at = updated_at,
                                    .version = version};
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
