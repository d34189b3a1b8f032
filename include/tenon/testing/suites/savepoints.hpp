#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// Parts of a transaction that can be taken back.
class Savepoints : public ConformanceTest {
 protected:
  [[nodiscard]] Repository<Shelf> shelves() const { return Repository<Shelf>(acme()); }
  [[nodiscard]] std::string label(std::string_view id) const { return shelves().get(id).value().label; }
};

TEST_P(Savepoints, AreTakenBackUnlessReleased) {
  acme().transact([](Transaction& tx) {
    const Repository<Shelf> inside(tx);
    inside.insert({"a", "1"});
    {
      Savepoint point = tx.savepoint();
      inside.insert({"b", "2"});
    }
    Savepoint point = tx.savepoint();
    inside.insert({"c", "3"});
    point.release();
    Savepoint last = tx.savepoint();
    inside.insert({"d", "4"});
    last.rollback();
  });
  EXPECT_EQ(shelves().count(), 2U);
  EXPECT_TRUE(shelves().exists("a"));
  EXPECT_TRUE(shelves().exists("c"));
}

TEST_P(Savepoints, Nest) {
  acme().transact([](Transaction& tx) {
    const Repository<Shelf> inside(tx);
    Savepoint outer = tx.savepoint();
    inside.insert({"a", "1"});
    {
      Savepoint inner = tx.savepoint();
      inside.insert({"b", "2"});
      TENON_EXPECT_ERROR(invalid_argument, outer.release());
      inner.release();
    }
    {
      Savepoint inner = tx.savepoint();
      inside.insert({"c", "3"});
    }
    outer.release();
  });
  EXPECT_EQ(shelves().count(), 2U);
}

TEST_P(Savepoints, TakeTheInnerOnesBackToo) {
  acme().transact([](Transaction& tx) {
    const Repository<Shelf> inside(tx);
    Savepoint outer = tx.savepoint();
    inside.insert({"a", "1"});
    Savepoint inner = tx.savepoint();
    inside.insert({"b", "2"});
    outer.rollback();
    inside.insert({"c", "3"});
  });
  EXPECT_EQ(shelves().count(), 1U);
  EXPECT_TRUE(shelves().exists("c"));
}

TEST_P(Savepoints, MakeATransactionUsableAfterAnError) {
  shelves().insert({"a", "1"});
  acme().transact([](Transaction& tx) {
    const Repository<Shelf> inside(tx);
    inside.insert({"b", "2"});
    TENON_EXPECT_ERROR(already_exists, tx.nested([&] { inside.insert({"a", "again"}); }));
    TENON_EXPECT_ERROR(already_exists, tx.nested([&] {
      inside.insert_all(std::vector<Shelf>{{"c", "3"}, {"a", "again"}});
    }));
    inside.insert({"d", "4"});
  });
  EXPECT_EQ(shelves().count(), 3U);
  EXPECT_EQ(label("a"), "1");
}

TEST_P(Savepoints, OfNestedWorkPassOnItsResultAndItsException) {
  acme().transact([](Transaction& tx) {
    const Repository<Shelf> inside(tx);
    EXPECT_EQ(tx.nested([&] {
      inside.insert({"a", "1"});
      return std::string("done");
    }),
              "done");
    EXPECT_THROW(tx.nested([&] {
      inside.insert({"b", "2"});
      throw std::runtime_error("no");
    }),
                 std::runtime_error);
  });
  EXPECT_EQ(shelves().count(), 1U);
}

// The destructor swallowed what failed, and transact() took it for a rollback that the work had wanted.
TEST_P(Savepoints, ThatCannotBeTakenBackAreHeardOfByWhoeverCommits) {
  using std::chrono::milliseconds;
  const auto give_up_too_late = [](Transaction& tx) {
    const Repository<Shelf> inside(tx);
    inside.insert({"a", "1"});
    EXPECT_THROW(tx.nested([&] {
      inside.insert({"b", "2"});
      std::this_thread::sleep_for(milliseconds{300});
      throw std::runtime_error("no");
    }),
                 std::runtime_error);
  };
  const TransactOptions in_time{.timeout = milliseconds{200}};
  TENON_EXPECT_ERROR(timeout, acme().transact(give_up_too_late, in_time));
  Transaction tx = acme().begin(in_time);
  give_up_too_late(tx);
  TENON_EXPECT_ERROR(timeout, Repository<Shelf>(tx).count());
  TENON_EXPECT_ERROR(timeout, tx.commit());
  EXPECT_EQ(shelves().count(), 0U);
}

TEST_P(Savepoints, EndWithTheirTransaction) {
  Transaction tx = acme().begin();
  Savepoint point = tx.savepoint();
  Repository<Shelf>(tx).insert({"a", "1"});
  tx.rollback();
  TENON_EXPECT_ERROR(invalid_argument, point.release());
  EXPECT_EQ(shelves().count(), 0U);
}

TENON_CONFORMANCE_SUITE(Savepoints);

}  // namespace tenon::testing
