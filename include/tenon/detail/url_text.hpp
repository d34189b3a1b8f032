#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/export.hpp>

namespace tenon::detail {

// What `%XX` stands for; nothing when two hexadecimal digits do not follow a '%'. `+` stays as it is, as in
// libpq.
[[nodiscard]] TENON_API std::optional<std::string> percent_decoded(std::string_view text);
// Everything but letters, digits and `-._~` as `%XX` (RFC 3986, section 2.3).
[[nodiscard]] TENON_API std::string percent_encoded(std::string_view text);

// Throws Error invalid_argument for a line break, as a file's text ends with, or another control character.
TENON_API void require_one_line(std::string_view url);

// One `name=value` behind a URL's '?', as it stands there.
struct UrlParameter {
  std::string name;   // decoded
  std::string value;  // not decoded
};
// Throws Error invalid_argument for a '%' that nothing follows, or a parameter without a name or a '='.
[[nodiscard]] TENON_API std::vector<UrlParameter> url_parameters(std::string_view url);

}  // namespace tenon::detail
