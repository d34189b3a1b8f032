#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenon/detail/executor.hpp>
#include <tenon/detail/row_codec.hpp>
#include <tenon/detail/set_operations.hpp>
#include <tenon/detail/set_statements.hpp>
#include <tenon/detail/statement_values.hpp>
#include <tenon/detail/tenant_column.hpp>

namespace tenon::detail {

// Runs an operation whose text may depend on its condition.
template <class Operation>
std::uint64_t run(const Executor& on, const typename Operation::Condition& condition,
                  backend::Values values, backend::RowSink rows, bool stream = false) {
  if constexpr (Operation::is_static) {
    return on.execute(statements_of<Operation>, values, rows, stream);
  } else {
    const DynamicStatement<Operation> statement(on.flavour(), condition, values);
    return on.execute(statement.get(), values, rows, stream);
  }
}

template <class T, class C, Reach reach>
std::uint64_t count_rows(const Executor& on, const C& condition) {
  Scratch scratch;
  StatementValues values(condition, 1);
  if constexpr (reach == Reach::own_tenant) values.add(tenant_value<T>(on.tenant()));
  values.add(condition, scratch);
  RowCount count;
  run<CountRows<T, C, reach>>(on, condition, values.get(), count);
  return count.value;
}

template <class T, Reach reach, class... Orders>
struct OrderText {
  static constexpr void write(SqlText& out) {
    out.table(Entity<T>::table);
    write_order_by(out, TotalOrder<T, reach, Orders...>::shape);
  }
};
template <class T, Reach reach, class... Orders>
inline constexpr std::uint64_t order_shape =
    backend::statement_id(StaticText<OrderText<T, reach, Orders...>, backend::Flavour::sqlite>::text, {});

// The texts of a page whose condition is known only at run time.
template <class T, class P, Reach reach, class C, class... Orders>
void write_page(SqlText& out, const void* condition, bool continued) {
  const auto* of = static_cast<const C*>(condition);
  if (continued) {
    FindPage<T, P, C, reach, true, Orders...>::write(out, of);
  } else {
    FindPage<T, P, C, reach, false, Orders...>::write(out, of);
  }
}

// What holds a condition's values, perhaps for conditions of several types; else the condition itself.
template <class C>
const auto& values_of(const C& condition) noexcept {
  if constexpr (requires { typename C::Values; }) {
    return static_cast<const typename C::Values&>(condition);
  } else {
    return condition;
  }
}
template <class C>
using ValuesOf = std::remove_cvref_t<decltype(values_of(std::declval<const C&>()))>;

template <class C>
std::size_t parameter_count(const void* condition) noexcept {
  return static_cast<const C*>(condition)->parameter_count();
}
template <class C>
backend::Value* encode_condition(const void* condition, backend::Value* out, Scratch& scratch) {
  return static_cast<const C*>(condition)->encode(out, scratch);
}

template <class T, class P, Reach reach, class C, class... Orders>
inline constinit std::atomic<std::uint32_t> usual_rows{0};

template <class T, class P, Reach reach, class C, class... Orders>
constexpr PagePlan make_page_plan() {
  using First = FindPage<T, P, C, reach, false, Orders...>;
  using Order = typename First::Order;
  PagePlan plan{.order = &Order::shape,
                .order_types = Order::types,
                .order_positions = First::Selected::order_position.data(),
                .shape = order_shape<T, reach, Orders...>,
                .own_tenant = reach == Reach::own_tenant,
                .parameter_count = &parameter_count<ValuesOf<C>>,
                .encode = &encode_condition<ValuesOf<C>>};
  plan.usual_rows = &usual_rows<T, P, reach, C, Orders...>;
  if constexpr (C::is_static) {
    plan.first = &statements_of<First>;
    plan.continued = &statements_of<FindPage<T, P, C, reach, true, Orders...>>;
  } else {
    plan.without_text = &statement_without_text<First>;
    plan.write = &write_page<T, P, reach, C, Orders...>;
  }
  return plan;
}
template <class T, class P, Reach reach, class C, class... Orders>
inline constexpr PagePlan page_plan = make_page_plan<T, P, reach, C, Orders...>();

// One page of a query; `next`, which is empty, becomes where the next begins.
template <class T, class P, Reach reach, class C, class... Orders>
void find_page(const Executor& on, const Query<C, Orders...>& query, const RowTarget& target,
               std::optional<Cursor>& next) {
  run_page(on, page_plan<T, P, reach, C, Orders...>, &values_of(query.condition()), query.bounds(), target,
           next);
}

template <class T, class C, class... Orders>
std::vector<T> claim_rows(const Executor& on, const Query<C, Orders...>& query) {
  check_claim(on, query.bounds());
  Scratch scratch;
  StatementValues values(query.condition(), 2);
  values.add(tenant_value<T>(on.tenant()));
  values.add(query.condition(), scratch);
  values.add(backend::Value::integral(backend::Type::int64, static_cast<std::int64_t>(query.row_limit())));
  std::vector<T> claimed;
  const RowTarget target = rows_into<T>(claimed);
  RowTaker taker(target, query.row_limit());
  using Claim = ClaimRows<T, C, Orders...>;
  if constexpr (Claim::is_static) {
    execute_limited(on, on.in_flavour(statements_of<Claim>), values.get(), taker);
  } else {
    const DynamicStatement<Claim> statement(on.flavour(), query.condition(), values.get());
    execute_limited(on, statement.get(), values.get(), taker);
  }
  taker.finish();
  return claimed;
}

template <class T, class P, Reach reach, class C, class... Orders>
std::uint64_t stream_rows(const Executor& on, const Query<C, Orders...>& query, backend::RowSink rows) {
  check_stream(query.bounds());
  Scratch scratch;
  StatementValues values(query.condition(), 1);
  if constexpr (reach == Reach::own_tenant) values.add(tenant_value<T>(on.tenant()));
  values.add(query.condition(), scratch);
  return run<StreamRows<T, P, C, reach, Orders...>>(on, query.condition(), values.get(), rows, true);
}

}  // namespace tenon::detail
