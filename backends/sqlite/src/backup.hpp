#pragma once

#include <string>
#include <string_view>

#include <tenon/detail/function_ref.hpp>

#include "connection.hpp"

namespace tenon::sqlite {

inline constexpr std::string_view backup_subject = "backup";

// Asked every few milliseconds, by any thread; what it throws ends the work.
using GoOn = tenon::detail::FunctionRef<void()>;

// Writes what one read transaction of `source`, which nobody else uses, sees to a new file, which only its
// owner may read; it is not synced. Other connections read and write meanwhile; the write-ahead log
// cannot begin anew before it has ended. Throws Error.
void copy_database(Connection& source, const std::string& path, GoOn go_on);

// Reads the copy through (https://sqlite.org/pragma.html#pragma_quick_check), without making files beside
// it. Throws Error (corrupt).
void check_copy(const std::string& path, GoOn go_on);

}  // namespace tenon::sqlite
