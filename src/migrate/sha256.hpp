#pragma once

#include <string>
#include <string_view>

namespace tenon::detail {

// SHA-256 (FIPS 180-4) as 64 hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);

// The checksum of a migration's text: SHA-256 with CR LF taken as LF, so that it survives a checkout on
// another system.
[[nodiscard]] std::string migration_checksum(std::string_view sql);

}  // namespace tenon::detail
