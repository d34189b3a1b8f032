#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

#include <boost/endian/conversion.hpp>

namespace tenon::postgres {

/// Big-endian numbers as PostgreSQL's binary formats have them.
template <class Integer>
int write_number(char* out, Integer value) noexcept {
  boost::endian::endian_store<Integer, sizeof(Integer), boost::endian::order::big>(
      reinterpret_cast<unsigned char*>(out), value);
  return sizeof(Integer);
}

template <class Integer>
void put_number(std::string& out, Integer value) {
  std::array<char, sizeof(Integer)> bytes;
  (void)write_number(bytes.data(), value);
  out.append(bytes.data(), bytes.size());
}

template <class Integer>
[[nodiscard]] Integer get_number(const char* bytes) noexcept {
  return boost::endian::endian_load<Integer, sizeof(Integer), boost::endian::order::big>(
      reinterpret_cast<const unsigned char*>(bytes));
}

/// Overwrites a 32-bit number written before.
inline void patch_int32(std::string& out, std::size_t position, std::int32_t value) {
  boost::endian::store_big_s32(reinterpret_cast<unsigned char*>(out.data()) + position, value);
}

}  // namespace tenon::postgres
