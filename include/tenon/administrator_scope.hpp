#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenon/detail/executor.hpp>
#include <tenon/detail/find.hpp>
#include <tenon/detail/row_codec.hpp>
#include <tenon/detail/tenant_column.hpp>
#include <tenon/export.hpp>
#include <tenon/query.hpp>

namespace tenon {

class Database;

/// A row together with the tenant whose it is.
template <class T>
struct Owned {
  std::string tenant;
  T entity{};
};

/// Reads across all tenants, and only reads: on PostgreSQL under a database role of its own. Each row comes
/// with its tenant.
///
/// Thread safety: copy and use it freely from several threads.
class TENON_API AdministratorScope {
 public:
  template <class T>
  [[nodiscard]] std::uint64_t count() const {
    return count<T>(detail::Everything{});
  }
  template <class T, Condition C>
  [[nodiscard]] std::uint64_t count(const C& condition) const {
    return detail::count_rows<T, C, detail::Reach::all_tenants>(detail::Executor(*this), condition);
  }

  /// One page over all tenants, as Repository::find; tenant and key complete the order.
  template <class T, class P = T, Condition C, class... Orders>
  [[nodiscard]] Page<Owned<P>> find(const Query<C, Orders...>& query) const {
    Page<Owned<P>> page;
    detail::find_page<T, P, detail::Reach::all_tenants>(
        detail::Executor(*this), query, {&page.items, &detail::row_decoder<T, P>, &take<P>}, page.next);
    return page;
  }

  /// Calls `visit(Owned<P>&)` for every row of every tenant in constant memory; false ends it.
  template <class T, class P = T, Condition C, class... Orders, class Visit>
  void for_each(const Query<C, Orders...>& query, Visit&& visit) const {
    const detail::Executor on(*this);
    detail::stream_rows<T, P, detail::Reach::all_tenants>(on, query, [&](backend::Values row) {
      Owned<P> owned;
      decode<T>(row, owned);
      if constexpr (std::is_void_v<std::invoke_result_t<Visit&, Owned<P>&>>) {
        visit(owned);
        return true;
      } else {
        return static_cast<bool>(visit(owned));
      }
    });
  }

 private:
  friend class Database;
  friend class detail::Executor;
  explicit AdministratorScope(std::shared_ptr<const detail::ScopeState> state) noexcept;

  // A new row, whose first value is the tenant.
  template <class P>
  static void take(void* into, const backend::Value* row, std::size_t& at) {
    Owned<P>& owned = static_cast<std::vector<Owned<P>>*>(into)->emplace_back();
    owned.tenant = detail::tenant_text(row[0]);
    detail::Columns<P>::template decode<P>(row + 1, &owned.entity, at);
  }
  template <class T, class P>
  static void decode(backend::Values row, Owned<P>& owned) {
    owned.tenant = detail::tenant_text(row[0]);
    detail::decode_row<T>(row.subspan(1), owned.entity);
  }

  std::shared_ptr<const detail::ScopeState> state_;
};

}  // namespace tenon
