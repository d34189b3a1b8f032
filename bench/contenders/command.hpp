#pragma once

#include <string>

namespace tenon_bench {

/// What a shell command writes, errors included; empty when it cannot be run.
[[nodiscard]] std::string output_of(const std::string& command);
/// One word of a shell command.
[[nodiscard]] std::string quoted(const std::string& text);

}  // namespace tenon_bench
