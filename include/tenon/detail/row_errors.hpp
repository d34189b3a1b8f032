#pragma once

#include <string_view>

#include <tenon/error.hpp>
#include <tenon/export.hpp>

namespace tenon::detail {

// Throws Error "<entity>.<verb>: <why>".
[[noreturn]] TENON_API void refuse_row(Error::Kind kind, std::string_view table, std::string_view verb,
                                       std::string_view why);
// Throws the error again with the column's name in front.
[[noreturn]] TENON_API void rethrow_for_column(const Error& error, std::string_view table,
                                               std::string_view column);

}  // namespace tenon::detail
