#include "batch.hpp"

#include <string>
#include <string_view>

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

}  // namespace tenon::postgres
