#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/error.hpp>

#include "flight.hpp"

namespace tenon::postgres {

/// From how many rows on COPY is faster than arrays; measured over a Unix socket with rows of 1 KB.
inline constexpr std::size_t copy_from_rows = 2001;
/// Rows are sent when this much is encoded, so that memory stays bounded whatever the rows hold.
inline constexpr std::size_t chunk_bytes = std::size_t{4} << 20U;

/// The rows of a batch, one at a time.
class BatchRows {
 public:
  BatchRows(const backend::BatchInsert& batch, backend::Deadline deadline)
      : batch_(batch), deadline_(deadline), row_(batch.columns.size()) {}

  /// Throws what the batch throws, and `Error` (timeout) when its rows take too long; the clock is looked
  /// at now and then.
  [[nodiscard]] bool next();
  [[nodiscard]] backend::Values row() const noexcept { return row_; }

 private:
  const backend::BatchInsert& batch_;
  backend::Deadline deadline_;
  std::vector<backend::Value> row_;
  std::size_t taken_ = 0;
};

/// One column's values as a binary array (src/backend/utils/adt/arrayfuncs.c, array_send).
class ArrayColumn {
 public:
  explicit ArrayColumn(backend::Type type);

  void append(const backend::Value& value);
  /// The array of the `count` values appended.
  [[nodiscard]] const std::string& close(std::int32_t count);
  void clear();
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

 private:
  static constexpr std::size_t nulls_at = 4, count_at = 12, header = 20;
  std::string bytes_;
};

/// INSERT … SELECT FROM unnest(arrays), once or once per chunk, for batches below copy_from_rows. Outlives
/// the flights.
class ArrayInsert {
 public:
  explicit ArrayInsert(const backend::BatchInsert& batch);

  /// Takes the rows from the batch, within the flight's time. Throws what `next` throws and `Error`.
  void add_to(Flight& flight);
  /// Whether all rows are still here, for another flight after one that came to nothing.
  [[nodiscard]] bool repeatable() const noexcept { return !in_chunks_; }
  void add_again(Flight& flight);

 private:
  void send_chunk(Flight& flight);
  void close();

  const backend::BatchInsert& batch_;
  std::string sql_;
  std::uint64_t id_;
  std::vector<ArrayColumn> columns_;
  std::vector<Oid> types_;
  std::vector<int> formats_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::int32_t count_ = 0;  // rows in the columns
  bool in_chunks_ = false;
};

/// COPY into a staging table of the session, then INSERT … SELECT. Use: send create_sql() in the
/// transaction, fill(), then run insert_sql() and clear_sql(). PostgreSQL refuses COPY FROM into a table
/// with row-level security, hence the detour.
class Staging {
 public:
  explicit Staging(const backend::BatchInsert& batch);

  [[nodiscard]] const std::string& create_sql() const noexcept { return create_sql_; }
  [[nodiscard]] const std::string& insert_sql() const noexcept { return insert_sql_; }
  [[nodiscard]] const std::string& clear_sql() const noexcept { return clear_sql_; }

  /// Whether create_sql(), of which this came, is not allowed. No row was asked for yet.
  [[nodiscard]] static bool refused(const Landing& landing) noexcept;

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

/// Of a batch whose rows could not all be sent in time.
[[nodiscard]] Error late(const backend::BatchInsert& batch);

/// "a, b, c"
[[nodiscard]] std::string column_list(const backend::BatchInsert& batch);

}  // namespace tenon::postgres
