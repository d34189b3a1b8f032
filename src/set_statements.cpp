#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <tenon/detail/set_statements.hpp>
#include <tenon/detail/statement_values.hpp>
#include <tenon/detail/tenant_column.hpp>
#include <tenon/error.hpp>

namespace tenon::detail {
namespace {

// A condition whose type only the plan's functions know.
struct PlannedCondition {
  const PagePlan& plan;
  const void* condition;

  [[nodiscard]] std::size_t parameter_count() const noexcept { return plan.parameter_count(condition); }
  backend::Value* encode(backend::Value* out, Scratch& scratch) const {
    return plan.encode(condition, out, scratch);
  }
};

constexpr std::size_t common_page = 64;  // rows

// Takes a page's rows and notes where it ended.
class PageSink {
 public:
  PageSink(const PagePlan& plan, std::size_t limit, std::uint64_t shape, const RowTarget& target)
      : plan_(plan), limit_(limit), shape_(shape), rows_(target, limit, usual_rows()) {}

  bool operator()(backend::Values row) {
    if (rows_.taken() == limit_) {
      more_ = true;
      return false;
    }
    rows_(row);
    if (rows_.taken() == limit_) note(row);
    return true;
  }
  // After the last row: where the next page begins.
  [[nodiscard]] std::optional<Cursor> finish() && {
    rows_.finish();
    note_usual_rows();
    return more_ ? std::optional<Cursor>(std::move(last_)) : std::nullopt;
  }

 private:
  void note(backend::Values row) {
    boost::container::small_vector<backend::Value, 4> values;
    for (std::size_t i = 0; i < plan_.order->count; ++i) values.push_back(row[plan_.order_positions[i]]);
    last_ = write_cursor(shape_, {values.data(), values.size()});
  }

  // Pages of one query tend to have as many rows as the one before. Threads share the number; it is written
  // when it changes.
  [[nodiscard]] std::size_t usual_rows() const noexcept {
    return plan_.usual_rows->load(std::memory_order_relaxed);
  }
  void note_usual_rows() const noexcept {
    const std::size_t rows = std::min(rows_.taken(), common_page);
    if (rows != usual_rows())
      plan_.usual_rows->store(static_cast<std::uint32_t>(rows), std::memory_order_relaxed);
  }

  const PagePlan& plan_;
  std::size_t limit_;
  std::uint64_t shape_;
  RowTaker rows_;
  bool more_ = false;
  Cursor last_;
};

}  // namespace

void run_page(const Executor& on, const PagePlan& plan, const void* condition, const PageBounds& bounds,
              const RowTarget& target, std::optional<Cursor>& next) {
  if (bounds.limit == 0 || bounds.limit > 1'000'000)
    throw Error(Error::Kind::invalid_argument, "find: the limit of a page is 1 to 1,000,000 rows");
  Scratch scratch;
  const PlannedCondition planned{plan, condition};
  StatementValues values(planned, plan.order->after_count() + 2);
  if (plan.own_tenant) values.add(tenant_value(*plan.order->of, on.tenant()));
  values.add(planned, scratch);

  const std::uint64_t shape = cursor_shape(plan.shape, on.tenant());
  std::string cursor_storage;
  if (bounds.after) {
    std::vector<backend::Value> after(plan.order->count);
    read_cursor(*bounds.after, shape, plan.order_types, after, cursor_storage);
    for (std::size_t i = 0; i < plan.order->after_count(); ++i)
      values.add(after[plan.order->after_source(i)]);
  }
  values.add(backend::Value::integral(backend::Type::int64, static_cast<std::int64_t>(bounds.limit + 1)));

  PageSink sink(plan, bounds.limit, shape, target);
  if (plan.write == nullptr) {
    execute_limited(on, on.in_flavour(bounds.after ? *plan.continued : *plan.first), values.get(), sink);
  } else {
    const auto write = [&](SqlText& out) { plan.write(out, condition, bounds.after.has_value()); };
    const RuntimeStatement statement(*plan.without_text, on.flavour(), write, values.get());
    execute_limited(on, statement.get(), values.get(), sink);
  }
  next = std::move(sink).finish();
}

void check_claim(const Executor& on, const PageBounds& bounds) {
  if (!on.in_transaction())
    throw Error(Error::Kind::invalid_argument,
                "claim: rows are held until a transaction ends; claim them within one");
  if (bounds.after || bounds.limit == 0 || bounds.limit > 10'000)
    throw Error(Error::Kind::invalid_argument, "claim: takes no cursor, and a limit of 1 to 10,000 rows");
}

void check_stream(const PageBounds& bounds) {
  if (bounds.after)
    throw Error(Error::Kind::invalid_argument,
                "for_each: it begins at the first row; a cursor is for find");
}

bool RowTaker::operator()(backend::Values row) {
  if (taken_ == room_ && !grow()) return false;
  decode_row(*target_.decoder, row.data(), first_ + taken_ * target_.object_size);
  ++taken_;
  return true;
}

// An object that no row fills costs little, but not nothing; nor does one that moves. False when there may
// be no more rows.
bool RowTaker::grow() {
  constexpr std::size_t few = 8;
  if (room_ == most_) return false;
  const std::size_t wanted = room_ == 0            ? std::max(few, expected_)
                             : room_ < common_page ? common_page
                                                   : room_ * (room_ < 1024 ? 4 : 2);
  room_ = wanted + few < most_ ? wanted : most_;
  first_ = static_cast<std::byte*>(target_.resize(target_.into, room_, taken_));
  return true;
}

void RowTaker::finish() {
  if (taken_ < room_) (void)target_.resize(target_.into, taken_, taken_);
}

bool RowCount::operator()(backend::Values row) noexcept {
  value = static_cast<std::uint64_t>(row[0].integral());
  return true;
}

RuntimeStatement::RuntimeStatement(const backend::Statement& without_text, backend::Flavour flavour,
                                   FunctionRef<void(SqlText&)> write, backend::Values values)
    : statement_(without_text) {
  SqlText counter(flavour);
  write(counter);
  sql_.resize(counter.size());
  SqlText out(flavour, sql_.data());
  write(out);
  types_.reserve(values.size());
  for (const backend::Value& value : values) types_.push_back(value.type());
  statement_.sql = sql_;
  statement_.id = backend::statement_id(sql_, types_);
  statement_.parameters = types_;
}

}  // namespace tenon::detail
