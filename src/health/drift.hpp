#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <tenon/backend/dialect.hpp>
#include <tenon/backend/probe.hpp>
#include <tenon/migration.hpp>

namespace tenon::detail {

// How the bundled schema in a database compares with the program's.
struct SchemaState {
  std::optional<std::int64_t> version;
  std::optional<std::int64_t> pending;
  std::string drift;    // one sentence for the first migration that does not fit
  std::string problem;  // why nothing is known
};

// Throws Error unavailable only.
[[nodiscard]] SchemaState schema_state(backend::Probe& probe, backend::Deadline deadline,
                                       const backend::Dialect& dialect,
                                       std::span<const EmbeddedMigration> bundled);

}  // namespace tenon::detail
