#include <cstdint>
#include <cstring>

#include <tenon/detail/utf8.hpp>

namespace tenon::detail {
namespace {

bool continuation(unsigned char c) noexcept {
  return (c & 0xC0U) == 0x80U;
}

// True when the eight bytes are ASCII and none is NUL.
bool plain_ascii(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  constexpr std::uint64_t high = 0x8080808080808080ULL;
  constexpr std::uint64_t low = 0x0101010101010101ULL;
  return ((word | ((word - low) & ~word)) & high) == 0;
}

}  // namespace

std::size_t utf8_sequence_length(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto second_in = [&](unsigned low, unsigned high) { return at(1) >= low && at(1) <= high; };
  const auto tail = [&](std::size_t i) { return continuation(static_cast<unsigned char>(at(i))); };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = second_in(first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = second_in(first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

bool is_storable_text(std::string_view text) noexcept {
  while (!text.empty()) {
    if (text.size() >= 8 && plain_ascii(text.data())) {
      text.remove_prefix(8);
      continue;
    }
    if (text.front() == '\0') return false;
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace tenon::detail
