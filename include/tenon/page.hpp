#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <tenon/export.hpp>

namespace tenon {

/// Where a page ended: opaque text, safe to hand to a client and take back. It holds the last row's order
/// and key columns and belongs to one entity, order and tenant; elsewhere it is refused.
struct Cursor {
  std::string text;
  friend bool operator==(const Cursor&, const Cursor&) = default;
};

namespace detail {
// How many rows a query wants, and after which. Its members are compiled into the library.
struct TENON_API PageBounds {
  static constexpr std::size_t default_limit = 100;
  std::size_t limit = default_limit;
  std::optional<Cursor> after;

  PageBounds() noexcept;
  PageBounds(std::size_t rows, std::optional<Cursor>&& cursor) noexcept;
  PageBounds(const PageBounds& other);
  PageBounds(PageBounds&& other) noexcept;
  PageBounds& operator=(const PageBounds& other);
  PageBounds& operator=(PageBounds&& other) noexcept;
  ~PageBounds();
};
}  // namespace detail

/// Some rows in order, and where the rest begins. Keyset paging: a page costs the same however far in it
/// is, and rows that come or go elsewhere move nothing.
template <class T>
struct Page {
  std::vector<T> items;
  std::optional<Cursor> next;  ///< set when there were more rows; `query.after(next)` continues

  [[nodiscard]] auto begin() const noexcept { return items.begin(); }
  [[nodiscard]] auto end() const noexcept { return items.end(); }
};

}  // namespace tenon
