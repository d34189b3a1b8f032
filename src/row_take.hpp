#pragma once

#include <tenon/detail/row_codec.hpp>
#include <tenon/detail/row_errors.hpp>
#include <tenon/error.hpp>

namespace tenon::detail {

inline void take_row(const RowTarget& target, const backend::Value* row) {
  std::size_t at = 0;
  try {
    target.take(target.into, row, at);
  } catch (const Error& error) {
    rethrow_for_column(error, target.decoder->table, target.decoder->names[at]);
  }
}

}  // namespace tenon::detail
