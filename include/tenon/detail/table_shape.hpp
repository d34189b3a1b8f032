#pragma once

#include <cstddef>
#include <string_view>

#include <tenon/backend/value.hpp>

namespace tenon::detail {

constexpr bool is_among(const std::size_t* columns, std::size_t count, std::size_t column) noexcept {
  for (std::size_t i = 0; i < count; ++i)
    if (columns[i] == column) return true;
  return false;
}

// What statements need to know of an entity, as data: their texts are written by functions that are
// compiled once, not once for each entity. Points into tables of static storage.
struct TableShape {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::string_view table;
  std::string_view tenant;  // column
  backend::Type tenant_type;
  const std::string_view* names;
  const backend::Type* types;
  std::size_t count;
  std::string_view column_list;  // all names, quoted, with commas
  const std::size_t* key;        // columns
  std::size_t key_count;
  // Columns that the library keeps, or none.
  std::size_t created_at;
  std::size_t updated_at;
  std::size_t version;

  [[nodiscard]] constexpr bool is_key(std::size_t column) const noexcept {
    return is_among(key, key_count, column);
  }
  // No key, and none that the library keeps.
  [[nodiscard]] constexpr bool is_plain(std::size_t column) const noexcept {
    return !is_key(column) && column != created_at && column != updated_at && column != version;
  }
};

}  // namespace tenon::detail
