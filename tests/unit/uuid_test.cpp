#include <algorithm>
#include <cctype>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/uuid.hpp>

namespace tenon {
namespace {

TEST(Uuid, IsNilByDefault) {
  EXPECT_TRUE(Uuid{}.is_nil());
  EXPECT_EQ(to_string(Uuid{}), "00000000-0000-0000-0000-000000000000");
}

TEST(Uuid, IsReadAndWrittenInItsCommonForm) {
  const std::string text = "0123abcd-4567-89ef-a1b2-c3d4e5f60718";
  const Uuid id = Uuid::parse(text).value();
  EXPECT_EQ(to_string(id), text);
  EXPECT_EQ(id.bytes[0], 0x01);
  EXPECT_EQ(id.bytes[15], 0x18);
  EXPECT_EQ(Uuid::parse("0123ABCD-4567-89EF-A1B2-C3D4E5F60718"), id);
}

TEST(Uuid, IsNotReadFromOtherText) {
  for (const char* text :
       {"", "0", "0123abcd-4567-89ef-a1b2-c3d4e5f6071", "0123abcd-4567-89ef-a1b2-c3d4e5f607180",
        "0123abcd_4567-89ef-a1b2-c3d4e5f60718", "0123abcd4567-89ef-a1b2-c3d4e5f607180-",
        "g123abcd-4567-89ef-a1b2-c3d4e5f60718", "{123abcd-4567-89ef-a1b2-c3d4e5f6071}",
        "0123abcd-4567-89ef-a1b2-c3d4e5f6071 ", "------------------------------------"})
    EXPECT_EQ(Uuid::parse(text), std::nullopt) << text;
}

TEST(Uuid, IsReadFromHexadecimalDigitsAndHyphensInTheirPlacesOnly) {
  const std::string good = "0123abcd-89AB-cdef-0123-456789abcdef";
  for (std::size_t place = 0; place < good.size(); ++place) {
    const bool hyphen = place == 8 || place == 13 || place == 18 || place == 23;
    for (int character = 0; character < 256; ++character) {
      std::string text = good;
      text[place] = static_cast<char>(character);
      const bool digit = character < 128 && std::isxdigit(character) != 0;
      EXPECT_EQ(Uuid::parse(text).has_value(), hyphen ? character == '-' : digit)
          << "character " << character << " at " << place;
    }
  }
}

TEST(Uuid, ComesBackFromItsTextWithEveryByte) {
  for (unsigned place = 0; place < 16; ++place) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      Uuid id;
      id.bytes[place] = static_cast<std::uint8_t>(byte);
      EXPECT_EQ(Uuid::parse(to_string(id)), id) << to_string(id);
    }
  }
}

TEST(Uuid, OfVersion4HasItsVersionAndVariant) {
  std::set<Uuid> all;
  for (int i = 0; i < 1000; ++i) {
    const Uuid id = Uuid::random();
    EXPECT_EQ(id.bytes[6] >> 4U, 4);
    EXPECT_EQ(id.bytes[8] >> 6U, 2);
    all.insert(id);
  }
  EXPECT_EQ(all.size(), 1000U);
}

TEST(Uuid, OfVersion7HoldsTheTime) {
  const auto milliseconds = [] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  };
  const auto before = milliseconds();
  const Uuid id = Uuid::time_ordered();
  const auto after = milliseconds();
  EXPECT_EQ(id.bytes[6] >> 4U, 7);
  EXPECT_EQ(id.bytes[8] >> 6U, 2);
  std::int64_t held = 0;
  for (std::size_t i = 0; i < 6; ++i) held = held * 256 + id.bytes[i];
  EXPECT_GE(held, before);
  EXPECT_LE(held, after + 1);
}

TEST(Uuid, OfVersion7Ascends) {
  Uuid last = Uuid::time_ordered();
  for (int i = 0; i < 20'000; ++i) {
    const Uuid next = Uuid::time_ordered();
    ASSERT_LT(last, next);
    ASSERT_EQ(next.bytes[6] >> 4U, 7);
    last = next;
  }
}

TEST(Uuid, OfVersion7IsUniqueAcrossThreads) {
  std::vector<std::vector<Uuid>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 5000; ++i) mine.push_back(Uuid::time_ordered());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::unordered_set<Uuid> all;
  for (const auto& mine : made) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), 20'000U);
}

}  // namespace
}  // namespace tenon
