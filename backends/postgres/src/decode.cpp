#include "decode.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

#include <tenon/error.hpp>

#include "numeric.hpp"
#include "types.hpp"
#include "wire.hpp"

namespace tenon::postgres {

namespace {

using backend::Type;
using backend::Value;

bool is_number(Type type) {
  return type == Type::int16 || type == Type::int32 || type == Type::int64 || type == Type::float64 ||
         type == Type::decimal;
}

bool is_text(Type type) {
  return type == Type::text || type == Type::json;
}

}  // namespace

// What the bundled schema and every column of the type's own database type has.
constexpr RowReader::Wire RowReader::own_wire(Type type) noexcept {
  switch (type) {
    case Type::boolean:
      return Wire::boolean;
    case Type::int16:
      return Wire::int2;
    case Type::int32:
      return Wire::int4;
    case Type::int64:
      return Wire::int8;
    case Type::float64:
      return Wire::float8;
    case Type::uuid:
      return Wire::uuid;
    case Type::timestamp:
      return Wire::timestamp;
    case Type::date:
      return Wire::date;
    case Type::decimal:
      return Wire::numeric;
    case Type::blob:
      return Wire::bytes;
    case Type::text:
    case Type::json:
      break;
  }
  return Wire::text;
}

[[gnu::hot]] void RowReader::describe(const PGresult* result) {
  const auto count = static_cast<std::size_t>(PQnfields(result));
  if (count != statement_.columns.size()) {
    mismatch("the result has " + std::to_string(count) + " columns where the program expects " +
             std::to_string(statement_.columns.size()));
  }
  struct Own {
    Oid type;
    Wire wire;
  };
  static constexpr auto own = [] {
    std::array<Own, static_cast<std::size_t>(Type::blob) + 1> all{};
    for (std::size_t type = 0; type < all.size(); ++type)
      all[type] = {type_info(static_cast<Type>(type)).scalar, own_wire(static_cast<Type>(type))};
    return all;
  }();
  wires_.resize(count, boost::container::default_init);
  Wire* const wires = wires_.data();
  const Type* const columns = statement_.columns.data();
  for (std::size_t column = 0; column < count; ++column) {
    const Oid type = PQftype(result, static_cast<int>(column));
    const Own& expected = own[static_cast<std::size_t>(columns[column])];
    wires[column] = type == expected.type ? expected.wire : wire_of(type, column);
  }
}

RowReader::Wire RowReader::wire_of(Oid type, std::size_t column) const {
  const Type wanted = statement_.columns[column];
  switch (type) {
    case oid::boolean:
      if (wanted == Type::boolean) return Wire::boolean;
      break;
    case oid::int2:
      if (is_number(wanted)) return Wire::other_int2;
      break;
    case oid::int4:
      if (is_number(wanted)) return Wire::other_int4;
      break;
    case oid::int8:
      if (is_number(wanted)) return Wire::other_int8;
      break;
    case oid::float4:
      if (wanted == Type::float64) return Wire::float4;
      break;
    case oid::float8:
      if (wanted == Type::float64) return Wire::float8;
      break;
    case oid::numeric:
      if (is_number(wanted)) return Wire::numeric;
      break;
    case oid::text:
    case oid::varchar:
    case oid::bpchar:
    case oid::name:
    case oid::json:
      if (is_text(wanted)) return Wire::text;
      break;
    case oid::jsonb:
      if (is_text(wanted)) return Wire::jsonb;
      break;
    case oid::uuid:
      if (wanted == Type::uuid) return Wire::uuid;
      break;
    case oid::timestamptz:
    case oid::timestamp:
      if (wanted == Type::timestamp) return Wire::timestamp;
      break;
    case oid::date:
      if (wanted == Type::date) return Wire::date;
      break;
    case oid::bytea:
      if (wanted == Type::blob) return Wire::bytes;
      break;
    default:  // an enum's binary form is its label
      if (is_text(wanted) && type >= oid::first_user_defined) return Wire::text;
      break;
  }
  mismatch(place(column) + " has the database type with oid " + std::to_string(type) +
           ", the program expects " + type_info(wanted).sql);
}

[[gnu::hot]] backend::Values RowReader::read(const PGresult* result, int row) {
  const std::span<Value> values = values_.row();
  const std::size_t columns = wires_.size();
  for (std::size_t column = 0; column < columns; ++column) {
    const auto field = static_cast<int>(column);
    const auto length = static_cast<std::size_t>(PQgetlength(result, row, field));
    Value* const value = &values[column];  // made where it stays, once
    if (length == 0 && PQgetisnull(result, row, field) != 0) {
      ::new (value) Value(Value::null(statement_.columns[column]));
    } else {
      ::new (value) Value(decode(column, {PQgetvalue(result, row, field), length}));
    }
  }
  return values;
}

Value RowReader::decode(std::size_t column, std::string_view bytes) {
  const Type wanted = statement_.columns[column];
  switch (wires_[column]) {
    case Wire::boolean:
      return Value::boolean(bytes[0] != 0);
    case Wire::int2:
      return Value::integral(wanted, get_number<std::int16_t>(bytes.data()));
    case Wire::int4:
      return Value::integral(wanted, get_number<std::int32_t>(bytes.data()));
    case Wire::int8:
      return Value::integral(wanted, get_number<std::int64_t>(bytes.data()));
    case Wire::other_int2:
      return decode_integer(column, get_number<std::int16_t>(bytes.data()));
    case Wire::other_int4:
      return decode_integer(column, get_number<std::int32_t>(bytes.data()));
    case Wire::other_int8:
      return decode_integer(column, get_number<std::int64_t>(bytes.data()));
    case Wire::float4: {
      const auto value = std::bit_cast<float>(get_number<std::int32_t>(bytes.data()));
      if (std::isnan(value)) corrupt(column, "not-a-number");
      return Value::real(static_cast<double>(value));
    }
    case Wire::float8: {
      const auto value = std::bit_cast<double>(get_number<std::int64_t>(bytes.data()));
      if (std::isnan(value)) corrupt(column, "not-a-number");
      return Value::real(value);
    }
    case Wire::numeric:
      return decode_numeric_column(column, bytes);
    case Wire::jsonb:
      if (bytes.empty() || bytes[0] != 1) corrupt(column, "jsonb of an unknown version");
      return Value::bytes(wanted, bytes.substr(1));
    case Wire::text:
    case Wire::bytes:
      return Value::bytes(wanted, bytes);
    case Wire::uuid: {
      Value::UuidBytes uuid;
      std::memcpy(uuid.data(), bytes.data(), uuid.size());
      return Value::uuid(uuid);
    }
    case Wire::timestamp: {
      const auto value = get_number<std::int64_t>(bytes.data());
      if (value < min_timestamp || value > std::numeric_limits<std::int64_t>::max() - epoch_shift_us) {
        corrupt(column, "an infinite timestamp or one past AD 294246");
      }
      return Value::integral(wanted, value + epoch_shift_us);
    }
    case Wire::date: {
      const auto value = get_number<std::int32_t>(bytes.data());
      if (value < min_date || value >= end_date) corrupt(column, "an infinite date");
      return Value::integral(wanted, value + epoch_shift_days);
    }
  }
  return Value::null(wanted);
}

std::string& RowReader::decimal_text(std::size_t column) {
  if (decimals_.empty()) decimals_.resize(wires_.size());
  return decimals_[column];
}

Value RowReader::decode_integer(std::size_t column, std::int64_t value) {
  const Type wanted = statement_.columns[column];
  switch (wanted) {
    case Type::int16:
      if (value != static_cast<std::int16_t>(value)) corrupt(column, "an integer larger than 16 bits");
      break;
    case Type::int32:
      if (value != static_cast<std::int32_t>(value)) corrupt(column, "an integer larger than 32 bits");
      break;
    case Type::float64:
      return Value::real(static_cast<double>(value));
    case Type::decimal: {
      std::string& text = decimal_text(column);
      text = std::to_string(value);
      return Value::bytes(wanted, text);
    }
    default:
      break;
  }
  return Value::integral(wanted, value);
}

Value RowReader::decode_numeric_column(std::size_t column, std::string_view bytes) {
  const Type wanted = statement_.columns[column];
  std::string& text = decimal_text(column);
  if (!decode_numeric(text, bytes)) corrupt(column, "a numeric that is infinite or not-a-number");
  if (wanted == Type::decimal) return Value::bytes(wanted, text);
  const char* const end = text.data() + text.size();
  if (wanted == Type::float64) {
    double value = 0;
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec == std::errc::result_out_of_range) {  // from_chars leaves the value alone
      value = std::strtod(text.c_str(), nullptr);
    }
    return Value::real(value);
  }
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end) corrupt(column, "a numeric that is no 64-bit integer");
  return decode_integer(column, value);
}

std::string RowReader::place(std::size_t column) const {
  return "column " + std::to_string(column + 1);
}

void RowReader::mismatch(const std::string& what) const {
  Error::Detail detail;
  detail.statement = statement_.name;
  throw Error(
      Error::Kind::schema_mismatch,
      std::string(statement_.name) + ": " + what + "; bring the schema and the program to one version",
      detail);
}

void RowReader::corrupt(std::size_t column, const char* what) const {
  Error::Detail detail;
  detail.statement = statement_.name;
  throw Error(
      raw_ ? Error::Kind::schema_mismatch : Error::Kind::corrupt,
      std::string(statement_.name) + ": " + place(column) + " holds " + what + ", which cannot be read",
      detail);
}

}  // namespace tenon::postgres
