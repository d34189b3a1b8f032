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
#include <vector>

#include <tenon/detail/executor.hpp>
#include <tenon/detail/row_codec.hpp>
#include <tenon/detail/row_operations.hpp>
#include <tenon/detail/tenant_column.hpp>
#include <tenon/export.hpp>
#include <tenon/key.hpp>

namespace tenon::detail {

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
  return on.insert({on.in_flavour(statements_of<Operation>), table, batch_columns<T>, conflict_clause,
                    static_cast<std::size_t>(std::size(entities)), next});
}

// Values as bytes that are equal exactly when the values are; for comparing keys within one process.
TENON_API void append_key_bytes(const backend::Value& value, std::string& out);

// The keys of a batch, as bytes.
class TENON_API KeyList {
 public:
  explicit KeyList(std::size_t count) { keys_.reserve(count); }
  void add(backend::Values key);
  // Throws Error (invalid_argument) when one was added twice. `table` is for the message.
  void refuse_repeated(std::string_view table);

 private:
  std::vector<std::string> keys_;
};

template <class T, class Range>
void refuse_repeated_keys(const Range& entities) {
  KeyList keys(static_cast<std::size_t>(std::size(entities)));
  for (const T& entity : entities) {
    Scratch scratch;
    std::array<backend::Value, Entity<T>::key_count> values;
    const auto key = Key<T>::of(entity);  // the values may point into it
    key.encode(values.data(), scratch);
    keys.add(values);
  }
  keys.refuse_repeated(Entity<T>::table);
}

}  // namespace tenon::detail
