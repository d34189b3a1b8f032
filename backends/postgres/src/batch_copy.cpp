#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tenon/backend/round_trips.hpp>
#include <tenon/error.hpp>

#include "batch.hpp"
#include "encode.hpp"
#include "error_map.hpp"
#include "types.hpp"
#include "wire.hpp"

namespace tenon::postgres {

namespace {

constexpr std::size_t copy_chunk = std::size_t{64} << 10U;
// PostgreSQL docs, COPY, "Binary Format": signature, flags, length of the header's extension.
constexpr std::string_view copy_header{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};

// The same name for the same column types, in every session; `pg_temp.` so that nothing can shadow it.
std::string staging_name(const backend::BatchInsert& batch) {
  const std::uint64_t id = backend::statement_id("staging", batch.row.parameters);
  return std::string("pg_temp.") + StatementCache::name_of(id).data();
}

}  // namespace

Staging::Staging(const backend::BatchInsert& batch) : batch_(batch) {
  const std::string name = staging_name(batch);
  std::string definitions;
  std::string names;
  for (std::size_t i = 0; i < batch.row.parameters.size(); ++i) {
    if (i != 0) names += ", ", definitions += ", ";
    names += "c" + std::to_string(i + 1);
    definitions += "c" + std::to_string(i + 1) + " " + type_info(batch.row.parameters[i]).sql;
  }
  create_sql_ = "create temp table if not exists " + name + " (" + definitions + ") on commit drop";
  copy_sql_ = "copy " + name + " (" + names + ") from stdin (format binary)";
  clear_sql_ = "truncate " + name;
  insert_sql_ = "INSERT INTO " + std::string(batch.table) + " AS \"t\" (" + column_list(batch) +
                ") SELECT " + names + " FROM " + name;
  if (!batch.conflict_clause.empty()) insert_sql_.append(" ").append(batch.conflict_clause);
}

bool Staging::refused(const Landing& landing) noexcept {
  return landing.error && landing.failed_step == Step::statement && landing.error->sqlstate == "42501";
}

void Staging::fill(Connection& connection, backend::Deadline deadline) const {
  if (!connection.leave_pipeline() || PQsendQuery(connection.raw(), copy_sql_.c_str()) != 1) {
    fail(connection, Wait::lost);
  }
  backend::count_round_trip();
  ResultHandle result;
  if (const Wait wait = connection.next(deadline, result); wait != Wait::ready || !result)
    fail(connection, wait);
  if (PQresultStatus(result.get()) != PGRES_COPY_IN) {
    const Error error = to_error(read_error(result.get()), batch_.row.name);
    connection.give_up();
    throw error;
  }
  try {
    send_rows(connection, deadline);
  } catch (...) {
    try {
      finish(connection, std::chrono::steady_clock::now() + Connection::cancel_patience, "abandoned");
    } catch (...) {  // the first failure is the one to tell
    }
    throw;
  }
  finish(connection, deadline, nullptr);
}

void Staging::send_rows(Connection& connection, backend::Deadline deadline) const {
  std::string buffer(copy_header);
  BatchRows rows(batch_, deadline);
  while (rows.next()) {
    put_number(buffer, static_cast<std::int16_t>(rows.row().size()));
    for (const backend::Value& value : rows.row()) append_field(buffer, value);
    if (buffer.size() >= copy_chunk) send(connection, buffer, deadline);
  }
  put_number(buffer, std::int16_t{-1});
  send(connection, buffer, deadline);
}

void Staging::send(Connection& connection, std::string& buffer, backend::Deadline deadline) const {
  constexpr std::size_t portion = std::size_t{1} << 28U;  // libpq counts in int
  for (std::size_t sent = 0; sent < buffer.size();) {
    const std::size_t size = std::min(portion, buffer.size() - sent);
    const int queued = PQputCopyData(connection.raw(), buffer.data() + sent, static_cast<int>(size));
    if (queued < 0) fail(connection, Wait::lost);
    if (const Wait wait = connection.flush(deadline); wait != Wait::ready) fail(connection, wait);
    if (queued == 1) sent += size;
  }
  buffer.clear();
}

// Ends the COPY, or with `abandon` makes the server refuse it, and goes back to pipeline mode.
void Staging::finish(Connection& connection, backend::Deadline deadline, const char* abandon) const {
  while (true) {
    const int queued = PQputCopyEnd(connection.raw(), abandon);
    if (queued < 0) fail(connection, Wait::lost);
    if (queued == 1) break;
    if (const Wait wait = connection.flush(deadline); wait != Wait::ready) fail(connection, wait);
  }
  backend::count_round_trip();
  std::optional<ServerError> error;
  for (;;) {
    ResultHandle result;
    if (const Wait wait = connection.next(deadline, result); wait != Wait::ready) fail(connection, wait);
    if (!result) break;
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) error = read_error(result.get());
  }
  if (!connection.enter_pipeline()) fail(connection, Wait::lost);
  if (error && abandon == nullptr) throw to_error(*error, batch_.row.name);
}

void Staging::fail(Connection& connection, Wait wait) const {
  connection.give_up();
  Error::Detail detail;
  detail.statement = batch_.row.name;
  const std::string name(batch_.row.name);
  if (wait == Wait::timed_out) throw late(batch_);
  throw Error(Error::Kind::unavailable,
              name + ": the connection was lost during the batch; nothing was committed", detail);
}

}  // namespace tenon::postgres
