#pragma once

#include <cstdint>
#include <string_view>

#include <tenon/backend/statement.hpp>

#include "connection.hpp"

namespace tenon::sqlite {

// What a call has shown of itself to its caller before it ended.
struct Progress {
  bool rows_delivered = false;  // its row callback, or a batch's source, has been called
  // It failed, and SQLite may not have undone the rows that it had changed by then.
  bool half_done = false;
};

// Runs one statement within whatever transaction the connection has, or on its own where it has none.
// Returns the rows changed, or for a read the rows given to the callback. Throws Error, or what the
// callback throws; the connection stays usable. `tenant` binds a raw call's rows. A call that had to wait
// for the connection is first held against refuse_late().
std::uint64_t execute(Connection& connection, const backend::Call& call, std::string_view tenant,
                      Progress& progress);
// A raw call, behind the guard. A write needs savepoint 0 of an open transaction, to which it goes back
// when it has to be run again.
std::uint64_t execute_raw(Connection& connection, const backend::Call& call, std::string_view tenant,
                          Progress& progress);
// Throws Error (timeout) when the deadline has passed already.
void refuse_late(backend::Deadline deadline, std::string_view subject);

// Steps the single-row statement once per row; needs an open transaction to be all or nothing.
std::uint64_t insert(Connection& connection, const backend::BatchInsert& batch, Progress& progress);

}  // namespace tenon::sqlite
