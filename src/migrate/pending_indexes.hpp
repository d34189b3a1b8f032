#pragma once

#include <vector>

#include "indexes.hpp"
#include "run.hpp"

namespace tenon::detail {

// An invalid index of the name and on the table that a file still to be applied gives one which it builds
// concurrently is what a failed run left, and what stands in the next one's way.

// What validate() says of every invalid index of the database: what repair() drops, or who has to.
[[nodiscard]] std::vector<MigrationProblem> invalid_index_problems(MigratorSession& run);

// Drops those of the component's own, and returns them.
[[nodiscard]] std::vector<MigrationProblem> drop_invalid_indexes(MigratorSession& run);

}  // namespace tenon::detail
