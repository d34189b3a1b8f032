#pragma once

#include <string_view>

#include <tenon/export.hpp>

namespace tenon::detail {

// Whether a statement on SQLite may make a temporary object: CREATE TEMP …, CREATE … [IF NOT EXISTS]
// temp.name. Also true of some whose names begin like that.
[[nodiscard]] TENON_API bool may_make_temporary_object(std::string_view sql);

}  // namespace tenon::detail
