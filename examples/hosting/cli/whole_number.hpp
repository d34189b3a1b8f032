#pragma once

#include <cstdint>

#include <CLI/CLI.hpp>

namespace hosting {

/// For Option::transform: takes decimal digits for a number of at least `least` and nothing else. CLI11 by
/// itself makes the largest number of one that is too large, and reads 010 as 8.
[[nodiscard]] CLI::Validator whole_number(std::int64_t least);

}  // namespace hosting
