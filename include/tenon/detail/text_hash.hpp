#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace tenon::detail {

/// One step of MurmurHash64A (https://github.com/aappleby/smhasher/blob/master/src/MurmurHash2.cpp).
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) noexcept {
  constexpr std::uint64_t factor = 0xc6a4a7935bd1e995ULL;
  word *= factor;
  word ^= word >> 47;
  return (hash ^ (word * factor)) * factor;
}

/// Up to eight bytes as a number, the first one lowest.
[[nodiscard]] constexpr std::uint64_t little_endian(std::string_view bytes) noexcept {
  std::uint64_t word = 0;
  if (std::endian::native == std::endian::little && !std::is_constant_evaluated()) {
    std::memcpy(&word, bytes.data(), bytes.size());
    return word;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return word;
}

/// The same for equal texts in every process, at compile time and at run time.
[[nodiscard]] constexpr std::uint64_t text_hash(std::string_view text) noexcept {
  std::uint64_t hash = text.size();
  for (; text.size() >= 8; text.remove_prefix(8)) hash = mixed(hash, little_endian(text.substr(0, 8)));
  return text.empty() ? hash : mixed(hash, little_endian(text));
}

}  // namespace tenon::detail
