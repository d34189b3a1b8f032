#pragma once

#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon::detail {

// SHA-256 (FIPS 180-4) as 64 hexadecimal digits.
[[nodiscard]] TENON_API std::string sha256(std::string_view bytes);

}  // namespace tenon::detail
