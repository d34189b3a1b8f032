#include "text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tenon::sqlite {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080ULL;
constexpr std::uint64_t ones = 0x0101010101010101ULL;

bool continues(unsigned char byte) noexcept {
  return (byte & 0xC0U) == 0x80U;
}

// Length of the well-formed sequence at `p` that begins with a byte above 0x7F (RFC 3629, section 4); 0:
// none.
std::size_t sequence_length(const unsigned char* p, std::size_t left) noexcept {
  const unsigned char first = p[0];
  if (first >= 0xC2 && first <= 0xDF) return left >= 2 && continues(p[1]) ? 2 : 0;
  if ((first & 0xF0U) == 0xE0U) {
    if (left < 3 || !continues(p[1]) || !continues(p[2])) return 0;
    if (first == 0xE0 && p[1] < 0xA0) return 0;  // over-long
    if (first == 0xED && p[1] > 0x9F) return 0;  // surrogate
    return 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (left < 4 || !continues(p[1]) || !continues(p[2]) || !continues(p[3])) return 0;
    if (first == 0xF0 && p[1] < 0x90) return 0;  // over-long
    if (first == 0xF4 && p[1] > 0x8F) return 0;  // above U+10FFFF
    return 4;
  }
  return 0;
}

}  // namespace

bool is_text(std::string_view text) noexcept {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t i = 0;
  while (i < text.size()) {
    if (i + 8 <= text.size()) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes + i, sizeof word);
      const bool ascii = (word & high_bits) == 0;
      const bool zero = ((word - ones) & ~word & high_bits) != 0;
      if (ascii && !zero) {
        i += 8;
        continue;
      }
    }
    if (bytes[i] == 0) return false;
    if (bytes[i] < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = sequence_length(bytes + i, text.size() - i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

bool is_decimal(std::string_view text) noexcept {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto take_digits = [&text] {
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
    text.remove_prefix(count);
    return count > 0;
  };
  if (!take_digits()) return false;
  if (text.empty()) return true;
  if (text.front() != '.') return false;
  text.remove_prefix(1);
  return take_digits() && text.empty();
}

}  // namespace tenon::sqlite
