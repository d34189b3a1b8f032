#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <utility>

#include <tenon/detail/executor.hpp>
#include <tenon/detail/row_errors.hpp>
#include <tenon/detail/row_operations.hpp>
#include <tenon/detail/tenant_column.hpp>
#include <tenon/error.hpp>
#include <tenon/key.hpp>

namespace tenon::detail {

// Values as bytes that are equal exactly when the values are; for comparing keys within one process.
TENON_API void append_key_bytes(const backend::Value& value, std::string& out);

// The members of these columns, one after the other; returns the end. One handler for all of them, and one
// copy for all that call it: a host's translation unit compiles the quicker.
template <class T, std::size_t... I>
[[gnu::noinline]] backend::Value* encode_members(const T& entity, backend::Value* out, Scratch& scratch,
                                                 std::index_sequence<I...>) {
  using Columns = Columns<T>;
  std::size_t column = 0;
  try {
    ((column = I, *out++ = MemberCodec<typename Columns::template type<I>>::encode(
                      entity.*Columns::template descriptor<I>::pointer, scratch)),
     ...);
  } catch (const Error& error) {
    rethrow_for_column(error, Entity<T>::table, Columns::names[column]);
  }
  return out;
}
template <class T, std::size_t I>
backend::Value encode_member(const T& entity, Scratch& scratch) {
  backend::Value value;
  encode_members(entity, &value, scratch, std::index_sequence<I>{});
  return value;
}

// The values of a whole row. A created_at or updated_at that is zero becomes the present.
template <class T>
void encode_row(const T& entity, bool refresh_updated_at, backend::Value* out, Scratch& scratch) {
  using E = Entity<T>;
  constexpr bool stamped = E::created_at != E::none || E::updated_at != E::none;
  Timestamp stamp{};
  if constexpr (stamped) stamp = now();
  encode_members(entity, out, scratch, std::make_index_sequence<E::count>{});
  const auto put_stamp = [&](auto column, bool refresh) {
    if constexpr (column != E::none) {
      if (refresh || entity.*E::template descriptor<column>::pointer == Timestamp{})
        out[column] = Codec<Timestamp>::encode(stamp, scratch);
    }
  };
  put_stamp(std::integral_constant<std::size_t, E::created_at>{}, false);
  put_stamp(std::integral_constant<std::size_t, E::updated_at>{}, refresh_updated_at);
}

template <class T>
struct TableText {
  static constexpr void write(SqlText& out) { out.table(Entity<T>::table); }
};

// Tenant first, as in the statement.
template <class T>
inline constexpr auto batch_columns = [] {
  std::array<std::string_view, Entity<T>::count + 1> names{};
  names[0] = Entity<T>::tenant;
  for (std::size_t i = 0; i < Entity<T>::count; ++i) names[i + 1] = Entity<T>::names[i];
  return names;
}();

template <class T, class Operation, class Range>
std::uint64_t insert_rows(const Executor& on, const Range& entities, std::string_view conflict_clause) {
  Scratch scratch;
  auto at = std::begin(entities);
  const auto end = std::end(entities);
  std::optional<T> made;  // what a range that makes its elements gave last; the values point into it
  const auto next = [&](std::span<backend::Value> values) {
    if (at == end) return false;
    scratch = Scratch{};
    values[0] = tenant_value<T>(on.tenant());
    if constexpr (std::is_reference_v<decltype(*at)>) {
      encode_row<T>(*at, !conflict_clause.empty(), values.data() + 1, scratch);
    } else {
      encode_row<T>(made.emplace(*at), !conflict_clause.empty(), values.data() + 1, scratch);
    }
    ++at;
    return true;
  };
  const std::string_view table = on.flavour() == backend::Flavour::postgres
                                     ? StaticText<TableText<T>, backend::Flavour::postgres>::text
                                     : StaticText<TableText<T>, backend::Flavour::sqlite>::text;
  return on.insert({static_statement<Operation>(on.flavour()), table, batch_columns<T>, conflict_clause,
                    static_cast<std::size_t>(std::size(entities)), next});
}

template <class T, class Range>
void refuse_repeated_keys(const Range& entities) {
  std::unordered_set<std::string> keys;
  for (const T& entity : entities) {
    Scratch scratch;
    std::array<backend::Value, Entity<T>::key_count> values;
    Key<T>::of(entity).encode(values.data(), scratch);
    std::string bytes;
    for (const backend::Value& value : values) append_key_bytes(value, bytes);
    if (!keys.insert(std::move(bytes)).second)
      refuse_row(Error::Kind::invalid_argument, Entity<T>::table, "upsert_all",
                 "two rows of the batch have one key");
  }
}

}  // namespace tenon::detail
