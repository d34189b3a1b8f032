#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "batch.hpp"
#include "encode.hpp"
#include "types.hpp"
#include "wire.hpp"

namespace tenon::postgres {

namespace {

/// One column's values as a binary array (src/backend/utils/adt/arrayfuncs.c, array_send).
class ArrayColumn {
 public:
  explicit ArrayColumn(backend::Type type) {
    put_number(bytes_, std::int32_t{1});  // dimensions
    put_number(bytes_, std::int32_t{0});  // has NULLs; patched
    put_number(bytes_, static_cast<std::int32_t>(type_info(type).scalar));
    put_number(bytes_, std::int32_t{0});  // length; patched
    put_number(bytes_, std::int32_t{1});  // first index
  }

  void append(const backend::Value& value) {
    if (value.is_null()) patch_int32(bytes_, nulls_at, 1);
    append_field(bytes_, value);
  }
  void close(std::int32_t count) { patch_int32(bytes_, count_at, count); }
  void clear() {
    bytes_.resize(header);
    patch_int32(bytes_, nulls_at, 0);
  }
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

 private:
  static constexpr std::size_t nulls_at = 4, count_at = 12, header = 20;
  std::string bytes_;
};

std::string insert_text(const backend::BatchInsert& batch) {
  std::string sql = "INSERT INTO " + std::string(batch.table) + " AS \"t\" (" + column_list(batch) +
                    ") SELECT u.* FROM unnest(";
  for (std::size_t i = 0; i < batch.row.parameters.size(); ++i) {
    if (i != 0) sql += ", ";
    sql += "$" + std::to_string(i + 1) + "::" + type_info(batch.row.parameters[i]).sql + "[]";
  }
  sql += ") AS u";
  if (!batch.conflict_clause.empty()) sql.append(" ").append(batch.conflict_clause);
  return sql;
}

void run_chunk(Flight& flight, std::vector<ArrayColumn>& columns, std::int32_t count) {
  std::vector<const char*> values;
  std::vector<int> lengths;
  for (ArrayColumn& column : columns) {
    column.close(count);
    values.push_back(column.bytes().data());
    lengths.push_back(length_of(column.bytes().size()));
  }
  const std::vector<int> formats(columns.size(), 1);
  flight.run_unnamed(static_cast<int>(columns.size()), values.data(), lengths.data(), formats.data());
  for (ArrayColumn& column : columns) column.clear();
}

}  // namespace

void add_unnest_inserts(Flight& flight, const backend::BatchInsert& batch) {
  std::vector<ArrayColumn> columns;
  std::vector<Oid> types;
  for (const backend::Type type : batch.row.parameters) {
    columns.emplace_back(type);
    types.push_back(type_info(type).array);
  }
  flight.prepare_unnamed(insert_text(batch).c_str(), types);

  BatchRows rows(batch);
  std::int32_t count = 0;
  const auto encoded = [&] {
    std::size_t bytes = 0;
    for (const ArrayColumn& column : columns) bytes += column.bytes().size();
    return bytes;
  };
  while (rows.next()) {
    const backend::Values row = rows.row();
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].append(row[i]);
    ++count;
    if (encoded() >= chunk_bytes) {
      run_chunk(flight, columns, count);
      flight.push();
      count = 0;
    }
  }
  if (count != 0) run_chunk(flight, columns, count);
}

}  // namespace tenon::postgres
