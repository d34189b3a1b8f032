#include "batch.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <tenon/detail/recent_time.hpp>

namespace tenon::postgres {

bool BatchRows::next() {
  constexpr std::size_t between_looks = 0xFF;
  if ((taken_++ & between_looks) == between_looks && tenon::detail::has_come(deadline_)) throw late(batch_);
  return batch_.next(row_);
}

Error late(const backend::BatchInsert& batch) {
  Error::Detail detail;
  detail.statement = batch.row.name;
  return {
      Error::Kind::timeout,
      std::string(batch.row.name) + ": the batch was not sent before the deadline; nothing was committed",
      std::move(detail)};
}

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
