#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include <tenon/condition.hpp>
#include <tenon/filter.hpp>
#include <tenon/page.hpp>

namespace tenon {

namespace detail {

template <auto Member, bool is_descending>
struct Order {
  static_assert(
      !is_optional<typename member_pointer<decltype(Member)>::type>::value,
      "tenon: order_by takes members that are never NULL; databases disagree on where NULL sorts");
  static_assert(comparable_in_sql<field_type<Member>>,
                "tenon: Json and Decimal members cannot be ordered by");
  static constexpr auto member = Member;
  static constexpr bool descending = is_descending;
};

template <class O>
inline constexpr bool is_order = false;
template <auto Member, bool is_descending>
inline constexpr bool is_order<Order<Member, is_descending>> = true;

}  // namespace detail

template <auto Member>
inline constexpr detail::Order<Member, false> asc{};
template <auto Member>
inline constexpr detail::Order<Member, true> desc{};

/// Which rows, in which order, how many, after which. Made by `where(condition)` or `all()`; a value.
/// The key is always appended to the order, so that it is total.
template <Condition C, class... Orders>
class Query {
 public:
  static constexpr std::size_t default_limit = detail::PageBounds::default_limit;

  explicit Query(C condition, std::size_t limit = default_limit, std::optional<Cursor> after = {})
      : condition_(std::move(condition)), bounds_(limit, std::move(after)) {}

  /// Replaces the order: `.order_by(desc<&Site::created_at>, asc<&Site::name>)`. Text is ordered by its
  /// bytes, on PostgreSQL where its column has COLLATE "C"; an enum by its enumerators' names.
  template <class... NewOrders>
  [[nodiscard]] auto order_by(NewOrders... orders) const& {
    return Query(*this).order_by(orders...);
  }
  template <class... NewOrders>
  [[nodiscard]] auto order_by(NewOrders...) && {
    static_assert((detail::is_order<NewOrders> && ...),
                  "tenon: order_by takes asc<&Entity::member> and desc<&Entity::member>");
    return Query<C, NewOrders...>(std::move(condition_), std::move(bounds_));
  }
  /// At most this many rows a page (default 100), 1 to 1,000,000; others are refused when the query
  /// runs.
  [[nodiscard]] Query limit(std::size_t rows) const& { return Query(condition_, rows, bounds_.after); }
  [[nodiscard]] Query limit(std::size_t rows) && {
    bounds_.limit = rows;
    return std::move(*this);
  }
  /// Continues where a page of the same query ended; without a cursor, from the start.
  [[nodiscard]] Query after(std::optional<Cursor> cursor) const& {
    return Query(condition_, bounds_.limit, std::move(cursor));
  }
  [[nodiscard]] Query after(std::optional<Cursor> cursor) && {
    bounds_.after = std::move(cursor);
    return std::move(*this);
  }

  [[nodiscard]] const C& condition() const noexcept { return condition_; }
  [[nodiscard]] std::size_t row_limit() const noexcept { return bounds_.limit; }
  [[nodiscard]] const std::optional<Cursor>& cursor() const noexcept { return bounds_.after; }
  [[nodiscard]] const detail::PageBounds& bounds() const noexcept { return bounds_; }

 private:
  template <Condition, class...>
  friend class Query;
  Query(C&& condition, detail::PageBounds&& bounds)
      : condition_(std::move(condition)), bounds_(std::move(bounds)) {}

  C condition_;
  detail::PageBounds bounds_;
};

template <Condition C>
[[nodiscard]] auto where(C condition) {
  return Query<C>(std::move(condition));
}
/// Every row of the tenant.
[[nodiscard]] inline auto all() {
  return Query<detail::Everything>(detail::Everything{});
}

}  // namespace tenon
