#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <sqlite3.h>

#include <tenon/backend/value.hpp>

#include "uuid_texts.hpp"

namespace tenon::sqlite {

// How values are stored: boolean and integers as INTEGER, float64 as REAL, text, JSON and decimal as TEXT,
// uuid as TEXT of 36 lower-case characters, timestamp as INTEGER microseconds, date as INTEGER days, blob
// as BLOB.

// Binds the parameters $1 … of `statement`. Bytes are not copied: they, and `uuids`, must live until it has
// been reset. Throws Error (invalid_argument) for what PostgreSQL would refuse too: text that is not UTF-8
// or holds NUL, JSON that is not JSON, NaN, a point in time out of range. `subject` begins the message.
void bind_all(sqlite3_stmt* statement, std::span<const backend::Type> types,
              std::span<const backend::Value> values, UuidTexts& uuids, std::string_view subject);

// Whose statement a row comes from. In columns of type json the library's own finds what was looked at when
// it was stored; the host's may give any text.
enum class Origin : std::uint8_t { own, host };

// Reads the current row into `row`, whose bytes live until the statement steps on. Throws Error (corrupt)
// when a stored value is not of its column's type.
void read_row(sqlite3_stmt* statement, std::span<const backend::Type> types, std::span<backend::Value> row,
              std::string_view subject, Origin origin = Origin::own);

}  // namespace tenon::sqlite
