#include <chrono>

#include <gtest/gtest.h>

#include <tenon/time.hpp>

namespace tenon {
namespace {

using namespace std::chrono;

TEST(Time, IsWrittenInUtcWithMicroseconds) {
  EXPECT_EQ(to_string(Timestamp{}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_string(Timestamp{microseconds{-1}}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(to_string(Timestamp{seconds{1'795'232'100}} + microseconds{7}), "2026-11-21T03:35:00.000007Z");
  EXPECT_EQ(to_string(Date{}), "1970-01-01");
  EXPECT_EQ(to_string(Date{days{-1}}), "1969-12-31");
}

TEST(Time, IsReadInEveryFormOfRfc3339) {
  const Timestamp expected{sys_days{2018y / March / 7} + hours{11} + minutes{33} + seconds{21} +
                           microseconds{873'077}};
  for (const char* text : {"2018-03-07T11:33:21.873077Z", "2018-03-07t11:33:21.873077z",
                           "2018-03-07 11:33:21.873077Z", "2018-03-07T06:33:21.873077559-05:00",
                           "2018-03-07T17:03:21.873077+05:30", "2018-03-08T11:32:21.8730779999999+23:59"})
    EXPECT_EQ(parse_timestamp(text), expected) << text;
  EXPECT_EQ(parse_timestamp("2018-03-07T11:33:21Z"), expected - microseconds{873'077});
  EXPECT_EQ(parse_timestamp("1969-12-31T23:59:59.999999Z"), Timestamp{microseconds{-1}});
  EXPECT_EQ(parse_timestamp("1970-01-01T00:00:00.1Z"), Timestamp{microseconds{100'000}});
  EXPECT_EQ(parse_timestamp("2016-12-31T23:59:60Z"), parse_timestamp("2017-01-01T00:00:00Z"));
}

TEST(Time, IsNotReadFromOtherText) {
  for (const char* text : {"",
                           "2018",
                           "2018-03-07",
                           "2018-03-07T11:33Z",
                           "2018-03-07T11:33:21",
                           "2018-03-07T11:33:21.Z",
                           "2018-02-29T00:00:00Z",
                           "2018-13-01T00:00:00Z",
                           "2018-00-01T00:00:00Z",
                           "2018-03-00T00:00:00Z",
                           "2018-03-07T24:00:00Z",
                           "2018-03-07T11:60:00Z",
                           "2018-03-07T11:33:61Z",
                           "2018-03-07T11:33:21+24:00",
                           "2018-03-07T11:33:21+05:60",
                           "2018-03-07T11:33:21+0530",
                           "2018-03-07T11:33:21Z ",
                           " 2018-03-07T11:33:21Z",
                           "18-03-07T11:33:21Z",
                           "2018-3-7T11:33:21Z",
                           "2018-03-07T11:33:21,5Z",
                           "20180307T113321Z",
                           "9999-12-31T23:59:59-01:00",
                           "9999-12-31T23:59:60Z",
                           "0000-01-01T00:00:00+01:00"})
    EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
}

TEST(Time, OfADayIsReadAndWritten) {
  EXPECT_EQ(parse_date("2000-02-29"), Date{2000y / February / 29});
  EXPECT_EQ(parse_date("0001-01-01"), Date{1y / January / 1});
  for (const char* text :
       {"", "1900-02-29", "2000-1-1", "2000-01-01 ", "2000-01-01T00:00:00Z", "2000/01/01"})
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
}

TEST(Time, ComesBackFromItsText) {
  for (std::int64_t us = -3'000'000'000'000'000; us < 3'000'000'000'000'000; us += 77'777'777'777'777) {
    const Timestamp time{microseconds{us}};
    EXPECT_EQ(parse_timestamp(to_string(time)), time) << to_string(time);
  }
}

TEST(Time, ComesBackFromItsTextAtTheEdgesOfWhatIsRead) {
  for (const char* text : {"0000-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"})
    EXPECT_EQ(to_string(parse_timestamp(text).value()), text);
  EXPECT_EQ(parse_timestamp("9999-12-31T23:59:59-00:00"), parse_timestamp("9999-12-31T23:59:59Z"));
  EXPECT_EQ(parse_timestamp("9999-12-31T23:59:59+01:00"), parse_timestamp("9999-12-31T22:59:59Z"));
}

// Years above 32767 once began anew at -32768.
TEST(Time, IsWrittenWithTheYearThatItHas) {
  EXPECT_EQ(to_string(Timestamp::max()), "294247-01-10T04:00:54.775807Z");
  EXPECT_EQ(to_string(Timestamp::min()), "-290308-12-21T19:59:05.224192Z");
  EXPECT_EQ(to_string(Date{year{32767} / December / 31} + days{1}), "32768-01-01");
  EXPECT_EQ(to_string(Date{year{1600} / February / 29}), "1600-02-29");
}

TEST(Time, OfNowHasMicroseconds) {
  const Timestamp before = floor<microseconds>(system_clock::now());
  const Timestamp present = now();
  EXPECT_GE(present, before);
  EXPECT_LE(present, system_clock::now());
}

}  // namespace
}  // namespace tenon
