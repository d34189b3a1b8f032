#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// What several examples need of OpenSSL.

namespace common {

using Bytes = std::span<const unsigned char>;

/// In lower case.
[[nodiscard]] std::string hex(Bytes bytes);
/// Nothing when the text is no hex in lower case.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);
[[nodiscard]] Bytes bytes_of(std::string_view text);

/// Throws std::runtime_error when there is no randomness to be had.
void fill_random(std::span<unsigned char> bytes);
[[nodiscard]] std::string random_hex(std::size_t bytes);

[[nodiscard]] std::string sha256_hex(std::string_view text);

}  // namespace common
