#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <mutex>

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid.hpp>

#include <tenon/uuid.hpp>

namespace tenon {
namespace {

// What a hexadecimal digit adds to its byte as the first and as the second digit; above a byte for what is
// none.
struct DigitValues {
  std::array<std::uint16_t, 256> first{};
  std::array<std::uint16_t, 256> second{};
};
constexpr DigitValues digit_values = [] {
  DigitValues values;
  values.first.fill(0xFF00);
  values.second.fill(0xFF00);
  for (std::uint8_t i = 0; i < 16; ++i) {
    for (const char digit : {"0123456789abcdef"[i], "0123456789ABCDEF"[i]}) {
      values.first[static_cast<unsigned char>(digit)] = static_cast<std::uint16_t>(i << 4U);
      values.second[static_cast<unsigned char>(digit)] = i;
    }
  }
  return values;
}();

// The two digits of every byte.
constexpr std::array<std::array<char, 2>, 256> digits_of = [] {
  std::array<std::array<char, 2>, 256> digits{};
  for (unsigned i = 0; i < 256; ++i) digits[i] = {"0123456789abcdef"[i >> 4U], "0123456789abcdef"[i & 15U]};
  return digits;
}();

// Where the two digits of each byte begin in the text of 36 characters.
constexpr std::array<std::uint8_t, 16> digit_places{0,  2,  4,  6,  9,  11, 14, 16,
                                                    19, 21, 24, 26, 28, 30, 32, 34};

Uuid from_boost(const boost::uuids::uuid& id) {
  Uuid result;
  std::copy(id.begin(), id.end(), result.bytes.begin());
  return result;
}

// The 60 bits that order the UUIDs of one process: milliseconds, then a counter of 12 bits that starts anew
// each millisecond and runs on into the next one when it is exhausted (RFC 9562 section 6.2, method 1).
std::uint64_t next_ordered_bits() {
  static std::mutex mutex;
  static std::uint64_t last = 0;
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
  const std::lock_guard lock(mutex);
  last = std::max(last + 1, milliseconds << 12U);
  return last;
}

}  // namespace

Uuid Uuid::random() {
  thread_local boost::uuids::random_generator_pure generator;
  return from_boost(generator());
}

Uuid Uuid::time_ordered() {
  Uuid id = random();
  const std::uint64_t bits = next_ordered_bits();
  for (unsigned i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(bits >> (52U - 8U * i));
  id.bytes[6] = static_cast<std::uint8_t>(0x70U | ((bits >> 8U) & 0x0FU));
  id.bytes[7] = static_cast<std::uint8_t>(bits);
  return id;
}

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
  if (text.size() != 36) return std::nullopt;
  const char* const c = text.data();
  if (c[8] != '-' || c[13] != '-' || c[18] != '-' || c[23] != '-') return std::nullopt;
  Uuid id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    const unsigned byte = digit_values.first[static_cast<unsigned char>(c[digit_places[i]])] |
                          digit_values.second[static_cast<unsigned char>(c[digit_places[i] + 1])];
    if (byte > 0xFF) return std::nullopt;
    id.bytes[i] = static_cast<std::uint8_t>(byte);
  }
  return id;
}

void Uuid::write(char* out) const noexcept {
  for (std::size_t i = 0; i < bytes.size(); ++i)
    std::memcpy(out + digit_places[i], digits_of[bytes[i]].data(), 2);
  out[8] = out[13] = out[18] = out[23] = '-';
}

std::string to_string(const Uuid& id) {
  std::string text(36, '-');
  id.write(text.data());
  return text;
}

}  // namespace tenon
