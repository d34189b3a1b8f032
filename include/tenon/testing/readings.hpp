#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// `count` readings with the ids 1, 2, …; the same ones every time. Sums of their values are exact.
inline std::vector<Reading> make_readings(std::size_t count) {
  static const std::array<std::string, 10> rooms{"hall", "Hall",  "Übung", "a'b\"c\\d", "🦊",
                                                 "",     "a_b%c", "a%b_c", "hallway",   "zoo"};
  std::mt19937 random(42);
  const auto below = [&](unsigned n) { return static_cast<std::int32_t>(random() % n); };
  std::vector<Reading> rows(count);
  for (std::size_t i = 0; i < count; ++i) {
    Reading& row = rows[i];
    row.id = static_cast<std::int64_t>(i) + 1;
    row.room = rooms[static_cast<std::size_t>(below(rooms.size()))];
    row.level = below(11) - 5;
    row.value = (below(4000) - 2000) * 0.25;
    row.valid = below(3) != 0;
    row.colour = static_cast<Colour>(below(4));
    for (std::uint8_t& byte : row.device.bytes) byte = static_cast<std::uint8_t>(random());
    // Within some years of 1970, before and after.
    row.taken_at = Timestamp{std::chrono::seconds{(below(20'000) - 5'000) * std::int64_t{40'000}}};
    row.day = std::chrono::floor<std::chrono::days>(row.taken_at);
    if (below(2) == 0) row.remark = "remark " + std::to_string(below(9));
    if (below(3) == 0) row.ticket = below(10);
  }
  return rows;
}

}  // namespace tenon::testing
