#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <tenon/migration_step.hpp>

#include "drift.hpp"
#include "history.hpp"

namespace tenon::detail {

// What a run is to reach.
struct Goal {
  enum class Kind : std::uint8_t { newest, up_to, down_by, down_to, to };
  Kind kind = Kind::newest;
  std::int64_t version = 0;  // of up_to, down_to, to
  std::size_t count = 0;     // of down_by
};

// One file to run: a place among the source's migrations and a direction.
struct Step {
  std::size_t index = 0;
  MigrationDirection direction = MigrationDirection::up;
};

// The steps from the record to the goal, in their order. Throws Error: schema_mismatch for what drifted
// apart in the way of the goal, or was left half-way; not_found for a version that the source has not;
// unsupported for a step back that no file takes.
[[nodiscard]] std::vector<Step> steps_to(const Goal& goal, const Source& source, const Record& record,
                                         const Applied& applied, bool allow_out_of_order);

}  // namespace tenon::detail
