#include "execute.hpp"

#include <algorithm>
#include <string>

#include <tenon/detail/recent_time.hpp>
#include <tenon/detail/row_buffer.hpp>

#include "codec.hpp"

namespace tenon::sqlite {
namespace {

using backend::Deadline;
using tenon::detail::RowBuffer;

// A table changed under a prepared statement can change the result's shape.
void check_width(sqlite3_stmt* statement, const backend::Statement& declared) {
  if (static_cast<std::size_t>(sqlite3_data_count(statement)) == declared.columns.size()) return;
  throw Error(
      Error::Kind::schema_mismatch,
      std::string(declared.name) + ": the result no longer has the declared columns; migrate the database",
      {.sqlstate = "42703", .statement = std::string(declared.name), .constraint = {}, .hint = {}});
}

// SQLite undoes a statement that a constraint stopped (https://sqlite.org/lang_conflict.html, ABORT), and
// at some errors that, or the whole transaction (sqlite3VdbeHalt). Of others within a statement it does so
// only where it knows from the start that they may come, which it does not for a computed value that a
// STRICT table refuses: the rows before that one stay as they were made.
bool may_be_half_done(int code) noexcept {
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT:
      return code == SQLITE_CONSTRAINT_DATATYPE;
    case SQLITE_NOMEM:
    case SQLITE_IOERR:
    case SQLITE_INTERRUPT:
    case SQLITE_FULL:
      return false;
    default:
      return true;
  }
}

void note_failure(int code, const BorrowedStatement& statement, Progress& progress) noexcept {
  progress.half_done = !statement.reads_only() && may_be_half_done(code);
}

std::uint64_t step_without_rows(Connection& connection, BorrowedStatement& statement,
                                const backend::Call& call, Progress& progress) {
  std::uint64_t rows = 0;
  int code = SQLITE_ROW;
  while ((code = statement.step()) == SQLITE_ROW) ++rows;
  if (code != SQLITE_DONE) {
    note_failure(code, statement, progress);
    throw connection.error(code, call.statement.name);
  }
  return rows;
}

std::uint64_t step_with_rows(Connection& connection, BorrowedStatement& statement,
                             const backend::Call& call, Progress& progress) {
  const backend::Statement& declared = call.statement;
  RowBuffer buffer(declared.columns.size());
  std::uint64_t rows = 0;
  int code = SQLITE_ROW;
  while ((code = statement.step()) == SQLITE_ROW) {
    if (rows == 0) check_width(statement.get(), declared);
    read_row(statement.get(), declared.columns, buffer.row(), declared.name);
    ++rows;
    progress.rows_delivered = true;
    if (!call.rows(buffer.row())) break;
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    note_failure(code, statement, progress);
    throw connection.error(code, declared.name);
  }
  return rows;
}

}  // namespace

void refuse_late(Deadline deadline, std::string_view subject) {
  if (deadline != Deadline::max() && tenon::detail::has_come(deadline)) {
    throw timeout_error(subject, "it waited to run; it was not started");
  }
}

std::uint64_t execute(Connection& connection, const backend::Call& call, std::string_view tenant,
                      Progress& progress) {
  if (call.raw) return execute_raw(connection, call, tenant, progress);
  const Connection::Limit limit(connection, call.deadline);
  UuidTexts uuids;
  BorrowedStatement statement = connection.borrow(call.statement);
  bind_all(statement.get(), call.statement.parameters, call.parameters, uuids, call.statement.name);
  const bool commits = !connection.in_transaction() && !statement.reads_only();
  std::uint64_t rows = 0;
  try {
    rows = call.statement.columns.empty() ? step_without_rows(connection, statement, call, progress)
                                          : step_with_rows(connection, statement, call, progress);
  } catch (const Error& failure) {
    if (commits && failed_to_sync(sqlite3_extended_errcode(connection.handle())))
      throw outcome_unknown(failure);
    throw;
  }
  if (const int code = statement.reset(); code != SQLITE_OK)
    throw connection.error(code, call.statement.name);
  return statement.reads_only() ? rows : static_cast<std::uint64_t>(sqlite3_changes64(connection.handle()));
}

std::uint64_t insert(Connection& connection, const backend::BatchInsert& batch, Progress& progress) {
  const backend::Statement& row = batch.row;
  refuse_late(batch.deadline, row.name);
  const Connection::Limit limit(connection, batch.deadline);
  UuidTexts uuids;
  BorrowedStatement statement = connection.borrow(row);
  RowBuffer buffer(row.parameters.size());
  std::ranges::fill(buffer.row(), backend::Value());  // the source is the caller's
  std::uint64_t rows = 0;
  progress.rows_delivered = true;
  while (batch.next(buffer.row())) {
    // One row is short: the clock is looked at between rows, the progress handler covers the rest.
    if ((rows & 0xFFU) == 0xFFU) refuse_late(batch.deadline, row.name);
    uuids.clear();
    bind_all(statement.get(), row.parameters, buffer.row(), uuids, row.name);
    int code = SQLITE_ROW;
    while ((code = statement.step()) == SQLITE_ROW) {
    }
    if (code != SQLITE_DONE) throw connection.error(code, row.name);
    statement.reset();
    ++rows;
  }
  return rows;
}

}  // namespace tenon::sqlite
