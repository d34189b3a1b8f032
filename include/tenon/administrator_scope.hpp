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
    static constexpr detail::RowDecoder decoder{&decode<P>, detail::Entity<T>::table,
                                                detail::Columns<P>::names.data()};
    const detail::RowTarget target{&page.items, &decoder, &detail::resize_rows<Owned<P>, &exchange<P>>,
                                   sizeof(Owned<P>)};
    detail::find_page<T, P, detail::Reach::all_tenants>(detail::Executor(*this), query, target, page.next);
    return page;
  }

  /// Calls `visit(Owned<P>&)` for every row of every tenant in constant memory; false ends it.
  template <class T, class P = T, Condition C, class... Orders, class Visit>
  void for_each(const Query<C, Orders...>& query, Visit&& visit) const {
    const detail::Executor on(*this);
    detail::stream_rows<T, P, detail::Reach::all_tenants>(on, query, [&](backend::Values row) {
      Owned<P> owned;
      detail::decode_row({&decode<P>, detail::Entity<T>::table, detail::Columns<P>::names.data()},
                         row.data(), &owned);
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

  // The first value of a row is the tenant.
  template <class P>
  static void decode(const backend::Value* row, void* object, std::size_t& at) {
    auto& owned = *static_cast<Owned<P>*>(object);
    if (row[0].is_null()) detail::refuse_stored_value("a row's tenant is NULL");
    owned.tenant = detail::tenant_text(row[0]);
    detail::Columns<P>::template decode<P>(row + 1, &owned.entity, at);
  }
  template <class P>
  static void exchange(void* a, void* b) {
    auto& first = *static_cast<Owned<P>*>(a);
    auto& second = *static_cast<Owned<P>*>(b);
    first.tenant.swap(second.tenant);
    detail::Columns<P>::template exchange<P>(&first.entity, &second.entity);
  }

  std::shared_ptr<const detail::ScopeState> state_;
};

}  // namespace tenon
