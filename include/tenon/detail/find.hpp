#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/detail/executor.hpp>
#include <tenon/detail/row_errors.hpp>
#include <tenon/detail/set_operations.hpp>
#include <tenon/detail/tenant_column.hpp>
#include <tenon/error.hpp>

namespace tenon::detail {

// Cursor text <-> the values of the order columns. `shape` ties a cursor to one query and one tenant.
[[nodiscard]] TENON_API Cursor write_cursor(std::uint64_t shape, std::span<const backend::Value> values);
// The values point into `storage`. Throws Error invalid_argument when the cursor was made for something
// else.
TENON_API void read_cursor(const Cursor& cursor, std::uint64_t shape, std::span<const backend::Type> types,
                           std::span<backend::Value> values, std::string& storage);
[[nodiscard]] TENON_API std::uint64_t cursor_shape(std::uint64_t order_shape,
                                                   std::string_view tenant) noexcept;

// One copy for all that read a P: a host's translation unit compiles the quicker.
template <class T, class P>
[[gnu::noinline]] void decode_row(backend::Values row, P& out) {
  std::size_t at = 0;
  try {
    Columns<P>::for_each([&](auto i) {
      at = i;
      using Descriptor = typename Columns<P>::template descriptor<i>;
      MemberCodec<typename Columns<P>::template type<i>>::decode(row[i], out.*Descriptor::pointer);
    });
  } catch (const Error& error) {
    rethrow_for_column(error, Entity<T>::table, Columns<P>::names[at]);
  }
}

// The values of a statement with a condition, in the order of its text; `others` is how many there are
// beside the condition's.
template <class C, std::size_t others>
class StatementValues {
 public:
  explicit StatementValues(const C& condition) {
    if constexpr (C::is_static) {
      begin_ = fixed_.data();
    } else {
      grown_.resize(others + condition.parameter_count());
      begin_ = grown_.data();
    }
    end_ = begin_;
  }
  StatementValues(const StatementValues&) = delete;
  StatementValues& operator=(const StatementValues&) = delete;

  void add(const backend::Value& value) noexcept { *end_++ = value; }
  void add(const C& condition, Scratch& scratch) { end_ = condition.encode(end_, scratch); }
  [[nodiscard]] backend::Values get() const noexcept { return {begin_, end_}; }

 private:
  static constexpr std::size_t fixed_size = [] {
    if constexpr (C::is_static) {
      return others + std::tuple_size_v<std::remove_cvref_t<decltype(C::parameter_types)>>;
    } else {
      return std::size_t{0};
    }
  }();
  std::array<backend::Value, fixed_size> fixed_;
  std::vector<backend::Value> grown_;
  backend::Value* begin_;
  backend::Value* end_;
};

// Runs an operation whose text may depend on its condition.
template <class Operation>
std::uint64_t run(const Executor& on, const typename Operation::Condition& condition,
                  backend::Values values, backend::RowSink rows, bool stream = false) {
  if constexpr (Operation::is_static) {
    return on.execute(static_statement<Operation>(on.flavour()), values, rows, stream);
  } else {
    const DynamicStatement<Operation> statement(on.flavour(), condition, values);
    return on.execute(statement.get(), values, rows, stream);
  }
}

inline constexpr auto no_rows = [](backend::Values) { return true; };

template <class T, class C, Reach reach>
std::uint64_t count_rows(const Executor& on, const C& condition) {
  Scratch scratch;
  StatementValues<C, 1> values(condition);
  if constexpr (reach == Reach::own_tenant) values.add(tenant_value<T>(on.tenant()));
  values.add(condition, scratch);
  std::uint64_t count = 0;
  run<CountRows<T, C, reach>>(on, condition, values.get(), [&](backend::Values row) {
    count = static_cast<std::uint64_t>(row[0].integral());
    return true;
  });
  return count;
}

// Decodes one row into where it belongs.
using Append = FunctionRef<void(backend::Values)>;

// Collects a page's rows and notes where it ended.
template <class Selected>
class PageSink {
 public:
  using Order = typename Selected::Order;

  PageSink(std::size_t limit, std::uint64_t shape, Append append)
      : limit_(limit), shape_(shape), append_(append) {}

  bool operator()(backend::Values row) {
    if (taken_ == limit_) {
      more_ = true;
      return false;
    }
    append_(row);
    if (++taken_ == limit_) note(row);
    return true;
  }
  [[nodiscard]] std::optional<Cursor> next() && {
    return more_ ? std::optional<Cursor>(std::move(last_)) : std::nullopt;
  }

 private:
  void note(backend::Values row) {
    std::array<backend::Value, Order::count> values;
    for (std::size_t i = 0; i < Order::count; ++i) values[i] = row[Selected::order_position[i]];
    last_ = write_cursor(shape_, values);
  }

  std::size_t limit_;
  std::uint64_t shape_;
  Append append_;
  std::size_t taken_ = 0;
  bool more_ = false;
  Cursor last_;
};

template <class Operation, class C>
std::optional<Cursor> run_page(const Executor& on, const C& condition, backend::Values values,
                               std::size_t limit, std::uint64_t shape, Append append) {
  PageSink<typename Operation::Selected> sink(limit, shape, append);
  run<Operation>(on, condition, values, sink);
  return std::move(sink).next();
}

template <class T, Reach reach, class... Orders>
struct OrderText {
  static constexpr void write(SqlText& out) {
    out.table(Entity<T>::table);
    TotalOrder<T, reach, Orders...>::write_order_by(out);
  }
};
template <class T, Reach reach, class... Orders>
inline constexpr std::uint64_t order_shape =
    backend::statement_id(StaticText<OrderText<T, reach, Orders...>, backend::Flavour::sqlite>::text, {});

// One page of a query into `append`; returns where the next begins.
template <class T, class P, Reach reach, class C, class... Orders>
std::optional<Cursor> find_page(const Executor& on, const Query<C, Orders...>& query, Append append) {
  using First = FindPage<T, P, C, reach, false, Orders...>;
  using Continued = FindPage<T, P, C, reach, true, Orders...>;
  using Order = typename First::Order;
  if (query.row_limit() == 0 || query.row_limit() > 1'000'000)
    throw Error(Error::Kind::invalid_argument, "find: the limit of a page is 1 to 1,000,000 rows");

  Scratch scratch;
  std::string cursor_storage;
  StatementValues<C, Order::after_count + 2> values(query.condition());
  if constexpr (reach == Reach::own_tenant) values.add(tenant_value<T>(on.tenant()));
  values.add(query.condition(), scratch);
  const std::uint64_t shape = cursor_shape(order_shape<T, reach, Orders...>, on.tenant());
  if (query.cursor()) {
    std::array<backend::Value, Order::count> after;
    read_cursor(*query.cursor(), shape, Order::types, after, cursor_storage);
    for (std::size_t i = 0; i < Order::after_count; ++i) values.add(after[Order::after_source(i)]);
  }
  const auto rows = static_cast<std::int64_t>(query.row_limit() + 1);
  values.add(backend::Value::integral(backend::Type::int64, rows));
  return query.cursor()
             ? run_page<Continued>(on, query.condition(), values.get(), query.row_limit(), shape, append)
             : run_page<First>(on, query.condition(), values.get(), query.row_limit(), shape, append);
}

template <class T, class C, class... Orders, class Append>
void claim_rows(const Executor& on, const Query<C, Orders...>& query, Append append) {
  using Operation = ClaimRows<T, C, Orders...>;
  if (!on.in_transaction())
    throw Error(Error::Kind::invalid_argument,
                "claim: rows are held until a transaction ends; claim them within one");
  if (query.cursor() || query.row_limit() == 0 || query.row_limit() > 10'000)
    throw Error(Error::Kind::invalid_argument, "claim: takes no cursor, and a limit of 1 to 10,000 rows");
  Scratch scratch;
  StatementValues<C, 2> values(query.condition());
  values.add(tenant_value<T>(on.tenant()));
  values.add(query.condition(), scratch);
  values.add(backend::Value::integral(backend::Type::int64, static_cast<std::int64_t>(query.row_limit())));
  run<Operation>(on, query.condition(), values.get(), [&](backend::Values row) {
    append(row);
    return true;
  });
}

template <class T, class P, Reach reach, class C, class... Orders>
std::uint64_t stream_rows(const Executor& on, const Query<C, Orders...>& query, backend::RowSink rows) {
  if (query.cursor())
    throw Error(Error::Kind::invalid_argument,
                "for_each: it begins at the first row; a cursor is for find");
  Scratch scratch;
  StatementValues<C, 1> values(query.condition());
  if constexpr (reach == Reach::own_tenant) values.add(tenant_value<T>(on.tenant()));
  values.add(query.condition(), scratch);
  return run<StreamRows<T, P, C, reach, Orders...>>(on, query.condition(), values.get(), rows, true);
}

}  // namespace tenon::detail
