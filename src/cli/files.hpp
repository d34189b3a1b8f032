#pragma once

#include <string>

namespace tenon::cli {

/// The whole of a file, or of standard input for "-". Throws Failure when it cannot be read.
[[nodiscard]] std::string read_file(const std::string& path);
/// The name under which messages speak of it.
[[nodiscard]] std::string display_name(const std::string& path);

}  // namespace tenon::cli
