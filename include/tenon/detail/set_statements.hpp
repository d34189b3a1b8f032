#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tenon/backend/statement.hpp>
#include <tenon/detail/executor.hpp>
#include <tenon/detail/order_text.hpp>
#include <tenon/detail/row_codec.hpp>
#include <tenon/detail/statement_text.hpp>
#include <tenon/export.hpp>
#include <tenon/page.hpp>

// What runs the statements that give many rows, for entities of all types.

namespace tenon::detail {

// Cursor text <-> the values of the order columns. `shape` ties a cursor to one query and one tenant.
[[nodiscard]] TENON_API Cursor write_cursor(std::uint64_t shape, std::span<const backend::Value> values);
// The values point into `storage`. Throws Error invalid_argument when the cursor was made for something
// else.
TENON_API void read_cursor(const Cursor& cursor, std::uint64_t shape, std::span<const backend::Type> types,
                           std::span<backend::Value> values, std::string& storage);
[[nodiscard]] TENON_API std::uint64_t cursor_shape(std::uint64_t order_shape,
                                                   std::string_view tenant) noexcept;

// A page of one query.
struct PagePlan {
  const OrderShape* order;
  std::span<const backend::Type> order_types;
  const std::size_t* order_positions;  // in the result
  std::uint64_t shape;                 // of the order, for cursors
  bool own_tenant;                     // only its rows
  std::size_t (*parameter_count)(const void* condition) noexcept;
  backend::Value* (*encode)(const void* condition, backend::Value* out, Scratch& scratch);
  // The statements of the first page and of those after a cursor; or how to write them.
  const StatementPair* first = nullptr;
  const StatementPair* continued = nullptr;
  const backend::Statement* without_text = nullptr;
  void (*write)(SqlText& out, const void* condition, bool continued) = nullptr;
  std::atomic<std::uint32_t>* usual_rows = nullptr;  // of the page before, for the room to begin with
};

// Runs it and takes its rows; `next`, which is empty, becomes where the next page begins.
TENON_API void run_page(const Executor& on, const PagePlan& plan, const void* condition,
                        const PageBounds& bounds, const RowTarget& target, std::optional<Cursor>& next);

// Runs a statement whose last value is its limit. On PostgreSQL the limit becomes part of the text: the
// planner does not know a parameter when it makes one plan for all values, takes a tenth of the rows for
// it, and so finds a plan for each call's values cheaper for ever (PostgreSQL docs, PREPARE, Notes),
// although making it takes longer than the page.
TENON_API std::uint64_t execute_limited(const Executor& on, const backend::Statement& statement,
                                        backend::Values values, backend::RowSink rows);

// Throw Error (invalid_argument) for bounds that the verb cannot have.
TENON_API void check_claim(const Executor& on, const PageBounds& bounds);
TENON_API void check_stream(const PageBounds& bounds);

// Takes the number that a result is.
struct TENON_API RowCount {
  std::uint64_t value = 0;
  bool operator()(backend::Values row) noexcept;
};

}  // namespace tenon::detail
