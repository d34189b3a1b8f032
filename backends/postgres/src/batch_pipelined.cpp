#include <string>
#include <vector>

#include "batch.hpp"
#include "encode.hpp"
#include "types.hpp"

namespace tenon::postgres {

std::string column_list(const backend::BatchInsert& batch) {
  std::string list;
  for (const std::string_view column : batch.columns) {
    list += list.empty() ? "\"" : ", \"";
    for (const char c : column) list.append(c == '"' ? 2 : 1, c);
    list += '"';
  }
  return list;
}

void add_pipelined_inserts(Flight& flight, const backend::BatchInsert& batch) {
  std::vector<Oid> types;
  for (const backend::Type type : batch.row.parameters) types.push_back(type_info(type).scalar);
  flight.prepare_unnamed(std::string(batch.row.sql).c_str(), types);
  BatchRows rows(batch);
  Parameters parameters;
  while (rows.next()) {
    parameters.assign(rows.row());
    flight.run_unnamed(parameters.count(), parameters.values(), parameters.lengths(), parameters.formats());
  }
}

void add_inserts(Flight& flight, const backend::BatchInsert& batch) {
  if (batch.row_count < unnest_from_rows) {
    add_pipelined_inserts(flight, batch);
  } else {
    add_unnest_inserts(flight, batch);
  }
}

}  // namespace tenon::postgres
