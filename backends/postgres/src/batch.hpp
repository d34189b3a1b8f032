#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <tenon/backend/statement.hpp>

#include "flight.hpp"

namespace tenon::postgres {

/// From how many rows on which way is the fastest; measured over a Unix socket with rows of 1 KB.
inline constexpr std::size_t unnest_from_rows = 20;
inline constexpr std::size_t copy_from_rows = 2001;
/// Rows are sent when this much is encoded, so that memory stays bounded whatever the rows hold.
inline constexpr std::size_t chunk_bytes = std::size_t{4} << 20U;

/// The rows of a batch, one at a time.
class BatchRows {
 public:
  explicit BatchRows(const backend::BatchInsert& batch) : batch_(batch), row_(batch.columns.size()) {}

  [[nodiscard]] bool next() { return batch_.next(row_); }
  [[nodiscard]] backend::Values row() const noexcept { return row_; }

 private:
  const backend::BatchInsert& batch_;
  std::vector<backend::Value> row_;
};

/// One execution per row.
void add_pipelined_inserts(Flight& flight, const backend::BatchInsert& batch);

/// INSERT … SELECT FROM unnest(arrays), once or once per chunk.
void add_unnest_inserts(Flight& flight, const backend::BatchInsert& batch);

/// The way by the number of rows, for batches below copy_from_rows.
void add_inserts(Flight& flight, const backend::BatchInsert& batch);

/// COPY into a staging table of the session, then INSERT … SELECT. Use: send create_sql() in the
/// transaction, fill(), then run insert_sql() and clear_sql(). PostgreSQL refuses COPY FROM into a table
/// with row-level security, hence the detour.
class Staging {
 public:
  explicit Staging(const backend::BatchInsert& batch);

  [[nodiscard]] const std::string& create_sql() const noexcept { return create_sql_; }
  [[nodiscard]] const std::string& insert_sql() const noexcept { return insert_sql_; }
  [[nodiscard]] const std::string& clear_sql() const noexcept { return clear_sql_; }

  /// Sends all rows. The connection is in pipeline mode before and after, or given up. Throws what `next`
  /// throws and `Error`; the transaction is then of no more use.
  void fill(Connection& connection, backend::Deadline deadline) const;

 private:
  void send_rows(Connection& connection, backend::Deadline deadline) const;
  void send(Connection& connection, std::string& buffer, backend::Deadline deadline) const;
  void finish(Connection& connection, backend::Deadline deadline, const char* abandon) const;
  [[noreturn]] void fail(Connection& connection, Wait wait) const;

  const backend::BatchInsert& batch_;
  std::string create_sql_;
  std::string copy_sql_;
  std::string insert_sql_;
  std::string clear_sql_;
};

/// "a, b, c"
[[nodiscard]] std::string column_list(const backend::BatchInsert& batch);

}  // namespace tenon::postgres
