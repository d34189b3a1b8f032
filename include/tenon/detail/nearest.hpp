#pragma once

#include <span>
#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon::detail {

// Of `known`, the name with the fewest insertions, deletions, replacements and swaps of neighbours between
// it and `name`; the first of several. Letter case, separators and the prefix `tenon.` do not count. Empty
// when nothing is known.
[[nodiscard]] TENON_API std::string_view nearest_name(std::string_view name,
                                                      std::span<const std::string_view> known);

// What to say of a name that is none of `known`: "unknown parameter 'sslmod'; the nearest is 'sslmode'".
[[nodiscard]] TENON_API std::string unknown_name(std::string_view what, std::string_view name,
                                                 std::span<const std::string_view> known);

}  // namespace tenon::detail
