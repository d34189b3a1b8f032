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

/// Eight bytes as a number, the first one lowest. Written out, because g++ evaluates that several times as
/// fast as a loop at compile time.
[[nodiscard]] constexpr std::uint64_t word_at(const char* text) noexcept {
  if (std::endian::native == std::endian::little && !std::is_constant_evaluated()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text, sizeof word);
    return word;
  }
  using Byte = unsigned char;
  using Word = std::uint64_t;
  return Word{Byte(text[0])} | Word{Byte(text[1])} << 8 | Word{Byte(text[2])} << 16 |
         Word{Byte(text[3])} << 24 | Word{Byte(text[4])} << 32 | Word{Byte(text[5])} << 40 |
         Word{Byte(text[6])} << 48 | Word{Byte(text[7])} << 56;
}

/// The same for equal texts in every process, at compile time and at run time.
[[nodiscard]] constexpr std::uint64_t text_hash(std::string_view sql) noexcept {
  const char* const text = sql.data();
  const std::size_t size = sql.size();
  std::uint64_t hash = size;
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) hash = mixed(hash, word_at(text + at));
  if (at == size) return hash;
  std::uint64_t rest = 0;
  for (std::size_t i = at; i < size; ++i)
    rest |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * (i - at));
  return mixed(hash, rest);
}

}  // namespace tenon::detail
