#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid.hpp>

#include <tenon/uuid.hpp>

namespace tenon {
namespace {

// The value of a hexadecimal digit; 0xFF for what is none.
constexpr std::array<std::uint8_t, 256> digit_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(0xFF);
  for (std::uint8_t i = 0; i < 16; ++i) {
    values[static_cast<unsigned char>("0123456789abcdef"[i])] = i;
    values[static_cast<unsigned char>("0123456789ABCDEF"[i])] = i;
  }
  return values;
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
  unsigned wrong = 0;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    const unsigned high = digit_values[static_cast<unsigned char>(c[digit_places[i]])];
    const unsigned low = digit_values[static_cast<unsigned char>(c[digit_places[i] + 1])];
    wrong |= high | low;
    id.bytes[i] = static_cast<std::uint8_t>((high << 4U) | low);
  }
  if (wrong > 0x0F) return std::nullopt;
  return id;
}

void Uuid::write(char* out) const noexcept {
  static constexpr char digits[] = "0123456789abcdef";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out[digit_places[i]] = digits[bytes[i] >> 4U];
    out[digit_places[i] + 1] = digits[bytes[i] & 0x0FU];
  }
  out[8] = out[13] = out[18] = out[23] = '-';
}

std::string to_string(const Uuid& id) {
  std::string text(36, '-');
  id.write(text.data());
  return text;
}

}  // namespace tenon
