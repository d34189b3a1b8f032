#pragma once

#include <limits>
#include <string>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

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
