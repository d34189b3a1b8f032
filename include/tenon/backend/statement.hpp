#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <tenon/backend/gathering.hpp>
#include <tenon/backend/value.hpp>
#include <tenon/detail/function_ref.hpp>
#include <tenon/detail/text_hash.hpp>

namespace tenon::backend {

enum class Access : std::uint8_t { read, write };

/// A hash of the text and the parameter types, the same in every process.
[[nodiscard]] constexpr std::uint64_t statement_id(std::string_view sql,
                                                   std::span<const Type> parameters) noexcept {
  std::uint64_t hash = detail::text_hash(sql);
  for (const Type type : parameters) hash = detail::mixed(hash, static_cast<std::uint64_t>(type));
  return hash ^ (hash >> 47);
}

/// A statement as a backend gets it: text, types and a name; no values.
///
/// The text has `$N` placeholders, numbered from 1, whose first appearances ascend ($1 before $2 …), so a
/// backend with plain `?` or named placeholders can take it over or rewrite it once per connection. It is
/// one SQL statement without a trailing semicolon. Values are never part of it.
///
/// Lifetime: everything it points to outlives the call; a backend that caches copies the text.
struct Statement {
  std::string_view name;  ///< stable, for errors and metrics: "policies.get"
  std::string_view sql;   ///< in the spelling of the backend's Dialect
  std::uint64_t id = 0;   ///< statement_id(sql, parameters), or 0 for key() to make it when it is needed
  std::span<const Type> parameters;  ///< type of $1, $2, …
  std::span<const Type> columns;     ///< types of the result's columns; empty when rows are not wanted
  Access access = Access::read;
  /// Null where the library does not know, as for raw SQL. Not needed by backends of one database.
  const Gathering* gathering = nullptr;

  /// Of a cache of prepared statements; the same in every process.
  [[nodiscard]] constexpr std::uint64_t key() const noexcept {
    return id != 0 ? id : statement_id(sql, parameters);
  }
};

using Values = std::span<const Value>;

/// Called once per row with the columns in order; false ends the statement early. It may throw: the backend
/// leaves its connection usable and passes the exception on.
using RowSink = detail::FunctionRef<bool(Values)>;

/// What a raw call does when the rows that were handed on are to be forgotten, for all of them come once
/// more.
using StartOver = detail::FunctionRef<void()>;
inline constexpr auto nothing_to_forget = [] {};

/// When a call must have ended, on the monotonic clock. `Deadline::max()`: never.
using Deadline = std::chrono::steady_clock::time_point;

/// One call: a statement with its values. Exactly `statement.parameters.size()` values, each of its
/// parameter's type or NULL.
struct Call {
  const Statement& statement;
  Values parameters;
  RowSink rows;
  Deadline deadline = Deadline::max();
  bool stream = false;  ///< many rows may come: hand each on as it arrives instead of holding them all
  bool raw = false;     ///< the text is the host's own SQL: run it behind every wall that the backend has
  StartOver start_over = nothing_to_forget;
};

/// Many rows through one INSERT statement, all or nothing.
struct BatchInsert {
  /// The single-row statement `INSERT INTO table AS "t" (columns…) VALUES ($1, $2, …) conflict_clause`.
  const Statement& row;
  std::string_view table;                     ///< qualified and quoted, as in `row`
  std::span<const std::string_view> columns;  ///< unquoted, in parameter order; the first is the tenant's
  std::string_view conflict_clause;  ///< "" or " ON CONFLICT (…) DO …", which may name the table "t"
  std::size_t row_count;             ///< how many rows `next` will yield
  /// Fills one row's values; they live until the next call. False at the end.
  detail::FunctionRef<bool(std::span<Value>)> next;
  Deadline deadline = Deadline::max();
};

}  // namespace tenon::backend
