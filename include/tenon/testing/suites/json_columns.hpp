#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// A struct whose optionals are not empty by default, in the table of parcels.
struct Quota {
  std::optional<std::int32_t> limit = 5;
  std::optional<std::string> unit = "kg";
  std::vector<std::optional<std::int32_t>> steps;
  std::vector<bool> sealed;
  friend bool operator==(const Quota&, const Quota&) = default;
};
BOOST_DESCRIBE_STRUCT(Quota, (), (limit, unit, steps, sealed))

struct QuotaParcel {
  std::string id;
  Quota details;
  std::vector<std::string> labels;
};
BOOST_DESCRIBE_STRUCT(QuotaParcel, (), (id, details, labels))

}  // namespace tenon::testing

template <>
struct tenon::Table<tenon::testing::QuotaParcel> {
  static constexpr auto name = "kit.parcels";
  static constexpr auto key = std::tuple{&tenon::testing::QuotaParcel::id};
};

namespace tenon::testing {

/// Described structs and vectors as members, stored as JSON columns.
class JsonColumns : public ConformanceTest {
 protected:
  [[nodiscard]] Repository<Parcel> parcels() const { return Repository<Parcel>(acme()); }

  static Parcel parcel(std::string id) {
    Parcel parcel{.id = std::move(id), .details = {}, .labels = {"fragile", "日本語", ""}, .weight = {}};
    parcel.details = {.sealed = true,
                      .serial = std::numeric_limits<std::uint64_t>::max(),
                      .note = "quoted \"\\\n\t",
                      .colour = Colour::default_,
                      .device = Uuid::random(),
                      .at = Timestamp(std::chrono::microseconds{1'700'000'000'123'456}),
                      .day = Date(std::chrono::days{-1}),
                      .price = Decimal("12345678901234567890.10"),
                      .raw = Json(R"({"a":[1,2]})"),
                      .measures = {{.level = -3, .value = 0.1, .unit = "kg"}, {}}};
    return parcel;
  }
  // Stores the text as `details` of a parcel and reads it as the struct.
  void read(const std::string& details) const {
    Repository<ParcelText>(acme()).upsert({"odd", Json(details), Json("[]"), {}});
    (void)parcels().get("odd");
  }
};

TEST_P(JsonColumns, ComeBackAsTheyWere) {
  Parcel whole = parcel("whole");
  whole.weight = Measure{.level = 1, .value = 2.5, .unit = {}};
  parcels().insert(whole);
  EXPECT_EQ(parcels().get("whole"), whole);

  std::vector<Parcel> many(41, parcel(""));
  for (std::size_t i = 0; i < many.size(); ++i) many[i].id = "p" + std::to_string(100 + i);
  parcels().insert_all(many);
  EXPECT_EQ(parcels().find(where(field<&Parcel::id>.starts_with("p"))).items, many);
}

TEST_P(JsonColumns, AreReplacedByAnUpdateAndEmptiedByNothing) {
  Parcel changed = parcel("a");
  changed.weight = Measure{.level = 7, .value = 0, .unit = {}};
  parcels().insert(changed);
  changed.details.measures.clear();
  changed.labels.clear();
  changed.weight.reset();
  parcels().update(changed);
  EXPECT_EQ(parcels().get("a"), changed);
  parcels().patch("a", set<&Parcel::labels>({"one"}));
  EXPECT_EQ(parcels().get("a").value().labels, std::vector<std::string>{"one"});
}

TEST_P(JsonColumns, KeepDefaultsForWhatAnOldRowLacksAndPassOverWhatItHasMore) {
  Repository<ParcelText>(acme()).insert({"old", Json(R"({"note":"kept","gone":[1]})"), Json("[]"), {}});
  Details expected;
  expected.note = "kept";
  EXPECT_EQ(parcels().get("old").value().details, expected);
}

// An empty optional was once left out, and came back as the member's default.
TEST_P(JsonColumns, KeepAnOptionalEmptyWhoseDefaultIsNot) {
  const Repository<QuotaParcel> quotas(acme());
  const Quota empty{.limit = {}, .unit = {}, .steps = {1, std::nullopt, 3}, .sealed = {true, false}};
  quotas.insert({"empty", empty, {}});
  EXPECT_EQ(quotas.get("empty").value().details, empty);
  Repository<ParcelText>(acme()).insert({"old", Json(R"({"unit":null})"), Json("[]"), {}});
  EXPECT_EQ(quotas.get("old").value().details, (Quota{.limit = 5, .unit = {}, .steps = {}, .sealed = {}}));
}

TEST_P(JsonColumns, RefuseToStoreYearsThatTheirTextCannotSay) {
  for (const char* time : {"0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"}) {
    Parcel edge = parcel(time);
    edge.details.at = parse_timestamp(time).value();
    edge.details.day = std::chrono::floor<std::chrono::days>(edge.details.at);
    parcels().insert(edge);
    EXPECT_EQ(parcels().get(time), edge);
  }
  for (const int year : {-1, 10'000}) {
    const Date day{std::chrono::year{year} / 6 / 1};
    Parcel odd = parcel("odd");
    odd.details.day = day;
    TENON_EXPECT_ERROR(invalid_argument, parcels().insert(odd));
    odd = parcel("odd");
    odd.details.at = day;
    TENON_EXPECT_ERROR(invalid_argument, parcels().insert(odd));
  }
  EXPECT_FALSE(parcels().exists("odd"));
}

TEST_P(JsonColumns, RefuseToStoreWhatJsonCannotSay) {
  for (const double value :
       {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    Parcel odd = parcel("odd");
    odd.details.measures.front().value = value;
    TENON_EXPECT_ERROR(invalid_argument, parcels().insert(odd));
  }
  Parcel odd = parcel("odd");
  odd.details.note = "\xff";
  TENON_EXPECT_ERROR(invalid_argument, parcels().insert(odd));
  odd.details.note.clear();
  odd.details.colour = static_cast<Colour>(99);
  TENON_EXPECT_ERROR(invalid_argument, parcels().insert(odd));
  EXPECT_FALSE(parcels().exists("odd"));
}

// nlohmann/json's recursion once took the program's stack, when they were written and when they were read.
TEST_P(JsonColumns, AreNestedFiveHundredLevelsDeepAtMost) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  Parcel deep = parcel("deep");
  deep.details.raw = Json(nested(499));  // within the struct
  parcels().insert(deep);
  EXPECT_EQ(parcels().get("deep"), deep);
  for (const std::size_t levels : {500U, 200'000U}) {
    deep.details.raw = Json(nested(levels));
    TENON_EXPECT_ERROR(invalid_argument, parcels().update(deep));
  }
  TENON_EXPECT_ERROR(corrupt, read("{\"raw\":" + nested(500) + "}"));
  TENON_EXPECT_ERROR(corrupt, read("{\"gone\":" + nested(3000) + "}"));
}

TEST_P(JsonColumns, ThatAreNotWhatTheMemberTakesAreCorrupt) {
  for (const char* details :
       {"[]", "7", R"({"sealed":1})", R"({"serial":-1})", R"({"serial":1.5})", R"({"serial":"1"})",
        R"({"note":7})", R"({"colour":"pink"})", R"({"colour":1})", R"({"device":"x"})", R"({"at":"then"})",
        R"({"day":"2026-02-30"})", R"({"price":"x"})", R"({"price":1})", R"({"measures":{}})",
        R"({"measures":[{"level":40000}]})", R"({"measures":[{"level":-40000}]})",
        R"({"measures":[{"level":18446744073709551615}]})", R"({"measures":[1]})"}) {
    SCOPED_TRACE(details);
    TENON_EXPECT_ERROR(corrupt, read(details));
  }
}

TENON_CONFORMANCE_SUITE(JsonColumns);

}  // namespace tenon::testing
