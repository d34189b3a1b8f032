#pragma once

#include <cstdint>

#include <tenon/backend/statement.hpp>

#include "connection.hpp"

namespace tenon::sqlite {

// What a call has shown of itself to its caller before it ended.
struct Progress {
  bool rows_delivered = false;  // its row callback, or a batch's source, has been called
};

// Runs one statement within whatever transaction the connection has, or on its own where it has none.
// Returns the rows changed, or for a read the rows given to the callback. Throws Error, or what the
// callback throws; the connection stays usable.
std::uint64_t execute(Connection& connection, const backend::Call& call, Progress& progress);

// Steps the single-row statement once per row; needs an open transaction to be all or nothing.
std::uint64_t insert(Connection& connection, const backend::BatchInsert& batch, Progress& progress);

}  // namespace tenon::sqlite
