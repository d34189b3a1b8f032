#pragma once

#include <string>
#include <string_view>

#include <tenon/detail/sha256.hpp>

namespace tenon::detail {

// The checksum of a migration's text: SHA-256 with CR LF taken as LF, so that it survives a checkout on
// another system.
[[nodiscard]] std::string migration_checksum(std::string_view sql);

}  // namespace tenon::detail
