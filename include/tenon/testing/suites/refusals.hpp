#pragma once

#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// Values that no column can hold are refused on every backend alike, and nothing is stored.
class Refusals : public ConformanceTest {
 protected:
  void refuses(const Sample& bad) const {
    const Repository<Sample> samples(acme());
    TENON_EXPECT_ERROR(invalid_argument, samples.insert(bad));
    TENON_EXPECT_ERROR(invalid_argument, samples.upsert(bad));
    for (const std::size_t size : {2U, 50U}) {
      std::vector<Sample> batch(size);
      for (Sample& one : batch) one.id = Uuid::random();
      const Uuid id = batch.back().id;
      batch.back() = bad;
      batch.back().id = id;
      TENON_EXPECT_ERROR(invalid_argument, samples.insert_all(batch)) << "in a batch of " << size;
    }
    EXPECT_EQ(samples.count(), 0U);
  }
  static Sample sample() {
    Sample s;
    s.id = Uuid::random();
    return s;
  }
};

TEST_P(Refusals, CoverNaN) {
  Sample s = sample();
  s.real = std::nan("");
  refuses(s);
  s.real = 0;
  s.maybe_real = std::nan("");
  refuses(s);
  s.maybe_real.reset();
  s.single = std::nanf("");
  refuses(s);
}

TEST_P(Refusals, CoverTextWithNul) {
  for (const std::string& words : {std::string("\0", 1), std::string("a\0b", 3), std::string("a\0", 2)}) {
    Sample s = sample();
    s.words = words;
    refuses(s);
    s.words.clear();
    s.maybe_words = words;
    refuses(s);
  }
}

TEST_P(Refusals, CoverTextThatIsNotUtf8) {
  for (const char* words : {"\xFF", "\xC3", "a\xC3\x28", "\xE2\x82", "\xF0\x9F\xA6", "\xED\xA0\x80",
                            "\xC0\x80", "\xF4\x90\x80\x80", "\x80"}) {
    Sample s = sample();
    s.words = words;
    refuses(s);
  }
}

TEST_P(Refusals, CoverUnsignedIntegersAboveTheColumns) {
  Sample s = sample();
  s.ularge = std::uint64_t{1} << 63U;
  refuses(s);
  s.ularge = 0;
  s.maybe_ularge = std::numeric_limits<std::uint64_t>::max();
  refuses(s);
}

TEST_P(Refusals, CoverTimesOutsideTheRange) {
  Sample s = sample();
  s.moment = Timestamp{std::chrono::microseconds{Codec<Timestamp>::earliest - 1}};
  refuses(s);
  s.moment = Timestamp{std::chrono::microseconds{std::numeric_limits<std::int64_t>::min()}};
  refuses(s);
  s.moment = Timestamp{std::chrono::microseconds{std::numeric_limits<std::int64_t>::max()}};
  refuses(s);
  s.moment = {};
  s.day = Date{std::chrono::days{Codec<Date>::earliest - 1}};
  refuses(s);
}

TEST_P(Refusals, CoverEnumsThatAreNoEnumerator) {
  Sample s = sample();
  s.colour = static_cast<Colour>(77);
  refuses(s);
}

TEST_P(Refusals, CoverValuesOfConditions) {
  const Repository<Sample> samples(acme());
  TENON_EXPECT_ERROR(invalid_argument, samples.count(field<&Sample::words> == std::string("a\0b", 3)));
  TENON_EXPECT_ERROR(invalid_argument, samples.count(field<&Sample::words> == "\xFF"));
  TENON_EXPECT_ERROR(invalid_argument, samples.count(field<&Sample::words>.contains("\xFF")));
  TENON_EXPECT_ERROR(invalid_argument, samples.count(field<&Sample::words>.in({"a", "\xFF"})));
  TENON_EXPECT_ERROR(invalid_argument, samples.count(field<&Sample::real> > std::nan("")));
}

TEST_P(Refusals, CoverKeys) {
  const Repository<Shelf> shelves(acme());
  const std::string nul("a\0b", 3);
  TENON_EXPECT_ERROR(invalid_argument, shelves.get(nul));
  TENON_EXPECT_ERROR(invalid_argument, shelves.exists("\xFF"));
  TENON_EXPECT_ERROR(invalid_argument, shelves.remove(nul));
  TENON_EXPECT_ERROR(invalid_argument, shelves.patch("a", set<&Shelf::label>(nul)));
  TENON_EXPECT_ERROR(invalid_argument,
                     shelves.patch_where(field<&Shelf::id> == "a", set<&Shelf::label>("\xFF")));
}

TEST_P(Refusals, NameTheColumnAndHideTheValue) {
  const Repository<Sample> samples(acme());
  Sample s = sample();
  s.words = "hunter2\xFF";
  const Error text = error_of([&] { samples.insert(s); });
  EXPECT_EQ(std::string(text.what()).find("hunter2"), std::string::npos) << text.what();

  s.words = "fine";
  s.document = Json("{\"password\": hunter2}");
  const Error json = error_of([&] { samples.insert(s); });
  EXPECT_EQ(std::string(json.what()).find("hunter2"), std::string::npos) << json.what();

  s.document = Json();
  s.real = std::nan("");
  const Error number = error_of([&] { samples.insert(s); });
  EXPECT_NE(std::string(number.what()).find("real"), std::string::npos) << number.what();
}

TENON_CONFORMANCE_SUITE(Refusals);

}  // namespace tenon::testing
