#pragma once

#include <cstddef>
#include <vector>

namespace tenon {

/// Raw bytes: bytea on PostgreSQL, BLOB on SQLite.
using Blob = std::vector<std::byte>;

}  // namespace tenon
