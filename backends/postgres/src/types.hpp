#pragma once

#include <cstdint>

#include <libpq-fe.h>

#include <tenon/backend/value.hpp>

namespace tenon::postgres {

/// Type oids that never change (PostgreSQL source, src/include/catalog/pg_type.dat).
namespace oid {
inline constexpr Oid boolean = 16, bytea = 17, name = 19, int8 = 20, int2 = 21, int4 = 23, text = 25,
                     json = 114;
inline constexpr Oid float4 = 700, float8 = 701, bpchar = 1042, varchar = 1043, date = 1082,
                     timestamp = 1114;
inline constexpr Oid timestamptz = 1184, numeric = 1700, uuid = 2950, jsonb = 3802;
/// The first oid of what a database's users define: enums and domains among them (access/transam.h).
inline constexpr Oid first_user_defined = 16384;
}  // namespace oid

/// How one library type is spelt on the wire and in SQL.
struct TypeInfo {
  Oid scalar;
  Oid array;
  const char* sql;
};

[[nodiscard]] constexpr TypeInfo type_info(backend::Type type) noexcept {
  switch (type) {
    case backend::Type::boolean:
      return {oid::boolean, 1000, "boolean"};
    case backend::Type::int16:
      return {oid::int2, 1005, "smallint"};
    case backend::Type::int32:
      return {oid::int4, 1007, "integer"};
    case backend::Type::int64:
      return {oid::int8, 1016, "bigint"};
    case backend::Type::float64:
      return {oid::float8, 1022, "double precision"};
    case backend::Type::text:
      return {oid::text, 1009, "text"};
    case backend::Type::json:
      return {oid::json, 199, "json"};
    case backend::Type::uuid:
      return {oid::uuid, 2951, "uuid"};
    case backend::Type::timestamp:
      return {oid::timestamptz, 1185, "timestamptz"};
    case backend::Type::date:
      return {oid::date, 1182, "date"};
    case backend::Type::decimal:
      return {oid::numeric, 1231, "numeric"};
    case backend::Type::blob:
      return {oid::bytea, 1001, "bytea"};
  }
  return {oid::text, 1009, "text"};
}

/// PostgreSQL counts time from 2000-01-01 (datatype/timestamp.h).
inline constexpr std::int64_t epoch_shift_us = 946'684'800'000'000;
inline constexpr std::int64_t epoch_shift_days = 10'957;
/// Its limits, in its own epoch: timestamps from 4714-11-24 BC to the end of AD 294276, dates to AD
/// 5874897.
inline constexpr std::int64_t min_timestamp = -211'813'488'000'000'000;
inline constexpr std::int64_t end_timestamp = 9'223'371'331'200'000'000;
inline constexpr std::int64_t min_date = -2'451'545;
inline constexpr std::int64_t end_date = 2'145'031'949;

}  // namespace tenon::postgres
