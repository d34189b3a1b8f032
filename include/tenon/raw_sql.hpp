#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/codec.hpp>
#include <tenon/detail/columns.hpp>
#include <tenon/detail/executor.hpp>
#include <tenon/error.hpp>
#include <tenon/export.hpp>
#include <tenon/tenant_scope.hpp>
#include <tenon/transaction.hpp>

/// \file
/// SQL of the host's own, for what repositories cannot say: joins, window functions, CTEs.
///
///     struct Spend { std::string environment; double cost = 0; };
///     BOOST_DESCRIBE_STRUCT(Spend, (), (environment, cost))
///
///     std::vector<Spend> spend = scope.query<Spend>(
///         "SELECT environment, sum(estimated_monthly_cost) FROM analyses"
///         " WHERE started_at >= $1 GROUP BY environment ORDER BY 2 DESC", since);
///
/// The statement sees the tenant's rows and no others, whatever it says (docs/tenancy.md): no condition on
/// `tenant_id` is needed, though it does no harm. The bundled tables are called `policies`, `analyses`,
/// `incidents` and `cache_metadata` on SQLite, `tenon.policies` … on PostgreSQL.
///
/// Values are what members of entities may be, and string literals; each is sent apart from the text.
/// Placeholders are `$1`, `$2`, …; each value has one, and their first appearances ascend. The text holds
/// one statement. Result columns fill the members of the described struct P in their order; P may also be
/// the type of a single column.
///
/// Throws `Error`: permission_denied for what the tenant's SQL may not do, and for writes of a read-only
/// scope; read_only for writes in a transaction begun for reading; invalid_argument for text that the
/// database does not take, and for a second row of query_one; schema_mismatch for a table or column that is
/// not there, or that is not of its member's type. The statement's name in errors is "raw.query" or
/// "raw.execute".
///
/// query and query_one may not write: a statement that does, or calls a function that does, is for execute
/// and execute_returning. SQLite refuses it with invalid_argument; PostgreSQL with read_only on a scope,
/// and runs it in a transaction. To lock rows is to write there: SELECT … FOR UPDATE.
///
/// Of a write whose rows cannot be read, or are more than one for query_one, nothing is kept. In a
/// transaction SQLite undoes it; on PostgreSQL the transaction has failed then, and only a rollback helps,
/// also one to a savepoint. What a function wrote that query called in a transaction there is not known,
/// and stays.
///
/// One round trip. Prepared statements are kept by their text: give values as values, not within it.

namespace tenon::detail {

// Throws Error (schema_mismatch): a result's value does not fit the member. `column`: its name or number.
[[noreturn]] TENON_API void refuse_raw_column(const Error& error, std::string_view column);

template <class T>
struct RawArgument : MemberCodec<T> {};
// String literals and views.
template <class T>
requires(std::convertible_to<const T&, std::string_view> &&
         (!std::is_class_v<T> || std::same_as<T, std::string_view>)) struct RawArgument<T> {
  static constexpr backend::Type type = backend::Type::text;
  static backend::Value encode(std::string_view text, Scratch&) noexcept {
    return backend::Value::text(text);
  }
};

// Throws Error (invalid_argument).
[[noreturn]] TENON_API void refuse_second_row();

// The columns that fill a P: a described struct's members, or P itself.
template <class P>
struct RawColumns {
  static constexpr std::array<backend::Type, 1> types{MemberCodec<P>::type};
  static void decode(backend::Values row, P& out) {
    try {
      MemberCodec<P>::decode(row[0], out);
    } catch (const Error& error) {
      refuse_raw_column(error, "1");
    }
  }
};
template <described_struct P>
struct RawColumns<P> {
  static constexpr auto& types = Columns<P>::types;
  static void decode(backend::Values row, P& out) {
    std::size_t at = 0;
    try {
      Columns<P>::template decode<P>(row.data(), &out, at);
    } catch (const Error& error) {
      refuse_raw_column(error, Columns<P>::names[at]);
    }
  }
};

template <class... Values>
std::uint64_t run_raw(const Executor& on, std::string_view sql, backend::Access access,
                      std::span<const backend::Type> columns, backend::RowSink rows,
                      backend::StartOver start_over, const Values&... values) {
  static constexpr std::array<backend::Type, sizeof...(Values)> types{RawArgument<Values>::type...};
  Scratch scratch;
  const std::array<backend::Value, sizeof...(Values)> encoded{
      RawArgument<Values>::encode(values, scratch)...};
  const backend::Statement statement{.name = access == backend::Access::read ? "raw.query" : "raw.execute",
                                     .sql = sql,
                                     .parameters = types,
                                     .columns = columns,
                                     .access = access};
  return on.execute_raw(statement, encoded, rows, start_over);
}

template <class P, class... Values>
std::vector<P> raw_rows(const Executor& on, std::string_view sql, backend::Access access,
                        const Values&... values) {
  std::vector<P> found;
  const auto append = [&found](backend::Values row) {
    RawColumns<P>::decode(row, found.emplace_back());
    return true;
  };
  const auto forget = [&found] { found.clear(); };
  run_raw(on, sql, access, RawColumns<P>::types, append, forget, values...);
  return found;
}

template <class P, class... Values>
std::optional<P> raw_row(const Executor& on, std::string_view sql, const Values&... values) {
  std::optional<P> found;
  const auto keep = [&found](backend::Values row) {
    if (found) refuse_second_row();
    RawColumns<P>::decode(row, found.emplace());
    return true;
  };
  const auto forget = [&found] { found.reset(); };
  run_raw(on, sql, backend::Access::read, RawColumns<P>::types, keep, forget, values...);
  return found;
}

template <class... Values>
std::uint64_t raw_write(const Executor& on, std::string_view sql, const Values&... values) {
  constexpr auto ignore = [](backend::Values) { return true; };
  return run_raw(on, sql, backend::Access::write, {}, ignore, backend::nothing_to_forget, values...);
}

}  // namespace tenon::detail

namespace tenon {

template <class P, class... Values>
std::vector<P> TenantScope::query(std::string_view sql, const Values&... values) const {
  return detail::raw_rows<P>(detail::Executor(*this), sql, backend::Access::read, values...);
}
template <class P, class... Values>
std::optional<P> TenantScope::query_one(std::string_view sql, const Values&... values) const {
  return detail::raw_row<P>(detail::Executor(*this), sql, values...);
}
template <class... Values>
std::uint64_t TenantScope::execute(std::string_view sql, const Values&... values) const {
  return detail::raw_write(detail::Executor(*this), sql, values...);
}
template <class P, class... Values>
std::vector<P> TenantScope::execute_returning(std::string_view sql, const Values&... values) const {
  return detail::raw_rows<P>(detail::Executor(*this), sql, backend::Access::write, values...);
}

template <class P, class... Values>
std::vector<P> Transaction::query(std::string_view sql, const Values&... values) {
  return detail::raw_rows<P>(detail::Executor(*this), sql, backend::Access::read, values...);
}
template <class P, class... Values>
std::optional<P> Transaction::query_one(std::string_view sql, const Values&... values) {
  return detail::raw_row<P>(detail::Executor(*this), sql, values...);
}
template <class... Values>
std::uint64_t Transaction::execute(std::string_view sql, const Values&... values) {
  return detail::raw_write(detail::Executor(*this), sql, values...);
}
template <class P, class... Values>
std::vector<P> Transaction::execute_returning(std::string_view sql, const Values&... values) {
  return detail::raw_rows<P>(detail::Executor(*this), sql, backend::Access::write, values...);
}

}  // namespace tenon
