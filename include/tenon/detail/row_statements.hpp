#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <tenon/backend/statement.hpp>
#include <tenon/detail/executor.hpp>
#include <tenon/detail/row_codec.hpp>
#include <tenon/detail/statement_text.hpp>
#include <tenon/detail/table_shape.hpp>
#include <tenon/detail/tenant_column.hpp>
#include <tenon/export.hpp>
#include <tenon/time.hpp>

// What runs the statements on one row, for entities of all types.

namespace tenon::detail {

// INSERT or upsert of one entity.
TENON_API void write_row(const Executor& on, const StatementPair& statements, const RowEncoder& encoder,
                         const void* entity, Stamps stamps);

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
// The same from an entity; returns its new updated_at.
TENON_API Timestamp update_row(const Executor& on, const UpdatePlan& plan, const void* entity);

// Runs a statement on the row of a key and takes the row, if there is a target; returns how many there are.
template <class KeyValues>
[[gnu::noinline]] std::uint64_t run_on_key(const Executor& on, const StatementPair& statements,
                                           const TableShape& shape, const KeyValues& key,
                                           const RowTarget* target) {
  Scratch scratch;
  std::array<backend::Value, 1 + KeyValues::count> values;
  values[0] = tenant_value(shape, on.tenant());
  key.encode(values.data() + 1, scratch);
  return target != nullptr ? read_row(on, statements, values, *target)
                           : on.execute(statements, values, no_rows);
}

[[noreturn]] TENON_API void refuse_missing(const TableShape& shape, const char* verb);

}  // namespace tenon::detail
