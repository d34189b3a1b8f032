#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// All or nothing.
class Transactions : public ConformanceTest {
 protected:
  [[nodiscard]] Repository<Shelf> shelves() const { return Repository<Shelf>(acme()); }
  [[nodiscard]] std::string label(std::string_view id) const { return shelves().get(id).value().label; }
};

TEST_P(Transactions, KeepNothingThatWasNotCommitted) {
  {
    Transaction tx = acme().begin();
    Repository<Shelf>(tx).insert({"a", "1"});
    EXPECT_TRUE(Repository<Shelf>(tx).exists("a"));
    EXPECT_TRUE(tx.is_open());
  }
  EXPECT_EQ(shelves().count(), 0U);
}

TEST_P(Transactions, KeepEverythingThatWasCommitted) {
  Transaction tx = acme().begin();
  Repository<Shelf>(tx).insert({"a", "1"});
  Repository<Shelf>(tx).insert({"b", "2"});
  tx.commit();
  EXPECT_FALSE(tx.is_open());
  EXPECT_EQ(shelves().count(), 2U);
}

TEST_P(Transactions, AreUndoneByRollback) {
  shelves().insert({"a", "1"});
  Transaction tx = acme().begin();
  Repository<Shelf>(tx).patch("a", set<&Shelf::label>("2"));
  Repository<Shelf>(tx).insert({"b", "2"});
  tx.rollback();
  tx.rollback();
  EXPECT_FALSE(tx.is_open());
  EXPECT_EQ(label("a"), "1");
  EXPECT_EQ(shelves().count(), 1U);
}

TEST_P(Transactions, AreUndoneWhenTheWorkThrows) {
  EXPECT_THROW(acme().transact([](Transaction& tx) {
    Repository<Shelf>(tx).insert({"a", "1"});
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  TENON_EXPECT_ERROR(already_exists, acme().transact([](Transaction& tx) {
    Repository<Shelf>(tx).insert({"a", "1"});
    Repository<Shelf>(tx).insert({"a", "2"});
  }));
  EXPECT_EQ(shelves().count(), 0U);
}

TEST_P(Transactions, PassOnWhatTheWorkReturns) {
  const int answer = acme().transact([](Transaction& tx) {
    Repository<Shelf>(tx).insert({"a", "1"});
    return 42;
  });
  EXPECT_EQ(answer, 42);
  EXPECT_EQ(shelves().count(), 1U);
}

TEST_P(Transactions, MayBeEndedByTheWork) {
  acme().transact([](Transaction& tx) {
    Repository<Shelf>(tx).insert({"a", "1"});
    tx.rollback();
  });
  EXPECT_EQ(shelves().count(), 0U);
  acme().transact([](Transaction& tx) {
    Repository<Shelf>(tx).insert({"a", "1"});
    tx.commit();
  });
  EXPECT_EQ(shelves().count(), 1U);
}

TEST_P(Transactions, RefuseStatementsAfterTheirEnd) {
  Transaction tx = acme().begin();
  const Repository<Shelf> inside(tx);
  inside.insert({"a", "1"});
  tx.commit();
  TENON_EXPECT_ERROR(invalid_argument, inside.insert({"b", "2"}));
  TENON_EXPECT_ERROR(invalid_argument, inside.get("a"));
  TENON_EXPECT_ERROR(invalid_argument, inside.insert_all(std::vector<Shelf>{{"c", "3"}}));
  TENON_EXPECT_ERROR(invalid_argument, tx.commit());
  TENON_EXPECT_ERROR(invalid_argument, tx.savepoint());
  EXPECT_EQ(shelves().count(), 1U);
}

TEST_P(Transactions, MoveWithoutEnding) {
  Transaction first = acme().begin();
  Repository<Shelf>(first).insert({"a", "1"});
  Transaction second = std::move(first);
  EXPECT_TRUE(second.is_open());
  Repository<Shelf>(second).insert({"b", "2"});
  second.commit();
  EXPECT_EQ(shelves().count(), 2U);
}

TEST_P(Transactions, TellTheirContext) {
  const Transaction tx = acme().begin();
  EXPECT_EQ(tx.context().tenant(), name_of("acme"));
}

TEST_P(Transactions, ForReadingReadAndRefuseToWrite) {
  shelves().insert({"a", "1"});
  Transaction tx = acme().begin({.access = backend::Access::read});
  const Repository<Shelf> inside(tx);
  TENON_EXPECT_ERROR(read_only, inside.insert({"b", "2"}));
  TENON_EXPECT_ERROR(read_only, inside.remove("a"));
  TENON_EXPECT_ERROR(read_only, inside.insert_all(std::vector<Shelf>{{"c", "3"}}));
  EXPECT_EQ(inside.count(), 1U);
  tx.commit();
  EXPECT_EQ(shelves().count(), 1U);
}

TEST_P(Transactions, ShowNothingOfTheirsBeforeTheyCommit) {
  if (!backend().reads_beside_a_transaction()) GTEST_SKIP() << "one connection serves all";
  Transaction tx = acme().begin();
  Repository<Shelf>(tx).insert({"a", "1"});
  EXPECT_EQ(shelves().count(), 0U);
  tx.commit();
  EXPECT_EQ(shelves().count(), 1U);
}

TEST_P(Transactions, SeeOneStateOfTheDatabaseWhenTheyAskForIt) {
  if (!backend().reads_beside_a_transaction()) GTEST_SKIP() << "one connection serves all";
  shelves().insert({"a", "1"});
  Transaction tx =
      acme().begin({.access = backend::Access::read, .isolation = backend::Isolation::repeatable_read});
  EXPECT_EQ(Repository<Shelf>(tx).count(), 1U);
  shelves().insert({"b", "2"});
  EXPECT_EQ(Repository<Shelf>(tx).count(), 1U);
  tx.commit();
  EXPECT_EQ(shelves().count(), 2U);
}

TEST_P(Transactions, GiveUpWhenTheirTimeIsOver) {
  Transaction tx = acme().begin({.timeout = std::chrono::milliseconds(50)});
  std::this_thread::sleep_for(std::chrono::milliseconds(120));
  TENON_EXPECT_ERROR(timeout, Repository<Shelf>(tx).count());
  tx.rollback();
  {
    Transaction late = acme().begin({.timeout = std::chrono::milliseconds(50)});
    Repository<Shelf>(late).insert({"late", "1"});
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
    TENON_EXPECT_ERROR(timeout, late.commit());
  }
  EXPECT_EQ(shelves().count(), 0U);
}

TEST_P(Transactions, ThatRaceForARowAllCountInTheEnd) {
  Repository<Reading>(acme()).insert({.id = 1, .room = "r"});
  constexpr int threads = 4;
  constexpr int rounds = 10;
  std::vector<std::string> failures(threads);
  std::vector<std::thread> workers;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([this, t, &failures] {
      try {
        for (int i = 0; i < rounds; ++i) {
          acme().transact(
              [](Transaction& tx) {
                const Repository<Reading> inside(tx);
                Reading row = inside.get(1).value();
                ++row.level;
                inside.update(row);
              },
              {.isolation = backend::Isolation::serializable, .attempts = 100});
        }
      } catch (const std::exception& error) {
        failures[static_cast<std::size_t>(t)] = error.what();
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  for (const std::string& failure : failures) EXPECT_EQ(failure, "");
  EXPECT_EQ(Repository<Reading>(acme()).get(1).value().level, threads * rounds);
}

TEST_P(Transactions, ThatBlockOneAnotherAreRunAgain) {
  shelves().insert({"a", "0"});
  shelves().insert({"b", "0"});
  std::mutex mutex;
  std::condition_variable both;
  int arrived = 0;
  std::vector<std::string> failures(2);
  std::vector<std::thread> workers;
  for (std::size_t t = 0; t < 2; ++t) {
    workers.emplace_back([&, t] {
      try {
        acme().transact([&](Transaction& tx) {
          const Repository<Shelf> inside(tx);
          inside.patch(t == 0 ? "a" : "b", set<&Shelf::label>(std::to_string(t)));
          {
            // Both hold a row here where the database lets two write; else this one goes on alone.
            std::unique_lock lock(mutex);
            ++arrived;
            both.notify_all();
            both.wait_for(lock, std::chrono::milliseconds(300), [&] { return arrived >= 2; });
          }
          inside.patch(t == 0 ? "b" : "a", set<&Shelf::label>(std::to_string(t)));
        });
      } catch (const std::exception& error) {
        failures[t] = error.what();
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  for (const std::string& failure : failures) EXPECT_EQ(failure, "");
  EXPECT_EQ(label("a"), label("b"));
}

TEST_P(Transactions, RunTheWorkAgainOnlyWhenThatMayHelp) {
  int runs = 0;
  const auto failing = [&](Error::Kind kind) {
    runs = 0;
    try {
      acme().transact(
          [&](Transaction& tx) {
            Repository<Shelf>(tx).upsert({"a", std::to_string(++runs)});
            throw Error(kind, "made up");
          },
          {.attempts = 3});
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind);
    }
    return runs;
  };
  EXPECT_EQ(failing(Error::Kind::serialization_failure), 3);
  EXPECT_EQ(failing(Error::Kind::deadlock), 3);
  EXPECT_EQ(failing(Error::Kind::busy), 3);
  EXPECT_EQ(failing(Error::Kind::conflict), 1);
  EXPECT_EQ(failing(Error::Kind::outcome_unknown), 1);
  EXPECT_EQ(failing(Error::Kind::timeout), 1);
  EXPECT_EQ(shelves().count(), 0U);
}

// The changes of the first run were made twice.
TEST_P(Transactions, DoNotRunWorkAgainThatHasCommittedItself) {
  int runs = 0;
  TENON_EXPECT_ERROR(busy, acme().transact([&](Transaction& tx) {
    Repository<Shelf>(tx).insert({std::to_string(++runs), "kept"});
    tx.commit();
    throw Error(Error::Kind::busy, "made up");
  }));
  EXPECT_EQ(runs, 1);
  TENON_EXPECT_ERROR(busy, acme().transact([&](Transaction& tx) {
    Transaction elsewhere = std::move(tx);
    Repository<Shelf>(elsewhere).insert({std::to_string(++runs), "kept"});
    elsewhere.commit();
    throw Error(Error::Kind::busy, "made up");
  }));
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(shelves().count(), 2U);
}

TEST_P(Transactions, BelongToOneTenant) {
  Transaction tx = acme().begin();
  Repository<Shelf>(tx).insert({"a", "1"});
  const TenantScope other = globex();
  const Repository<Shelf> theirs(other);
  TENON_EXPECT_ERROR(invalid_argument, theirs.count());
  TENON_EXPECT_ERROR(invalid_argument, theirs.insert({"b", "2"}));
  TENON_EXPECT_ERROR(invalid_argument, theirs.insert_all(std::vector<Shelf>{{"b", "2"}}));
  TENON_EXPECT_ERROR(invalid_argument, other.begin());
  TENON_EXPECT_ERROR(invalid_argument, other.transact([](Transaction&) {}));
  tx.commit();
  theirs.insert({"b", "2"});
  EXPECT_EQ(theirs.count(), 1U);
  EXPECT_EQ(shelves().count(), 1U);
}

TENON_CONFORMANCE_SUITE(Transactions);

}  // namespace tenon::testing
