#pragma once

#include <string_view>

namespace tenon::sqlite {

// Whether raw SQL may call the function: SQLite's own for text, numbers, time, JSON, aggregates and
// windows. Not those that load code, read files, or tell of what ran before on the connection.
[[nodiscard]] bool is_raw_function(std::string_view name) noexcept;

}  // namespace tenon::sqlite
