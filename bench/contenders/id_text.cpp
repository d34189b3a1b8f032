#include "id_text.hpp"

#include <array>
#include <cstdint>
#include <stdexcept>

namespace tenon_bench {
namespace {

constexpr std::array<std::int8_t, 256> digit_values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 10; ++i) values[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(i);
  for (int i = 0; i < 6; ++i) values[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(10 + i);
  return values;
}();

}  // namespace

void write_id(const Id& id, char* out) {
  static constexpr char digits[] = "0123456789abcdef";
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
    *out++ = digits[id[i] >> 4U];
    *out++ = digits[id[i] & 15U];
  }
}

Id read_id(std::string_view text) {
  if (text.size() != 36) throw std::runtime_error("an id is no UUID");
  Id id;
  int wrong = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) wrong |= text[at++] == '-' ? 0 : -1;
    const int high = digit_values[static_cast<unsigned char>(text[at++])];
    const int low = digit_values[static_cast<unsigned char>(text[at++])];
    wrong |= high | low;
    id[i] = static_cast<std::uint8_t>((high << 4) | low);
  }
  if (wrong < 0) throw std::runtime_error("an id is no UUID");
  return id;
}

}  // namespace tenon_bench
