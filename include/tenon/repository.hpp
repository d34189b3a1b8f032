#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenon/detail/batch.hpp>
#include <tenon/detail/executor.hpp>
#include <tenon/detail/find.hpp>
#include <tenon/detail/row_codec.hpp>
#include <tenon/detail/row_operations.hpp>
#include <tenon/detail/row_statements.hpp>
#include <tenon/detail/tenant_column.hpp>
#include <tenon/key.hpp>
#include <tenon/query.hpp>
#include <tenon/table.hpp>
#include <tenon/tenant_scope.hpp>
#include <tenon/transaction.hpp>

namespace tenon {

/// Reads and writes one tenant's rows of a described struct (see tenon/table.hpp).
///
/// Every statement's text is made at compile time, carries the tenant and takes one round trip, unless a
/// member says otherwise.
///
/// Throws: every member may throw `Error` for the reasons that its kinds name: the connection, the tenant's
/// rights, a deadline, a value that cannot be stored (NaN, text with NUL or invalid UTF-8, JSON that is
/// none), a violated constraint; invalid_argument for a scope of another tenant while this thread has a
/// transaction open, and for a write on a scope while it has a writing one open. On a scope a failed call
/// has changed nothing. On a transaction on PostgreSQL, further statements fail until a savepoint is rolled
/// back or the transaction ends; on SQLite after one that it may have left half done, such as an increase
/// beyond the column's range.
///
/// Thread safety: on a scope, as the scope: any thread. On a transaction, as the transaction: its thread.
template <class T>
class Repository {
 public:
  explicit Repository(const TenantScope& scope) : on_(scope) {}
  explicit Repository(Transaction& transaction) : on_(transaction) {}

  /// Throws already_exists when the key or a unique value is taken within the tenant.
  void insert(const T& entity) const {
    detail::write_row(on_, detail::statements_of<detail::InsertRow<T>>, detail::row_encoder<T>, &entity,
                      detail::Stamps::fill);
  }

  /// Inserts, or replaces the row with this key whatever its version; its created_at stays.
  void upsert(const T& entity) const {
    detail::write_row(on_, detail::statements_of<detail::UpsertRow<T>>, detail::row_encoder<T>, &entity,
                      detail::Stamps::refresh);
  }

  /// Inserts all or none; returns how many. `Range` has a size and yields T. Complexity: a few round trips
  /// for any number of rows.
  template <class Range>
  std::uint64_t insert_all(const Range& entities) const {
    return detail::insert_rows<T, detail::InsertRow<T>>(on_, entities, {});
  }
  /// As insert_all, replacing rows that are there. Two entities with one key are refused
  /// (invalid_argument).
  template <class Range>
  std::uint64_t upsert_all(const Range& entities) const {
    detail::refuse_repeated_keys<T>(entities);
    return detail::insert_rows<T, detail::UpsertRow<T>>(on_, entities, detail::ConflictClause<T>::text);
  }

  /// Writes every column of the row with this key and puts the new version and updated_at into `entity`.
  /// Throws not_found; conflict when the entity has a version and the row another. Inside `transact`, which
  /// may run its work again, read the entity there or update a copy: the new version stays in `entity` even
  /// when the transaction does not commit.
  void update(T& entity) const {
    using Operation = detail::UpdateWholeRow<T>;
    take_kept<Operation>(entity, detail::update_row(on_, update_plan<Operation>, &entity));
  }
  /// As above, for an entity whose new version is not wanted.
  void update(const T& entity) const {
    T copy = entity;
    update(copy);
  }
  /// Writes the named members only: `update<&Site::name>(site)`. Versions are checked as by update.
  template <auto First, auto... Rest>
  void update(T& entity) const {
    update_columns(entity,
                   std::index_sequence<detail::column_of<T, First>(), detail::column_of<T, Rest>()...>{});
  }

  /// Sets columns of the row with this key whatever its version: `patch(id, set<&Site::name>("x"))`,
  /// `patch(id, increase<&Site::visits>(1))`. Throws not_found.
  template <detail::Assignment... A>
  void patch(const Key<T>& key, const A&... assignments) const {
    using Operation = detail::PatchRow<T, A...>;
    Scratch scratch;
    std::array<backend::Value, std::tuple_size_v<decltype(Operation::parameters)>> values;
    backend::Value* end = encode_assignments(values.data(), scratch, assignments...);
    encode_key(end, key, scratch);
    if (on_.execute(detail::statements_of<Operation>, values) == 0)
      detail::refuse_missing(E::shape, "patch");
  }
  /// Inserts, or sets columns of the row that has this key whatever its version. For counters that begin
  /// with their first event: `insert_or_patch(Hits{page, 1}, increase<&Hits::count>(1))` counts every one,
  /// however many do it at once.
  template <detail::Assignment... A>
  void insert_or_patch(const T& entity, const A&... assignments) const {
    using Operation = detail::InsertOrPatchRow<T, A...>;
    Scratch scratch;
    std::array<backend::Value, E::count + 1 + sizeof...(A)> values;
    values[0] = detail::tenant_value<T>(on_.tenant());
    detail::encode_row(entity, true, values.data() + 1, scratch);
    encode_values(values.data() + 1 + E::count, scratch, assignments...);
    on_.execute(detail::statements_of<Operation>, values);
  }
  /// Sets columns of every row that meets the condition; returns how many.
  template <Condition C, detail::Assignment... A>
  std::uint64_t patch_where(const C& condition, const A&... assignments) const {
    Scratch scratch;
    detail::StatementValues values(condition, sizeof...(A) + 2);
    std::array<backend::Value, sizeof...(A) + 1> assigned;
    const backend::Value* end = encode_assignments(assigned.data(), scratch, assignments...);
    for (const backend::Value* value = assigned.data(); value != end; ++value) values.add(*value);
    values.add(detail::tenant_value<T>(on_.tenant()));
    values.add(condition, scratch);
    return detail::run<detail::PatchRows<T, C, A...>>(on_, condition, values.get(), detail::no_rows);
  }

  /// Returns false when there was no such row.
  bool remove(const Key<T>& key) const {
    return run_on_key(detail::statements_of<detail::RemoveRow<T>>, key, nullptr) > 0;
  }
  /// Removes every row that meets the condition; returns how many.
  template <Condition C>
  std::uint64_t remove_where(const C& condition) const {
    Scratch scratch;
    detail::StatementValues values(condition, 1);
    values.add(detail::tenant_value<T>(on_.tenant()));
    values.add(condition, scratch);
    return detail::run<detail::RemoveRows<T, C>>(on_, condition, values.get(), detail::no_rows);
  }

  [[nodiscard]] std::optional<T> get(const Key<T>& key) const {
    std::optional<T> found;
    const detail::RowTarget target = detail::row_into(found);
    run_on_key(detail::statements_of<detail::GetRow<T>>, key, &target);
    return found;
  }
  [[nodiscard]] bool exists(const Key<T>& key) const {
    return run_on_key(detail::statements_of<detail::RowExists<T>>, key, nullptr) > 0;
  }

  [[nodiscard]] std::uint64_t count() const { return count(detail::Everything{}); }
  template <Condition C>
  [[nodiscard]] std::uint64_t count(const C& condition) const {
    return detail::count_rows<T, C, detail::Reach::own_tenant>(on_, condition);
  }

  /// One page: `find(where(…).order_by(…).limit(50))`. `find<Summary>(…)` reads only the members of the
  /// projection `Summary`, a described struct whose members are members of T.
  template <class P = T, Condition C, class... Orders>
  [[nodiscard]] Page<P> find(const Query<C, Orders...>& query) const {
    Page<P> page;
    detail::find_page<T, P, detail::Reach::own_tenant>(on_, query, detail::rows_into<T>(page.items),
                                                       page.next);
    return page;
  }
  [[nodiscard]] Page<T> find() const { return find(all()); }

  /// The first rows of the query that no other transaction has claimed or changed; nobody else claims or
  /// changes them until this transaction ends. How several workers share a queue:
  /// `claim(where(field<&Job::due> <= now()).order_by(asc<&Job::due>).limit(1))`. On PostgreSQL rows that
  /// others hold are passed over (FOR UPDATE SKIP LOCKED, PostgreSQL docs, SELECT); on SQLite a writing
  /// transaction has the file to itself. Throws invalid_argument on a scope, with a cursor, or with a limit
  /// above 10,000; read_only in a transaction begun for reading.
  template <Condition C, class... Orders>
  [[nodiscard]] std::vector<T> claim(const Query<C, Orders...>& query) const {
    return detail::claim_rows<T>(on_, query);
  }

  /// Calls `visit(P&)` for every row, one at a time, in constant memory; a visit that returns false ends
  /// it (in a transaction on PostgreSQL the rest still comes, and is dropped). Without `order_by` they come
  /// in any order. The query's limit does not apply, nor does call_timeout on a scope. On a scope the
  /// connection is held while it runs: `visit` should not call back into the database on a pool of one.
  /// Throws invalid_argument for a query with a cursor.
  template <class P = T, Condition C, class... Orders, class Visit>
  void for_each(const Query<C, Orders...>& query, Visit&& visit) const {
    detail::stream_rows<T, P, detail::Reach::own_tenant>(on_, query, [&](backend::Values row) {
      P entity{};
      detail::decode_row<T>(row, entity);
      if constexpr (std::is_void_v<std::invoke_result_t<Visit&, P&>>) {
        visit(entity);
        return true;
      } else {
        return static_cast<bool>(visit(entity));
      }
    });
  }

 protected:
  [[nodiscard]] const detail::Executor& executor() const noexcept { return on_; }

 private:
  using E = detail::Entity<T>;

  backend::Value* encode_key(backend::Value* out, const Key<T>& key, Scratch& scratch) const {
    *out++ = detail::tenant_value<T>(on_.tenant());
    return key.encode(out, scratch);
  }

  template <class... A>
  static backend::Value* encode_values(backend::Value* out, Scratch& scratch, const A&... assignments) {
    ((*out++ = detail::MemberCodec<typename A::Value>::encode(assignments.value, scratch)), ...);
    return out;
  }
  template <class... A>
  static backend::Value* encode_assignments(backend::Value* out, Scratch& scratch,
                                            const A&... assignments) {
    out = encode_values(out, scratch, assignments...);
    if constexpr (E::updated_at != E::none) *out++ = Codec<Timestamp>::encode(now(), scratch);
    return out;
  }

  std::uint64_t run_on_key(const detail::StatementPair& statements, const Key<T>& key,
                           const detail::RowTarget* target) const {
    return detail::run_on_key(on_, statements, E::shape, key.values(), target);
  }

  template <class Operation>
  static constexpr detail::UpdatePlan make_update_plan() {
    detail::UpdatePlan plan{.update = &detail::statements_of<Operation>,
                            .exists = nullptr,
                            .encoder = &detail::row_encoder<T>,
                            .changed = Operation::changed.data(),
                            .changed_count = Operation::changed.size()};
    if constexpr (Operation::has_version) plan.exists = &detail::statements_of<detail::RowExists<T>>;
    return plan;
  }
  template <class Operation>
  static constexpr detail::UpdatePlan update_plan = make_update_plan<Operation>();

  template <std::size_t... I>
  void update_columns(T& entity, std::index_sequence<I...> columns) const {
    using Operation = detail::UpdateRow<T, I...>;
    Scratch scratch;
    std::array<backend::Value, Operation::parameter_count> values;
    backend::Value* out = detail::encode_members(entity, values.data(), scratch, columns);
    const Timestamp stamp = now();
    if constexpr (Operation::has_updated_at) *out++ = Codec<Timestamp>::encode(stamp, scratch);
    const auto key = Key<T>::of(entity);  // the values may point into it
    out = encode_key(out, key, scratch);
    if constexpr (Operation::has_version)
      detail::encode_members(entity, out, scratch, std::index_sequence<E::version>{});
    detail::update_row(on_, update_plan<Operation>, values);
    take_kept<Operation>(entity, stamp);
  }

  // What the update made of the columns that the library keeps.
  template <class Operation>
  static void take_kept(T& entity, Timestamp stamp) {
    if constexpr (Operation::has_version) ++(entity.*E::template descriptor<E::version>::pointer);
    if constexpr (Operation::has_updated_at) entity.*E::template descriptor<E::updated_at>::pointer = stamp;
  }

  detail::Executor on_;
};

}  // namespace tenon
