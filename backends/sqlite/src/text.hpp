#pragma once

#include <string_view>

namespace tenon::sqlite {

// True when the text is UTF-8 (RFC 3629) without a NUL byte: what PostgreSQL accepts as text, and SQLite
// would store unseen. Linear; eight bytes a step while the text is ASCII.
[[nodiscard]] bool is_text(std::string_view text) noexcept;

// True for the canonical decimal text: -?digits[.digits].
[[nodiscard]] bool is_decimal(std::string_view text) noexcept;

}  // namespace tenon::sqlite
