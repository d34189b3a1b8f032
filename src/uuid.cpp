#include <algorithm>
#include <chrono>
#include <mutex>

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid.hpp>

#include <tenon/uuid.hpp>

namespace tenon {
namespace {

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
  Uuid id;
  std::size_t at = 0;
  const auto nibble = [&]() -> int {
    const char c = text[at++];
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  for (std::size_t i = 0; i < 16; ++i) {
    if ((i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-') return std::nullopt;
    const int high = nibble();
    const int low = nibble();
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return id;
}

void Uuid::write(char* out) const noexcept {
  static constexpr char digits[] = "0123456789abcdef";
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *out++ = '-';
    *out++ = digits[bytes[i] >> 4U];
    *out++ = digits[bytes[i] & 0x0FU];
  }
}

std::string to_string(const Uuid& id) {
  std::string text(36, '-');
  id.write(text.data());
  return text;
}

}  // namespace tenon
