#include "encode.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
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

template <class Integer>
int write_checked(char* out, std::int64_t value) {
  if (value < std::numeric_limits<Integer>::min() || value > std::numeric_limits<Integer>::max()) {
    throw Error(Error::Kind::invalid_argument, "an integer parameter does not fit its type");
  }
  return write_number(out, static_cast<Integer>(value));
}

int write_timestamp(char* out, std::int64_t unix_us) {
  if (unix_us < min_timestamp + epoch_shift_us || unix_us - epoch_shift_us >= end_timestamp) {
    throw Error(Error::Kind::invalid_argument, "a timestamp parameter lies outside 4713 BC to AD 294276");
  }
  return write_number(out, unix_us - epoch_shift_us);
}

int write_date(char* out, std::int64_t unix_days) {
  if (unix_days < min_date + epoch_shift_days || unix_days >= end_date + epoch_shift_days) {
    throw Error(Error::Kind::invalid_argument, "a date parameter lies outside 4713 BC to AD 5874897");
  }
  return write_number(out, static_cast<std::int32_t>(unix_days - epoch_shift_days));
}

// A value whose length its type gives; returns that.
[[gnu::hot]] int write_scalar(char* out, const Value& value) {
  switch (value.type()) {
    case Type::boolean:
      *out = value.integral() != 0 ? '\1' : '\0';
      return 1;
    case Type::int16:
      return write_checked<std::int16_t>(out, value.integral());
    case Type::int32:
      return write_checked<std::int32_t>(out, value.integral());
    case Type::float64:
      if (std::isnan(value.real())) {
        throw Error(Error::Kind::invalid_argument, "a number is NaN, which cannot be stored");
      }
      return write_number(out, std::bit_cast<std::int64_t>(value.real()));
    case Type::uuid:
      std::memcpy(out, value.uuid().data(), value.uuid().size());
      return static_cast<int>(value.uuid().size());
    case Type::timestamp:
      return write_timestamp(out, value.integral());
    case Type::date:
      return write_date(out, value.integral());
    default:
      return write_number(out, value.integral());
  }
}

bool is_bytes(Type type) {
  return type == Type::text || type == Type::json || type == Type::blob;
}

}  // namespace

[[gnu::hot]] int length_of(std::size_t size) {
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw Error(Error::Kind::limit_exceeded, "a parameter is longer than 2 GiB");
  }
  return static_cast<int>(size);
}

void append_binary(std::string& out, const Value& value) {
  if (is_bytes(value.type())) {
    out.append(value.bytes());
  } else if (value.type() == Type::decimal) {
    encode_numeric(out, value.bytes());
  } else {
    std::array<char, longest_scalar> bytes;
    out.append(bytes.data(), static_cast<std::size_t>(write_scalar(bytes.data(), value)));
  }
}

void append_field(std::string& out, const Value& value) {
  if (value.is_null()) return put_number(out, std::int32_t{-1});
  const std::size_t start = out.size();
  put_number(out, std::int32_t{0});
  append_binary(out, value);
  patch_int32(out, start, length_of(out.size() - start - sizeof(std::int32_t)));
}

void Parameters::resize(std::size_t count) {
  pointers_.resize(count);
  lengths_.resize(count);
  scalars_.resize(count);
  if (formats_.size() < count) formats_.resize(count, 1);
  decimals_.clear();
}

[[gnu::hot]] void Parameters::assign(backend::Values values) {
  const std::size_t count = values.size();
  if (count != pointers_.size() || !decimals_.empty()) resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Value& value = values[i];
    if (value.is_null()) {
      pointers_[i] = nullptr;
      lengths_[i] = 0;
    } else if (is_bytes(value.type())) {
      const std::string_view bytes = value.bytes();
      pointers_[i] = bytes.data() == nullptr ? "" : bytes.data();
      lengths_[i] = length_of(bytes.size());
    } else if (value.type() == Type::decimal) {
      decimals_.reserve(count);  // those that are there stay where they are
      std::string& bytes = decimals_.emplace_back();
      encode_numeric(bytes, value.bytes());
      pointers_[i] = bytes.data();
      lengths_[i] = length_of(bytes.size());
    } else {
      pointers_[i] = scalars_[i].data();
      lengths_[i] = write_scalar(scalars_[i].data(), value);
    }
  }
}

}  // namespace tenon::postgres
