#include "encode.hpp"

#include <cstdint>
#include <limits>
#include <string_view>

#include <tenon/error.hpp>

#include "numeric.hpp"
#include "types.hpp"
#include "wire.hpp"

namespace tenon::postgres {

namespace {

using backend::Type;
using backend::Value;

constexpr std::size_t not_stored = std::numeric_limits<std::size_t>::max();

template <class Integer>
void append_checked(std::string& out, std::int64_t value) {
  if (value < std::numeric_limits<Integer>::min() || value > std::numeric_limits<Integer>::max()) {
    throw Error(Error::Kind::invalid_argument, "an integer parameter does not fit its type");
  }
  put_number(out, static_cast<Integer>(value));
}

void append_timestamp(std::string& out, std::int64_t unix_us) {
  if (unix_us < min_timestamp + epoch_shift_us || unix_us - epoch_shift_us >= end_timestamp) {
    throw Error(Error::Kind::invalid_argument, "a timestamp parameter lies outside 4713 BC to AD 294276");
  }
  put_number(out, unix_us - epoch_shift_us);
}

void append_date(std::string& out, std::int64_t unix_days) {
  if (unix_days < min_date + epoch_shift_days || unix_days >= end_date + epoch_shift_days) {
    throw Error(Error::Kind::invalid_argument, "a date parameter lies outside 4713 BC to AD 5874897");
  }
  put_number(out, static_cast<std::int32_t>(unix_days - epoch_shift_days));
}

int length_of(std::size_t size) {
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw Error(Error::Kind::limit_exceeded, "a parameter is longer than 2 GiB");
  }
  return static_cast<int>(size);
}

bool is_bytes(Type type) {
  return type == Type::text || type == Type::json || type == Type::blob;
}

}  // namespace

void append_binary(std::string& out, const Value& value) {
  switch (value.type()) {
    case Type::boolean:
      out.push_back(value.integral() != 0 ? '\1' : '\0');
      return;
    case Type::int16:
      return append_checked<std::int16_t>(out, value.integral());
    case Type::int32:
      return append_checked<std::int32_t>(out, value.integral());
    case Type::int64:
      return put_number(out, value.integral());
    case Type::float64:
      return put_double(out, value.real());
    case Type::text:
    case Type::json:
    case Type::blob:
      out.append(value.bytes());
      return;
    case Type::uuid:
      out.append(reinterpret_cast<const char*>(value.uuid().data()), value.uuid().size());
      return;
    case Type::timestamp:
      return append_timestamp(out, value.integral());
    case Type::date:
      return append_date(out, value.integral());
    case Type::decimal:
      return encode_numeric(out, value.bytes());
  }
}

void append_field(std::string& out, const Value& value) {
  if (value.is_null()) return put_number(out, std::int32_t{-1});
  const std::size_t start = out.size();
  put_number(out, std::int32_t{0});
  append_binary(out, value);
  patch_int32(out, start, length_of(out.size() - start - sizeof(std::int32_t)));
}

void Parameters::assign(backend::Values values) {
  pointers_.assign(values.size(), nullptr);
  lengths_.assign(values.size(), 0);
  formats_.assign(values.size(), 1);
  offsets_.assign(values.size(), not_stored);
  storage_.clear();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Value& value = values[i];
    if (value.is_null()) continue;
    if (is_bytes(value.type())) {
      const std::string_view bytes = value.bytes();
      pointers_[i] = bytes.data() == nullptr ? "" : bytes.data();
      lengths_[i] = length_of(bytes.size());
    } else {
      offsets_[i] = storage_.size();
      append_binary(storage_, value);
      lengths_[i] = length_of(storage_.size() - offsets_[i]);
    }
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (offsets_[i] != not_stored) pointers_[i] = storage_.data() + offsets_[i];
  }
}

}  // namespace tenon::postgres
