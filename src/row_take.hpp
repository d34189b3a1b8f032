#pragma once

#include <tenon/detail/row_codec.hpp>
#include <tenon/detail/row_errors.hpp>
#include <tenon/error.hpp>

namespace tenon::detail {

inline void decode_into(const RowDecoder& decoder, const backend::Value* row, void* object) {
  std::size_t at = 0;
  try {
    decoder.decode(row, object, at);
  } catch (const Error& error) {
    rethrow_for_column(error, decoder.table, decoder.names[at]);
  }
}

inline void take_row(const RowTarget& target, const backend::Value* row) {
  void* const object = target.place(target.into, row);
  decode_into(*target.decoder, row, object);
}

}  // namespace tenon::detail
