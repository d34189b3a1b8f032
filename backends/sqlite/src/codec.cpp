#include "codec.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <new>
#include <string>

#include <tenon/detail/utf8.hpp>
#include <tenon/error.hpp>
#include <tenon/json.hpp>
#include <tenon/uuid.hpp>

#include "decimal_text.hpp"
#include "error_map.hpp"

namespace tenon::sqlite {
namespace {

using backend::Type;
using backend::Value;

// PostgreSQL's ranges of timestamptz and date (PostgreSQL docs, table 8.9), cut to what the library's types
// hold, so that what one backend takes the other takes too.
constexpr std::int64_t first_microsecond = -210'866'803'200'000'000;  // 4714-11-24 BC
constexpr std::int64_t last_microsecond = 9'223'371'244'799'999'999;  // 294246-12-31
constexpr std::int64_t first_day = -2'440'588;                        // 4714-11-24 BC
constexpr std::int64_t last_day = 2'145'042'905;                      // 5874897-12-31

[[noreturn]] void refuse(std::string_view subject, std::size_t index, const char* reason,
                         const char* sqlstate) {
  throw Error(Error::Kind::invalid_argument,
              std::string(subject) + ": parameter $" + std::to_string(index + 1) + " " + reason,
              {.sqlstate = sqlstate, .statement = std::string(subject), .constraint = {}, .hint = {}});
}

void check(int code, sqlite3_stmt* statement, std::string_view subject) {
  if (code != SQLITE_OK) throw make_error(sqlite3_db_handle(statement), code, subject, false);
}

int bind_text(sqlite3_stmt* statement, int place, std::string_view text) {
  return sqlite3_bind_text64(statement, place, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                             SQLITE_UTF8);
}

int bind_value(sqlite3_stmt* statement, std::size_t index, const Value& value, UuidTexts& uuids,
               std::string_view subject) {
  const int place = static_cast<int>(index) + 1;
  if (value.is_null()) return sqlite3_bind_null(statement, place);
  switch (value.type()) {
    case Type::timestamp:
      if (value.integral() < first_microsecond || value.integral() > last_microsecond) {
        refuse(subject, index, "is a timestamp before 4713 BC or after AD 294246", "22008");
      }
      return sqlite3_bind_int64(statement, place, value.integral());
    case Type::date:
      if (value.integral() < first_day || value.integral() > last_day) {
        refuse(subject, index, "is a date before 4713 BC or after AD 5874897", "22008");
      }
      return sqlite3_bind_int64(statement, place, value.integral());
    case Type::boolean:
    case Type::int16:
    case Type::int32:
    case Type::int64:
      return sqlite3_bind_int64(statement, place, value.integral());
    case Type::float64:
      if (std::isnan(value.real())) refuse(subject, index, "is not a number (NaN)", "22003");
      return sqlite3_bind_double(statement, place, value.real());
    case Type::text:
      if (!value.is_unchecked() && !detail::is_storable_text(value.bytes()))
        refuse(subject, index, "is not UTF-8 or holds a NUL byte", "22021");
      return bind_text(statement, place, value.bytes());
    case Type::json:
      if (!value.is_unchecked() && !is_json(value.bytes()))
        refuse(subject, index, "is not JSON (RFC 8259)", "22P02");
      return bind_text(statement, place, value.bytes());
    case Type::decimal:
      if (!is_decimal(value.bytes())) refuse(subject, index, "is not a decimal number", "22P02");
      return bind_text(statement, place, value.bytes());
    case Type::uuid:
      return bind_text(statement, place, uuids.write(Uuid{value.uuid()}));
    case Type::blob:
      return sqlite3_bind_blob64(statement, place, value.bytes().empty() ? "" : value.bytes().data(),
                                 value.bytes().size(), SQLITE_STATIC);
  }
  refuse(subject, index, "has a type that SQLite does not know", "0A000");
}

// One column of the present row.
struct Column {
  sqlite3_stmt* statement;
  int index;
  std::string_view subject;
  Origin origin;
};
// Its value, and the class that it is stored in.
struct Stored {
  sqlite3_value* value;
  int storage;
};

[[noreturn, gnu::cold, gnu::noinline]] void damaged(Column column, const char* expected) {
  const char* const name = sqlite3_column_name(column.statement, column.index);
  throw Error(
      Error::Kind::corrupt,
      std::string(column.subject) + ": the stored value of column " + (name != nullptr ? name : "?") +
          " is not " + expected + "; something else than this library has written it",
      {.sqlstate = "XX001", .statement = std::string(column.subject), .constraint = {}, .hint = {}});
}

[[noreturn, gnu::cold, gnu::noinline]] void out_of_memory(Column column) {
  throw make_error(sqlite3_db_handle(column.statement), SQLITE_NOMEM, "read", false);
}

struct Range {
  std::int64_t least;
  std::int64_t greatest;
};

template <class T>
constexpr Range range_of() {
  return {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
}

Value read_integral(Column column, Stored stored, Type type, Range range) {
  if (stored.storage != SQLITE_INTEGER) damaged(column, "an integer");
  const std::int64_t value = sqlite3_value_int64(stored.value);
  if (value < range.least || value > range.greatest) damaged(column, "in the range of its type");
  return Value::integral(type, value);
}

inline std::string_view read_text(Column column, Stored stored) {
  if (stored.storage != SQLITE_TEXT) damaged(column, "text");
  const auto* const bytes = reinterpret_cast<const char*>(sqlite3_value_text(stored.value));
  if (bytes == nullptr) out_of_memory(column);
  return {bytes, static_cast<std::size_t>(sqlite3_value_bytes(stored.value))};
}

Value read_uuid(Column column, Stored stored) {
  const std::optional<Uuid> id = Uuid::parse(read_text(column, stored));
  if (!id) damaged(column, "a UUID");
  return Value::uuid(id->bytes);
}

Value read_decimal(Column column, Stored stored) {
  const std::string_view text = read_text(column, stored);
  if (!is_decimal(text)) damaged(column, "a decimal number");
  return Value::bytes(Type::decimal, text);
}

Value read_real(Column column, Stored stored) {
  // An expression such as coalesce(sum(x), 0) gives an integer where there is nothing to sum.
  if (stored.storage != SQLITE_FLOAT && stored.storage != SQLITE_INTEGER) damaged(column, "a number");
  return Value::real(sqlite3_value_double(stored.value));
}

Value read_blob(Column column, Stored stored) {
  if (stored.storage != SQLITE_BLOB) damaged(column, "a blob");
  const auto* const data = static_cast<const char*>(sqlite3_value_blob(stored.value));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(stored.value));
  return Value::bytes(Type::blob, size == 0 ? std::string_view("", 0) : std::string_view(data, size));
}

// Asking for the sqlite3_value once is cheaper than each sqlite3_column_*; on a NOMUTEX connection, used by
// one thread at a time, it is as good as a protected one (https://sqlite.org/c3ref/value.html).
Value read_value(Column column, Type type) {
  sqlite3_value* const value = sqlite3_column_value(column.statement, column.index);
  const Stored stored{value, sqlite3_value_type(value)};
  if (stored.storage == SQLITE_NULL) return Value::null(type);
  switch (type) {
    case Type::boolean:
      return read_integral(column, stored, type, {0, 1});
    case Type::int16:
      return read_integral(column, stored, type, range_of<std::int16_t>());
    case Type::int32:
      return read_integral(column, stored, type, range_of<std::int32_t>());
    case Type::int64:
      return read_integral(column, stored, type, range_of<std::int64_t>());
    case Type::timestamp:
      return read_integral(column, stored, type, {first_microsecond, last_microsecond});
    case Type::date:
      return read_integral(column, stored, type, {first_day, last_day});
    case Type::float64:
      return read_real(column, stored);
    case Type::text:
      return Value::text(read_text(column, stored));
    case Type::json:
      return Value::json(read_text(column, stored), column.origin == Origin::own);
    case Type::decimal:
      return read_decimal(column, stored);
    case Type::uuid:
      return read_uuid(column, stored);
    case Type::blob:
      return read_blob(column, stored);
  }
  damaged(column, "of a known type");
}

}  // namespace

void bind_all(sqlite3_stmt* statement, std::span<const Type> types, std::span<const Value> values,
              UuidTexts& uuids, std::string_view subject) {
  if (values.size() != types.size()) {
    throw Error(Error::Kind::invalid_argument, std::string(subject) + ": " + std::to_string(values.size()) +
                                                   " values for " + std::to_string(types.size()) +
                                                   " parameters");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].is_null() && values[i].type() != types[i]) {
      refuse(subject, i, "is not of the type that the statement declares", "42804");
    }
    check(bind_value(statement, i, values[i], uuids, subject), statement, subject);
  }
}

void read_row(sqlite3_stmt* statement, std::span<const Type> types, std::span<Value> row,
              std::string_view subject, Origin origin) {
  for (std::size_t i = 0; i < types.size(); ++i) {
    ::new (&row[i])
        Value(read_value({statement, static_cast<int>(i), subject, origin}, types[i]));  // no copy
  }
}

}  // namespace tenon::sqlite
