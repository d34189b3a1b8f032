#pragma once

#include <vector>

#include "indexes.hpp"
#include "run.hpp"

namespace tenon::detail {

// The indexes that the component's files which are not applied build concurrently: an invalid one of such a
// name, on the table that the file names, is what a failed run left and what stands in the next one's way.
[[nodiscard]] std::vector<IndexName> pending_indexes(const MigratorSession& run);

// What validate() says of every invalid index of the database: what repair() drops, or who has to.
[[nodiscard]] std::vector<MigrationProblem> invalid_index_problems(MigratorSession& run);

// Drops those of the component's own, and returns them.
[[nodiscard]] std::vector<MigrationProblem> drop_invalid_indexes(MigratorSession& run);

}  // namespace tenon::detail
