#pragma once

#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// Every column type comes back as it went in, by a single insert, a small batch and a large one.
class Values : public ConformanceTest {
 protected:
  static Sample sample() {
    Sample s;
    s.id = Uuid::random();
    return s;
  }
  void keeps(const Sample& given) const {
    const Repository<Sample> samples(acme());
    samples.upsert(given);
    EXPECT_EQ(samples.get(given.id), given);
    for (const std::size_t size : {3U, 60U}) {
      std::vector<Sample> batch(size, given);
      for (Sample& one : batch) one.id = Uuid::random();
      samples.insert_all(batch);
      for (const std::size_t i : {std::size_t{0}, size - 1})
        EXPECT_EQ(samples.get(batch[i].id), batch[i]) << "in a batch of " << size;
    }
  }
};

TEST_P(Values, AreKeptWhenAllAreZero) {
  keeps(sample());
}

TEST_P(Values, AreKeptAtTheLeastAndGreatestIntegers) {
  Sample least = sample();
  least.tiny = std::numeric_limits<std::int8_t>::min();
  least.small = std::numeric_limits<std::int16_t>::min();
  least.medium = std::numeric_limits<std::int32_t>::min();
  least.large = std::numeric_limits<std::int64_t>::min();
  least.maybe_tiny = least.tiny;
  least.maybe_small = least.small;
  least.maybe_medium = least.medium;
  least.maybe_large = least.large;
  keeps(least);

  Sample most = sample();
  most.flag = true;
  most.tiny = std::numeric_limits<std::int8_t>::max();
  most.utiny = std::numeric_limits<std::uint8_t>::max();
  most.small = std::numeric_limits<std::int16_t>::max();
  most.usmall = std::numeric_limits<std::uint16_t>::max();
  most.medium = std::numeric_limits<std::int32_t>::max();
  most.umedium = std::numeric_limits<std::uint32_t>::max();
  most.large = std::numeric_limits<std::int64_t>::max();
  most.ularge = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  most.maybe_flag = true;
  most.maybe_utiny = most.utiny;
  most.maybe_usmall = most.usmall;
  most.maybe_umedium = most.umedium;
  most.maybe_ularge = most.ularge;
  keeps(most);
}

TEST_P(Values, AreKeptForEveryExtremeOfADouble) {
  using Limits = std::numeric_limits<double>;
  for (const double real :
       {Limits::max(), Limits::lowest(), Limits::min(), Limits::denorm_min(), Limits::epsilon(),
        Limits::infinity(), -Limits::infinity(), 0.1, 1.0 / 3.0, 9007199254740993.0, 1e22, 5e-324}) {
    Sample s = sample();
    s.real = real;
    s.maybe_real = -real;
    keeps(s);
  }
}

TEST_P(Values, AreKeptForEveryExtremeOfAFloat) {
  using Limits = std::numeric_limits<float>;
  for (const float single : {Limits::max(), Limits::lowest(), Limits::min(), Limits::denorm_min(),
                             Limits::infinity(), 0.1F, 16777217.0F}) {
    Sample s = sample();
    s.single = single;
    s.maybe_single = -single;
    keeps(s);
  }
}

TEST_P(Values, OfNegativeZeroBecomeZeroEverywhere) {
  const Repository<Sample> samples(acme());
  Sample s = sample();
  s.real = -0.0;
  samples.insert(s);
  const double kept = samples.get(s.id).value().real;
  EXPECT_EQ(kept, 0.0);
  EXPECT_FALSE(std::signbit(kept));
}

TEST_P(Values, AreKeptForEveryText) {
  const std::string all_quotes = "'\"`\\''\"\"$1 ?1 :a @b %s _ % -- /* */ ; \t\r\n\x01\x1f\x7f";
  for (const std::string& words :
       {std::string(), std::string(" "), all_quotes,
        std::string("Grüße, Ελλάδα, 日本語, 🦊👩‍👩‍👧‍👦"),
        std::string("e\u0301 is not \u00e9"), std::string("\u200b\ufeff\u202e"), std::string("NULL"),
        std::string("\xF4\x8F\xBF\xBF\xEF\xBF\xBF", 7), std::string(300, 'x')}) {
    Sample s = sample();
    s.words = words;
    s.maybe_words = words;
    keeps(s);
  }
}

TEST_P(Values, AreKeptForATextOfAMegabyte) {
  const Repository<Sample> samples(acme());
  Sample s = sample();
  s.words.resize(std::size_t{1} << 20U);
  for (std::size_t i = 0; i < s.words.size(); ++i) s.words[i] = static_cast<char>('!' + i % 90);
  s.bytes.resize(std::size_t{1} << 20U);
  for (std::size_t i = 0; i < s.bytes.size(); ++i) s.bytes[i] = static_cast<std::byte>(i * 7);
  s.document = Json("\"" + std::string(std::size_t{1} << 20U, 'j') + "\"");
  samples.insert(s);
  EXPECT_TRUE(samples.get(s.id) == s);
}

TEST_P(Values, AreKeptForEveryEnumerator) {
  for (const Colour colour : {Colour::red, Colour::green, Colour::blue, Colour::default_}) {
    Sample s = sample();
    s.colour = colour;
    s.maybe_colour = colour;
    keeps(s);
  }
}

TEST_P(Values, AreKeptForEveryUuid) {
  Uuid ones;
  ones.bytes.fill(0xFF);
  for (const Uuid& id : {Uuid{}, ones, Uuid::random(), Uuid::time_ordered()}) {
    Sample s = sample();
    s.identity = id;
    s.maybe_identity = id;
    keeps(s);
  }
}

TEST_P(Values, AreKeptToTheMicrosecondInEveryCentury) {
  for (const char* text :
       {"1970-01-01T00:00:00.000000Z", "1969-12-31T23:59:59.999999Z", "1901-12-13T20:45:51.000001Z",
        "0001-01-01T00:00:00.000000Z", "2038-01-19T03:14:08.123456Z", "2106-02-07T06:28:16.999999Z",
        "2000-02-29T12:00:00.000001Z", "9999-12-31T23:59:59.999999Z"}) {
    Sample s = sample();
    s.moment = parse_timestamp(text).value();
    s.maybe_moment = s.moment;
    keeps(s);
  }
  Sample first = sample();
  first.moment = Timestamp{std::chrono::microseconds{Codec<Timestamp>::earliest}};
  keeps(first);
  Sample far = sample();
  far.moment = Timestamp{std::chrono::microseconds{9'000'000'000'000'000'000}};
  keeps(far);
}

TEST_P(Values, AreKeptForEveryDay) {
  for (const char* text :
       {"1970-01-01", "1969-12-31", "0001-01-01", "1582-10-10", "2000-02-29", "2024-12-31", "9999-12-31"}) {
    Sample s = sample();
    s.day = parse_date(text).value();
    s.maybe_day = s.day;
    keeps(s);
  }
  for (const std::int64_t days : {Codec<Date>::earliest, std::int64_t{10'000'000}}) {
    Sample s = sample();
    s.day = Date{std::chrono::days{days}};
    keeps(s);
  }
}

TEST_P(Values, AreKeptForEveryDigitOfADecimal) {
  for (const char* text : {"0", "-1", "1.50", "0.10", "-0.000000000000000000000000000001",
                           "123456789012345678901234567890", "99999999999999999999.9999999999", "10000",
                           "100000000", "0.0001", "0.00010000", "1234.5678", "-12345678.000012340000"}) {
    Sample s = sample();
    s.amount = Decimal(text);
    s.maybe_amount = s.amount;
    keeps(s);
    const Repository<Sample> samples(acme());
    EXPECT_EQ(samples.get(s.id).value().amount.text(), text);
  }
  Sample long_one = sample();
  long_one.amount = Decimal(std::string(500, '9') + "." + std::string(500, '7'));
  keeps(long_one);
  EXPECT_EQ(Repository<Sample>(acme()).get(long_one.id).value().amount.text(), long_one.amount.text());
}

TEST_P(Values, AreKeptForEveryByte) {
  Sample s = sample();
  for (int i = 0; i < 256; ++i) s.bytes.push_back(static_cast<std::byte>(i));
  s.maybe_bytes = Blob{};
  keeps(s);
}

TEST_P(Values, TellAbsentFromEmpty) {
  Sample s = sample();
  s.maybe_words = "";
  s.maybe_bytes = Blob{};
  s.maybe_flag = false;
  s.maybe_large = 0;
  s.maybe_real = 0;
  keeps(s);
  EXPECT_FALSE(Repository<Sample>(acme()).get(s.id).value().maybe_identity.has_value());
}

TENON_CONFORMANCE_SUITE(Values);

}  // namespace tenon::testing
