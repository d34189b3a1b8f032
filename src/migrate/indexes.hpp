#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/backend/maintenance.hpp>
#include <tenon/migration_problem.hpp>

#include "drift.hpp"

namespace tenon::detail {

// PostgreSQL: indexes that CREATE INDEX CONCURRENTLY makes, and what is left when it fails.

struct IndexName {
  std::string name;   // as the catalogue has it
  std::string table;  // as the statement spells it
};

// The index that a CREATE INDEX CONCURRENTLY statement names; nothing for any other, or one without a name.
[[nodiscard]] std::optional<IndexName> concurrent_index(std::string_view statement);

enum class IndexState : std::uint8_t { absent, valid, invalid };
[[nodiscard]] IndexState state_of(backend::Maintenance& on, const IndexName& index);

struct InvalidIndex {
  std::string index;  // quoted, with its schema
  std::string table;  // the same
};
// Every invalid index of the database that no statement is building at the moment.
[[nodiscard]] std::vector<InvalidIndex> invalid_indexes(backend::Maintenance& on);
// The index of this name, when it is one of those.
[[nodiscard]] std::optional<InvalidIndex> find_invalid(backend::Maintenance& on, const IndexName& name);
// Drops it, unless it became valid meanwhile; true when it was dropped. Throws Error (busy) where somebody
// builds an index of the table, or has it in use, for longer than 5 s. Outside a transaction.
[[nodiscard]] bool drop_invalid(backend::Maintenance& on, const InvalidIndex& index);

// One that a file of the component builds, and one that none does.
[[nodiscard]] MigrationProblem invalid_index(const Source& source, const std::string& name);
[[nodiscard]] MigrationProblem strange_invalid_index(const Source& source, const std::string& name);

}  // namespace tenon::detail
