#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tenon/raw_sql.hpp>
#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// Rows of the host's own SQL.
class RawRows : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    if (!IsSkipped())
      Repository<Shelf>(acme()).insert_all(std::vector<Shelf>{{"a", "1"}, {"b", "2"}, {"c", "3"}});
  }
  [[nodiscard]] std::string from_shelves(const std::string& what) const {
    return "SELECT " + what + " FROM " + shelves() + " ";
  }
  [[nodiscard]] std::string relabel(const std::string& returning) const {
    return "UPDATE " + shelves() + " SET label = $1 WHERE id = $2 RETURNING " + returning;
  }

 private:
  [[nodiscard]] std::string shelves() const {
    const bool postgres = database().engine().dialect().flavour() == backend::Flavour::postgres;
    return postgres ? "kit.shelves" : "shelves";
  }
};

TEST_P(RawRows, FillStructsAndSingleValues) {
  const std::vector<Shelf> shelves =
      acme().query<Shelf>(from_shelves("id, label") + "WHERE id > $1 ORDER BY id", "a");
  ASSERT_EQ(shelves.size(), 2U);
  EXPECT_EQ(shelves[0].id, "b");
  EXPECT_EQ(shelves[1].label, "3");
  EXPECT_EQ(acme().query<std::string>(from_shelves("label") + "ORDER BY id DESC"),
            (std::vector<std::string>{"3", "2", "1"}));
}

TEST_P(RawRows, AreOneOrNoneWhereOneIsAskedFor) {
  const std::optional<Shelf> shelf =
      acme().query_one<Shelf>(from_shelves("id, label") + "WHERE id = $1", "b");
  ASSERT_TRUE(shelf.has_value());
  EXPECT_EQ(shelf->label, "2");
  EXPECT_FALSE(acme().query_one<Shelf>(from_shelves("id, label") + "WHERE id = $1", "z").has_value());
  EXPECT_EQ(acme().query_one<std::int64_t>(from_shelves("count(*)")), 3);
}

TEST_P(RawRows, ThatAreMoreThanOneAreRefusedWhereOneIsAskedForAndNothingIsHarmed) {
  acme().transact([this](Transaction& tx) {
    Repository<Shelf>(tx).insert({"d", "4"});
    TENON_EXPECT_ERROR(invalid_argument, (void)tx.query_one<std::string>(from_shelves("label")));
    EXPECT_EQ(tx.query_one<std::string>(from_shelves("label") + "WHERE id = $1", "d"), "4");
  });
  TENON_EXPECT_ERROR(invalid_argument, (void)acme().query_one<std::string>(from_shelves("label")));
  EXPECT_EQ(acme().query_one<std::int64_t>(from_shelves("count(*)")), 4);
}

TEST_P(RawRows, ComeOfWhatAWriteReturns) {
  const std::vector<Shelf> changed = acme().execute_returning<Shelf>(relabel("id, label"), "first", "a");
  ASSERT_EQ(changed.size(), 1U);
  EXPECT_EQ(changed[0].id, "a");
  EXPECT_EQ(changed[0].label, "first");
  EXPECT_TRUE(acme().execute_returning<Shelf>(relabel("id, label"), "none", "z").empty());
  acme().transact([this](Transaction& tx) {
    EXPECT_EQ(tx.execute_returning<std::string>(relabel("label"), "second", "b"),
              std::vector<std::string>{"second"});
  });
  EXPECT_EQ(Repository<Shelf>(acme()).get("a").value().label, "first");
  EXPECT_EQ(Repository<Shelf>(acme()).get("b").value().label, "second");
}

TEST_P(RawRows, ThatCannotBeReadKeepNothingOfTheWriteThatReturnsThem) {
  TENON_EXPECT_ERROR(schema_mismatch,
                     acme().execute_returning<std::int64_t>(relabel("label"), "no number", "a"));
  TENON_EXPECT_ERROR(schema_mismatch,
                     acme().execute_returning<std::int64_t>(relabel("NULL"), "nothing", "b"));
  EXPECT_EQ(Repository<Shelf>(acme()).get("a").value().label, "1");
  EXPECT_EQ(Repository<Shelf>(acme()).get("b").value().label, "2");
}

TEST_P(RawRows, OfAWriteThatIsQueriedAreRefusedAndNothingIsKept) {
  const auto try_all = [this](auto& on) {
    EXPECT_THROW((void)on.template query<std::int64_t>(relabel("label"), "no number", "a"), Error);
    EXPECT_THROW((void)on.template query_one<std::int64_t>(relabel("NULL"), "nothing", "b"), Error);
  };
  const TenantScope scope = acme();
  try_all(scope);
  EXPECT_THROW((void)scope.query<std::string>(relabel("label"), "changed", "c"), Error);
  Transaction tx = scope.begin();
  try_all(tx);
  try {
    tx.commit();
  } catch (const Error&) {  // it may have failed
  }
  EXPECT_EQ(scope.query<std::string>(from_shelves("label") + "ORDER BY id"),
            (std::vector<std::string>{"1", "2", "3"}));
}

TENON_CONFORMANCE_SUITE(RawRows);

}  // namespace tenon::testing
