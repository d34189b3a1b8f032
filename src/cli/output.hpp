#pragma once

#include <string_view>

namespace tenon::cli {

/// Standard output was closed by its reader; the program ends quietly with exit code 1.
struct OutputClosed {};

/// Writes to standard output. Throws OutputClosed, or Failure when nothing more can be written.
void write(std::string_view text);
/// Hands over what is buffered; call it before success is claimed. Throws as write.
void flush_output();

}  // namespace tenon::cli
