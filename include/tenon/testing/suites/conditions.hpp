#pragma once

#include <algorithm>
#include <chrono>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/readings.hpp>

namespace tenon::testing {

/// Typed conditions find the rows that the same condition finds in C++.
class Conditions : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    if (IsSkipped()) return;
    rows_ = make_readings(200);
    Repository<Reading>(acme()).insert_all(rows_);
    Repository<Reading>(globex()).insert_all(rows_);
  }
  template <Condition C>
  [[nodiscard]] std::set<std::int64_t> found(const C& condition) const {
    std::set<std::int64_t> ids;
    Repository<Reading>(acme()).for_each<ReadingId>(where(condition),
                                                    [&](ReadingId& row) { ids.insert(row.id); });
    return ids;
  }
  template <class Predicate>
  [[nodiscard]] std::set<std::int64_t> expected(Predicate predicate) const {
    std::set<std::int64_t> ids;
    for (const Reading& row : rows_)
      if (predicate(row)) ids.insert(row.id);
    return ids;
  }
  [[nodiscard]] const std::vector<Reading>& rows() const noexcept { return rows_; }

 private:
  std::vector<Reading> rows_;
};

TEST_P(Conditions, CompareIntegers) {
  constexpr auto level = field<&Reading::level>;
  EXPECT_EQ(found(level == 3), expected([](const Reading& r) { return r.level == 3; }));
  EXPECT_EQ(found(level != 3), expected([](const Reading& r) { return r.level != 3; }));
  EXPECT_EQ(found(level < -1), expected([](const Reading& r) { return r.level < -1; }));
  EXPECT_EQ(found(level <= -1), expected([](const Reading& r) { return r.level <= -1; }));
  EXPECT_EQ(found(level > 2), expected([](const Reading& r) { return r.level > 2; }));
  EXPECT_EQ(found(level >= 2), expected([](const Reading& r) { return r.level >= 2; }));
}

TEST_P(Conditions, CompareNumbers) {
  constexpr auto value = field<&Reading::value>;
  const double at = rows()[7].value;
  EXPECT_EQ(found(value == at), expected([&](const Reading& r) { return r.value == at; }));
  EXPECT_EQ(found(value < at), expected([&](const Reading& r) { return r.value < at; }));
  EXPECT_EQ(found(value >= at), expected([&](const Reading& r) { return r.value >= at; }));
}

TEST_P(Conditions, CompareTextByItsBytes) {
  constexpr auto room = field<&Reading::room>;
  for (const std::string& at : {std::string("Hall"), std::string("hall"), std::string("Übung"),
                                std::string("a'b\"c\\d"), std::string("🦊"), std::string()}) {
    EXPECT_EQ(found(room == at), expected([&](const Reading& r) { return r.room == at; })) << at;
    EXPECT_EQ(found(room < at), expected([&](const Reading& r) { return r.room < at; })) << at;
    EXPECT_EQ(found(room >= at), expected([&](const Reading& r) { return r.room >= at; })) << at;
  }
}

TEST_P(Conditions, CompareEveryOtherType) {
  const Reading& one = rows()[11];
  EXPECT_EQ(found(field<&Reading::valid> == true), expected([](const Reading& r) { return r.valid; }));
  EXPECT_EQ(found(field<&Reading::colour> == Colour::default_),
            expected([](const Reading& r) { return r.colour == Colour::default_; }));
  EXPECT_EQ(found(field<&Reading::device> == one.device),
            expected([&](const Reading& r) { return r.device == one.device; }));
  EXPECT_EQ(found(field<&Reading::device> > one.device),
            expected([&](const Reading& r) { return r.device > one.device; }));
  EXPECT_EQ(found(field<&Reading::taken_at> <= one.taken_at),
            expected([&](const Reading& r) { return r.taken_at <= one.taken_at; }));
  EXPECT_EQ(found(field<&Reading::day> > one.day),
            expected([&](const Reading& r) { return r.day > one.day; }));
}

TEST_P(Conditions, NeverFindNullByComparing) {
  EXPECT_EQ(found(field<&Reading::ticket> == 4), expected([](const Reading& r) { return r.ticket == 4; }));
  EXPECT_EQ(found(field<&Reading::ticket> != 4),
            expected([](const Reading& r) { return r.ticket && *r.ticket != 4; }));
  EXPECT_EQ(found(!(field<&Reading::ticket> == 4)),
            expected([](const Reading& r) { return r.ticket && *r.ticket != 4; }));
}

TEST_P(Conditions, AskForNull) {
  EXPECT_EQ(found(field<&Reading::remark>.is_null()), expected([](const Reading& r) { return !r.remark; }));
  EXPECT_EQ(found(field<&Reading::remark>.is_not_null()),
            expected([](const Reading& r) { return r.remark.has_value(); }));
}

TEST_P(Conditions, AreJoinedByAndOrNot) {
  constexpr auto level = field<&Reading::level>;
  constexpr auto room = field<&Reading::room>;
  constexpr auto valid = field<&Reading::valid>;
  EXPECT_EQ(found((level > 0 && room == "hall") || !(valid == true)),
            expected([](const Reading& r) { return (r.level > 0 && r.room == "hall") || !r.valid; }));
  EXPECT_EQ(found(level > 0 && (room == "hall" || valid == false)),
            expected([](const Reading& r) { return r.level > 0 && (r.room == "hall" || !r.valid); }));
  EXPECT_EQ(found(!(level > 0 || level < 0)), expected([](const Reading& r) { return r.level == 0; }));
}

TEST_P(Conditions, AskForOneOfManyValues) {
  constexpr auto id = field<&Reading::id>;
  EXPECT_TRUE(found(id.in(std::vector<std::int64_t>{})).empty());
  EXPECT_EQ(found(!id.in(std::vector<std::int64_t>{})).size(), rows().size());
  EXPECT_EQ(found(id.in({5})), (std::set<std::int64_t>{5}));
  EXPECT_EQ(found(id.in({5, 7, 7777})), (std::set<std::int64_t>{5, 7}));
  EXPECT_EQ(found(!id.in({5, 7, 7777})).size(), rows().size() - 2);
  std::vector<std::int64_t> hundred(100);
  for (std::size_t i = 0; i < hundred.size(); ++i) hundred[i] = static_cast<std::int64_t>(2 * i + 1);
  EXPECT_EQ(found(id.in(hundred)), std::set<std::int64_t>(hundred.begin(), hundred.end()));
  EXPECT_EQ(found(field<&Reading::room>.in({"hall", "'; drop table kit_readings; --"})),
            expected([](const Reading& r) { return r.room == "hall"; }));
  EXPECT_EQ(found(field<&Reading::colour>.in({Colour::red, Colour::blue}) && field<&Reading::level> > 0),
            expected([](const Reading& r) {
              return (r.colour == Colour::red || r.colour == Colour::blue) && r.level > 0;
            }));
}

TEST_P(Conditions, SearchTextLiterally) {
  for (const std::string& part : {std::string("%"), std::string("_"), std::string("'"), std::string("\\"),
                                  std::string("\""), std::string("al"), std::string("AL"),
                                  std::string("🦊"), std::string("a_b%c"), std::string("ü")}) {
    EXPECT_EQ(found(field<&Reading::room>.contains(part)),
              expected([&](const Reading& r) { return r.room.find(part) != std::string::npos; }))
        << part;
    EXPECT_EQ(found(field<&Reading::room>.starts_with(part)),
              expected([&](const Reading& r) { return r.room.rfind(part, 0) == 0; }))
        << part;
  }
  EXPECT_EQ(found(field<&Reading::remark>.contains("o")), expected([](const Reading& r) {
              return r.remark && r.remark->find('o') != std::string::npos;
            }));
}

TEST_P(Conditions, SearchForTheEmptyTextEverywhere) {
  EXPECT_EQ(found(field<&Reading::room>.contains("")).size(), rows().size());
  EXPECT_EQ(found(field<&Reading::room>.starts_with("")).size(), rows().size());
}

TEST_P(Conditions, CountWhatTheyFind) {
  const Repository<Reading> readings(acme());
  EXPECT_EQ(readings.count(), rows().size());
  EXPECT_EQ(readings.count(field<&Reading::level> > 2),
            expected([](const Reading& r) { return r.level > 2; }).size());
  EXPECT_EQ(readings.count(field<&Reading::level> > 1000), 0U);
}

TEST_P(Conditions, OfAFilterMayAllBeAbsent) {
  EXPECT_EQ(found(Filter<Reading>{}).size(), rows().size());
  Filter<Reading> filter;
  filter.equal<&Reading::room>(std::optional<std::string>{});
  filter.equal<&Reading::level>(std::optional<int>{});
  EXPECT_EQ(found(filter).size(), rows().size());
}

TEST_P(Conditions, OfAFilterMustAllHold) {
  Filter<Reading> filter;
  filter.equal<&Reading::room>(std::optional<std::string>("hall"));
  EXPECT_EQ(found(filter), expected([](const Reading& r) { return r.room == "hall"; }));
  filter.add(field<&Reading::level> > 0 || field<&Reading::ticket>.is_null());
  filter.add(field<&Reading::id>.in({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}));
  EXPECT_EQ(found(filter), expected([](const Reading& r) {
              return r.room == "hall" && (r.level > 0 || !r.ticket) && r.id <= 17;
            }));
  EXPECT_EQ(found(!filter).size(), rows().size() - found(filter).size());
}

// As one chain of AND they were deeper than SQLite's parser goes.
TEST_P(Conditions, OfAFilterMayBeThousands) {
  for (const std::int64_t terms : {32, 33, 1000, 3000}) {
    Filter<Reading> filter;
    for (std::int64_t i = 0; i < terms; ++i) filter.add(field<&Reading::id> != 3 * i);
    EXPECT_EQ(found(filter),
              expected([&](const Reading& r) { return r.id % 3 != 0 || r.id / 3 >= terms; }));
    EXPECT_EQ(found(!filter).size(), rows().size() - found(filter).size());
  }
}

TEST_P(Conditions, OfAFilterWorkForEveryVerb) {
  const Repository<Reading> readings(acme());
  Filter<Reading> filter;
  filter.add(field<&Reading::level> > 2);
  const std::uint64_t matching = readings.count(filter);
  ASSERT_GT(matching, 0U);
  EXPECT_EQ(readings.find(where(filter).limit(1000)).items.size(), matching);
  EXPECT_EQ(readings.patch_where(filter, set<&Reading::room>("patched")), matching);
  EXPECT_EQ(readings.remove_where(filter), matching);
  EXPECT_EQ(readings.count(filter), 0U);
  EXPECT_EQ(Repository<Reading>(globex()).count(filter), matching);
}

TENON_CONFORMANCE_SUITE(Conditions);

}  // namespace tenon::testing
