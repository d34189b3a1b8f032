#pragma once

#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// What happens when the host is called in the middle of a statement and calls back.
class Reentry : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    if (!IsSkipped())
      Repository<Shelf>(acme()).insert_all(std::vector<Shelf>{{"a", "1"}, {"b", "2"}, {"c", "3"}});
  }
  [[nodiscard]] Repository<Shelf> shelves() const { return Repository<Shelf>(acme()); }
};

TEST_P(Reentry, IntoATransactionThatStreamsIsRefusedAndHarmsNothing) {
  acme().transact([](Transaction& tx) {
    const Repository<Shelf> in_it(tx);
    int seen = 0;
    in_it.for_each(all(), [&](Shelf& shelf) {
      ++seen;
      TENON_EXPECT_ERROR(invalid_argument, in_it.get("a"));
      TENON_EXPECT_ERROR(invalid_argument, in_it.patch(shelf.id, set<&Shelf::label>("x")));
      TENON_EXPECT_ERROR(invalid_argument, (void)tx.savepoint());
      TENON_EXPECT_ERROR(invalid_argument, tx.commit());
    });
    EXPECT_EQ(seen, 3);
    in_it.insert({"d", "4"});
  });
  EXPECT_EQ(shelves().count(), 4U);
  EXPECT_EQ(shelves().get("a")->label, "1");
}

TEST_P(Reentry, ByARollbackTakesEffectWhenTheStatementHasEnded) {
  Transaction tx = acme().begin();
  const Repository<Shelf> in_it(tx);
  in_it.insert({"d", "4"});
  int seen = 0;
  in_it.for_each(all(), [&](Shelf&) {
    tx.rollback();
    ++seen;
  });
  EXPECT_EQ(seen, 4);
  EXPECT_FALSE(tx.is_open());
  EXPECT_EQ(shelves().count(), 3U);
}

TEST_P(Reentry, ByTheRangeOfABatchIsRefused) {
  Transaction tx = acme().begin();
  const Repository<Shelf> in_it(tx);
  const std::vector<int> numbers{1, 2, 3};
  const auto asking = numbers | std::views::transform([&](int n) {
                        return Shelf{std::to_string(n), std::to_string(in_it.count())};
                      });
  TENON_EXPECT_ERROR(invalid_argument, in_it.insert_all(asking));
}

TEST_P(Reentry, OfAWriteBesideTheThreadsTransactionIsRefused) {
  Transaction tx = acme().begin();
  Repository<Shelf>(tx).insert({"d", "4"});
  TENON_EXPECT_ERROR(invalid_argument, shelves().insert({"e", "5"}));
  TENON_EXPECT_ERROR(invalid_argument, shelves().insert_all(std::vector<Shelf>{{"e", "5"}}));
  tx.commit();
  shelves().insert({"e", "5"});
  EXPECT_EQ(shelves().count(), 5U);
}

TEST_P(Reentry, OfARangeThatMakesItsElementsStoresWhatItMade) {
  const std::vector<int> numbers{10, 20, 30};
  const auto made =
      numbers | std::views::transform([](int n) {
        return Shelf{"a key that is too long to be held inside of a string " + std::to_string(n),
                     "and a label that is too long as well " + std::to_string(n)};
      });
  EXPECT_EQ(shelves().insert_all(made), 3U);
  EXPECT_EQ(shelves().get("a key that is too long to be held inside of a string 20")->label,
            "and a label that is too long as well 20");
}

TEST_P(Reentry, AfterAFailedBatchFindsNothingOfIt) {
  Transaction tx = acme().begin();
  const Repository<Shelf> in_it(tx);
  tx.savepoint().release();
  {
    Savepoint before = tx.savepoint();
    TENON_EXPECT_ERROR(already_exists,
                       in_it.insert_all(std::vector<Shelf>{{"x", "1"}, {"y", "2"}, {"a", "3"}}));
    before.rollback();
  }
  EXPECT_EQ(in_it.count(), 3U);
  EXPECT_THROW(in_it.insert_all(std::vector<Shelf>{{"x", "1"}, {"a", "2"}}), Error);
  try {
    tx.commit();
  } catch (const Error&) {  // PostgreSQL refuses to commit after an error
  }
  EXPECT_EQ(shelves().count(), 3U) << "all rows of a batch or none";
}

TEST_P(Reentry, WithAMovedTransactionIsRefused) {
  Transaction tx = acme().begin();
  const Transaction kept = std::move(tx);
  EXPECT_TRUE(kept.is_open());
  // NOLINTBEGIN(bugprone-use-after-move): that is the test
  EXPECT_FALSE(tx.is_open());
  TENON_EXPECT_ERROR(invalid_argument, Repository<Shelf>(tx).count());
  TENON_EXPECT_ERROR(invalid_argument, tx.commit());
  TENON_EXPECT_ERROR(invalid_argument, (void)tx.savepoint());
  tx.rollback();
  // NOLINTEND(bugprone-use-after-move)
}

TEST_P(Reentry, OfAnEndedSavepointLeavesItsSuccessorAlone) {
  Transaction tx = acme().begin();
  const Repository<Shelf> in_it(tx);
  Savepoint outer = tx.savepoint();
  std::optional<Savepoint> inner = tx.savepoint();
  outer.rollback();
  Savepoint next = tx.savepoint();
  Savepoint last = tx.savepoint();
  in_it.insert({"d", "4"});
  inner.reset();
  EXPECT_EQ(in_it.count(), 4U);
  last.release();
  next.release();
  tx.commit();
  EXPECT_EQ(shelves().count(), 4U);
}

TEST_P(Reentry, ForAKeyBeyondItsTypeFindsNoOtherRow) {
  const Repository<Item> items(acme());
  items.insert({.shelf = "a", .slot = 7, .name = "seven", .owner = "me", .order_ = {}});
  constexpr std::int64_t wraps = (std::int64_t{1} << 32) + 7;
  TENON_EXPECT_ERROR(invalid_argument, items.remove({"a", wraps}));
  TENON_EXPECT_ERROR(invalid_argument, items.count(field<&Item::slot> == wraps));
  EXPECT_TRUE(items.exists({"a", 7}));
}

TENON_CONFORMANCE_SUITE(Reentry);

}  // namespace tenon::testing
