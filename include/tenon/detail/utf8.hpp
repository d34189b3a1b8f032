#pragma once

#include <cstddef>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon::detail {

// Length of the well-formed UTF-8 sequence at the start of `text` (Unicode 15, table 3-7); 0 when there is
// none.
[[nodiscard]] TENON_API std::size_t utf8_sequence_length(std::string_view text) noexcept;

// True for valid UTF-8 without a NUL byte: what both databases can keep as text.
[[nodiscard]] TENON_API bool is_storable_text(std::string_view text) noexcept;

}  // namespace tenon::detail
