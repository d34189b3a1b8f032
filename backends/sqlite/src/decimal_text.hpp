#pragma once

#include <string_view>

namespace tenon::sqlite {

// True for the canonical decimal text: -?digits[.digits].
[[nodiscard]] bool is_decimal(std::string_view text) noexcept;

}  // namespace tenon::sqlite
