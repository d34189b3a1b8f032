#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace tenon::detail {

// The byte at which `text` stops being one JSON value (its size, when it only ends too early); nothing when
// it is one. is_json() with the place.
[[nodiscard]] std::optional<std::size_t> find_json_error(std::string_view text);

}  // namespace tenon::detail
