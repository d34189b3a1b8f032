#pragma once

#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon::postgres {

/// Appends PostgreSQL's binary form of `numeric` (src/backend/utils/adt/numeric.c, numeric_send) for a
/// canonical decimal text. Throws `Error` (invalid_argument) for any other text.
TENON_API void encode_numeric(std::string& out, std::string_view decimal);

/// Writes the exact decimal text of a binary `numeric` into `out`, replacing it. False when it is NaN,
/// infinite or not a numeric.
[[nodiscard]] TENON_API bool decode_numeric(std::string& out, std::string_view binary);

}  // namespace tenon::postgres
