#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <tenon/backend/statement.hpp>
#include <tenon/detail/executor.hpp>
#include <tenon/detail/row_codec.hpp>
#include <tenon/detail/table_shape.hpp>
#include <tenon/export.hpp>
#include <tenon/time.hpp>

// What runs the statements on one row, for entities of all types.

namespace tenon::detail {

// INSERT or upsert of one entity. `values`: room for the tenant and the columns.
TENON_API void write_row(const Executor& on, const StatementPair& statements, const RowEncoder& encoder,
                         const void* entity, Stamps stamps, std::span<backend::Value> values);

// Reads the row of a key, tenant first; returns how many there are.
TENON_API std::uint64_t read_row(const Executor& on, const StatementPair& statements, backend::Values key,
                                 const RowTarget& target);

struct UpdatePlan {
  const StatementPair* update;
  const StatementPair* exists;  // null for an entity without a version
  const RowEncoder* encoder;
  const std::size_t* changed;  // columns
  std::size_t changed_count;
};

// Values: columns, updated_at, tenant, key, version. Throws not_found, and conflict for another version.
TENON_API void update_row(const Executor& on, const UpdatePlan& plan, backend::Values values);
// The same from an entity; returns its new updated_at. `room`: for the columns, and then the values.
TENON_API Timestamp update_row(const Executor& on, const UpdatePlan& plan, const void* entity,
                               std::span<backend::Value> room);

[[noreturn]] TENON_API void refuse_missing(const TableShape& shape, const char* verb);

}  // namespace tenon::detail
