#pragma once

#include <iostream>
#include <string>
#include <string_view>

namespace common {

/// Throws std::runtime_error when not all that was printed got out, as on a full disk.
void flush_output(std::ostream& out = std::cout);

/// A text that came from outside, UTF-8, as a piece of one line: every control character is a '?'.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace common
