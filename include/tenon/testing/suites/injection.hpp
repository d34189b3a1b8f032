#pragma once

#include <array>
#include <string>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// Text is a value wherever it goes in, never a part of SQL.
class Injections : public ConformanceTest {
 protected:
  static const std::vector<std::string>& attacks() {
    static const std::vector<std::string> all{"'",
                                              "''",
                                              "\"",
                                              "\\",
                                              "\\'",
                                              "' OR '1'='1",
                                              "' OR 1=1 --",
                                              "'; DROP TABLE kit_shelves; --",
                                              "\"; DROP TABLE kit.shelves; --",
                                              "x'; DELETE FROM kit_shelves WHERE ''='",
                                              "$1",
                                              "$2",
                                              "?",
                                              "?1",
                                              ":a",
                                              "@a",
                                              "%s%n",
                                              "{}",
                                              "$$; DROP TABLE kit.shelves; $$",
                                              "E'\\x27'",
                                              "/* */",
                                              "--",
                                              ";",
                                              "\xC2\xA5'",
                                              "\u02BC OR 1=1",
                                              "\uFF07; DROP TABLE kit_shelves",
                                              "'||(SELECT label FROM kit_shelves)||'",
                                              "\\N",
                                              "{\"a\",NULL}",
                                              "a\tb\nc\r\n\\."};
    return all;
  }
  void SetUp() override {
    ConformanceTest::SetUp();
    if (IsSkipped()) return;
    shelves().insert({"victim", "untouched"});
    Repository<Shelf>(globex()).insert({"victim", "secret"});
  }
  void TearDown() override {
    if (IsSkipped()) return;
    EXPECT_EQ(shelves().get("victim"), (Shelf{"victim", "untouched"}));
    EXPECT_EQ(Repository<Shelf>(globex()).find().items, (std::vector<Shelf>{{"victim", "secret"}}));
  }
  [[nodiscard]] Repository<Shelf> shelves() const { return Repository<Shelf>(acme()); }
};

TEST_P(Injections, AreStoredAsTheyAre) {
  for (const std::string& attack : attacks()) {
    shelves().insert({attack, attack});
    EXPECT_EQ(shelves().get(attack), (Shelf{attack, attack}));
    EXPECT_TRUE(shelves().exists(attack));
    shelves().patch(attack, set<&Shelf::label>(attack + "!"));
    shelves().upsert({attack, attack + attack});
    Shelf shelf{attack, "updated " + attack};
    shelves().update(shelf);
    EXPECT_EQ(shelves().get(attack), shelf);
    EXPECT_TRUE(shelves().remove(attack));
    EXPECT_EQ(shelves().count(), 1U);
  }
}

TEST_P(Injections, AreStoredAsTheyAreByBatches) {
  for (const std::size_t copies : {1U, 100U}) {
    std::vector<Shelf> rows;
    for (std::size_t copy = 0; copy < copies; ++copy)
      for (const std::string& attack : attacks())
        rows.push_back({attack + "#" + std::to_string(copy), attack});
    shelves().insert_all(rows);
    shelves().upsert_all(rows);
    EXPECT_EQ(shelves().count(), rows.size() + 1);
    for (const Shelf& row : {rows.front(), rows[rows.size() / 2], rows.back()})
      EXPECT_EQ(shelves().get(row.id), row);
    for (const std::string& attack : attacks())
      EXPECT_EQ(shelves().remove_where(field<&Shelf::label> == attack), copies) << attack;
  }
}

TEST_P(Injections, FindNothingMoreAsConditions) {
  for (const std::string& attack : attacks()) {
    EXPECT_EQ(shelves().count(field<&Shelf::id> == attack), 0U) << attack;
    EXPECT_EQ(shelves().count(field<&Shelf::label>.contains(attack)), 0U) << attack;
    EXPECT_EQ(shelves().count(field<&Shelf::label>.starts_with(attack)), 0U) << attack;
    EXPECT_EQ(shelves().count(field<&Shelf::id>.in({attack, attack + "x", "y"})), 0U) << attack;
    EXPECT_EQ(shelves().find(where(field<&Shelf::id> == attack)).items.size(), 0U) << attack;
    EXPECT_EQ(shelves().patch_where(field<&Shelf::id> == attack, set<&Shelf::label>(attack)), 0U);
    EXPECT_EQ(shelves().remove_where(field<&Shelf::id> == attack), 0U) << attack;
    EXPECT_FALSE(shelves().remove(attack));
    Filter<Shelf> filter;
    filter.equal<&Shelf::label>(std::optional<std::string>(attack));
    EXPECT_EQ(shelves().count(filter), 0U) << attack;
  }
}

TEST_P(Injections, AreTenantsAndActorsLikeAnyOther) {
  for (const std::string& attack : attacks()) {
    const TenantScope scope =
        database().scope(TenantContext(name_of(attack), Role::customer, "actor " + attack));
    const Repository<Shelf> theirs(scope);
    EXPECT_EQ(theirs.count(), 0U) << attack;
    theirs.insert({"id", attack});
    scope.transact([&](Transaction& tx) { EXPECT_EQ(Repository<Shelf>(tx).count(), 1U) << attack; });
    EXPECT_EQ(theirs.remove_where(field<&Shelf::id> >= ""), 1U);
    (void)database().administrator(attack).count<Shelf>(field<&Shelf::id> == attack);
  }
}

TEST_P(Injections, AreRefusedAsCursors) {
  for (const std::string& attack : attacks())
    TENON_EXPECT_ERROR(invalid_argument, shelves().find(all().after(Cursor{attack}))) << attack;
}

TENON_CONFORMANCE_SUITE(Injections);

}  // namespace tenon::testing
