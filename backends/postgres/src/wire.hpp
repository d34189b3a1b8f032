#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

namespace tenon::postgres {

/// Big-endian numbers as PostgreSQL's binary formats have them.
template <class Integer>
void put_number(std::string& out, Integer value) {
  using Unsigned = std::make_unsigned_t<Integer>;
  auto bits = static_cast<Unsigned>(value);
  char bytes[sizeof(Integer)];
  for (std::size_t i = sizeof(Integer); i-- > 0;) {
    bytes[i] = static_cast<char>(bits & 0xFFU);
    if constexpr (sizeof(Integer) > 1) bits = static_cast<Unsigned>(bits >> 8U);
  }
  out.append(bytes, sizeof(Integer));
}

template <class Integer>
[[nodiscard]] Integer get_number(const char* bytes) noexcept {
  using Unsigned = std::make_unsigned_t<Integer>;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i)
    bits = (bits << 8U) | static_cast<unsigned char>(bytes[i]);
  return static_cast<Integer>(static_cast<Unsigned>(bits));
}

inline void put_double(std::string& out, double value) {
  put_number(out, std::bit_cast<std::int64_t>(value));
}

/// Overwrites a 32-bit number written before.
inline void patch_int32(std::string& out, std::size_t position, std::int32_t value) {
  std::string bytes;
  put_number(bytes, value);
  std::memcpy(out.data() + position, bytes.data(), bytes.size());
}

}  // namespace tenon::postgres
