#pragma once

#include <cstdint>
#include <exception>
#include <string_view>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/detail/function_ref.hpp>

#include "connection.hpp"
#include "execute.hpp"

namespace tenon::sqlite {

// A write that waits for its turn, and what became of it. Exactly one of `call` and `batch` is set.
struct WriteRequest {
  const backend::Call* call = nullptr;
  const backend::BatchInsert* batch = nullptr;
  std::string_view tenant;  // for a raw call
  std::uint64_t changed = 0;
  std::exception_ptr error;
  Progress progress;
  bool put_off = false;  // not done: it would keep the others of its group waiting for too long

  [[nodiscard]] backend::Deadline deadline() const noexcept {
    return call != nullptr ? call->deadline : batch->deadline;
  }
  [[nodiscard]] std::string_view subject() const noexcept {
    return call != nullptr ? call->statement.name : batch->row.name;
  }
};

// Runs one write as a transaction of its own.
void run_alone(Connection& writer, WriteRequest& request);

// Runs writes of several callers in one transaction, in any order: one that fails is undone alone and only
// its `error` is set. Nothing is done for a request unless COMMIT succeeded. `join` adds those that came
// meanwhile; it is asked once the first has run, and again until it adds none.
//
// SQLite undoes the whole transaction when it cancels a writing statement, or the disk is full. The others
// are run again then; one whose rows its caller has seen already cannot be, and fails as busy.
//
// The host's own SQL that takes more than half of the time that others have is put off, to be run alone.
//
// All requests have their result when it returns. `late` is told at once of those whose deadline passed
// before they were started, for the others may still wait for the file; it is the last that is done with
// such a one.
using LateRequest = tenon::detail::FunctionRef<void(WriteRequest&)>;
using JoinGroup = tenon::detail::FunctionRef<void(std::vector<WriteRequest*>&)>;
void run_group(Connection& writer, WriteRequest& first, JoinGroup join, LateRequest late);

}  // namespace tenon::sqlite
