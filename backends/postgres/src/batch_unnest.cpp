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

}  // namespace

ArrayColumn::ArrayColumn(backend::Type type) {
  put_number(bytes_, std::int32_t{1});  // dimensions
  put_number(bytes_, std::int32_t{0});  // has NULLs; patched
  put_number(bytes_, static_cast<std::int32_t>(type_info(type).scalar));
  put_number(bytes_, std::int32_t{0});  // length; patched
  put_number(bytes_, std::int32_t{1});  // first index
}

void ArrayColumn::append(const backend::Value& value) {
  if (value.is_null()) patch_int32(bytes_, nulls_at, 1);
  append_field(bytes_, value);
}

const std::string& ArrayColumn::close(std::int32_t count) {
  patch_int32(bytes_, count_at, count);
  return bytes_;
}

void ArrayColumn::clear() {
  bytes_.resize(header);
  patch_int32(bytes_, nulls_at, 0);
}

ArrayInsert::ArrayInsert(const backend::BatchInsert& batch)
    : batch_(batch),
      sql_(insert_text(batch)),
      // Raw SQL may have the same text, with parameters that are no arrays.
      id_(~backend::statement_id(sql_, batch.row.parameters)),
      formats_(batch.row.parameters.size(), 1),
      values_(formats_.size()),
      lengths_(formats_.size()) {
  for (const backend::Type type : batch.row.parameters) {
    columns_.emplace_back(type);
    types_.push_back(type_info(type).array);
  }
}

void ArrayInsert::add_to(Flight& flight) {
  BatchRows rows(batch_, flight.deadline());
  while (rows.next()) {
    const backend::Values row = rows.row();
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      columns_[i].append(row[i]);
      bytes += columns_[i].size();
    }
    ++count_;
    if (bytes >= chunk_bytes) send_chunk(flight);
  }
  if (!in_chunks_) {
    add_again(flight);
  } else if (count_ != 0) {
    send_chunk(flight);
  }
}

void ArrayInsert::add_again(Flight& flight) {
  close();
  flight.run_batch(id_, sql_, types_, values_.data(), lengths_.data(), formats_.data());
}

void ArrayInsert::send_chunk(Flight& flight) {
  if (!in_chunks_) flight.prepare_unnamed(sql_.c_str(), types_);
  in_chunks_ = true;
  close();
  flight.run_unnamed(static_cast<int>(columns_.size()), values_.data(), lengths_.data(), formats_.data());
  for (ArrayColumn& column : columns_) column.clear();
  count_ = 0;
  flight.push();
}

void ArrayInsert::close() {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string& bytes = columns_[i].close(count_);
    values_[i] = bytes.data();
    lengths_[i] = length_of(bytes.size());
  }
}

}  // namespace tenon::postgres
