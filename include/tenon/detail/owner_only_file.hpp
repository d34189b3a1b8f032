#pragma once

#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon::detail {

// Makes an empty file, where nothing is, that only its owner may read and write. Throws Error
// (unavailable), whose message begins with `subject`.
TENON_API void make_owner_only_file(const std::string& path, std::string_view subject);

}  // namespace tenon::detail
