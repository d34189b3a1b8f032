#pragma once

#include <optional>
#include <string>

#include <tenon/export.hpp>

namespace tenon::detail {

// What a file says, without one line end at its end; nothing when it cannot be read, as a directory cannot.
[[nodiscard]] TENON_API std::optional<std::string> file_text(const std::string& path);

}  // namespace tenon::detail
