#pragma once

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// Workers that share a queue: each row is claimed by one at a time.
class Claims : public ConformanceTest {
 protected:
  static constexpr std::int32_t waiting = 0;
  static constexpr std::int32_t done = 1;

  static auto next(std::size_t rows) {
    return where(field<&Reading::level> == waiting).order_by(asc<&Reading::taken_at>).limit(rows);
  }
  void queue(std::int64_t jobs) const {
    std::vector<Reading> rows(static_cast<std::size_t>(jobs));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].id = static_cast<std::int64_t>(i) + 1;
      rows[i].level = waiting;
      rows[i].taken_at = Timestamp(std::chrono::seconds{rows.size() - i});
    }
    Repository<Reading>(acme()).insert_all(rows);
  }
};

TEST_P(Claims, AreTakenInTheOrderOfTheQueryAndBounded) {
  queue(5);
  acme().transact([&](Transaction& tx) {
    const auto claimed = Repository<Reading>(tx).claim(next(2));
    ASSERT_EQ(claimed.size(), 2U);
    EXPECT_EQ(claimed[0].id, 5);
    EXPECT_EQ(claimed[1].id, 4);
  });
}

TEST_P(Claims, OfSeveralWorkersNeverMeet) {
  constexpr std::int64_t jobs = 60;
  queue(jobs);
  std::mutex guard;
  std::multiset<std::int64_t> worked;
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i)
    workers.emplace_back([&] {
      for (bool more = true; more;) {
        const auto claimed = acme().transact([&](Transaction& tx) {
          const Repository<Reading> readings(tx);
          auto mine = readings.claim(next(3));
          for (const Reading& reading : mine) readings.patch(reading.id, set<&Reading::level>(done));
          return mine;
        });
        more = !claimed.empty() || Repository<Reading>(acme()).count(field<&Reading::level> == waiting) > 0;
        const std::lock_guard lock(guard);
        for (const Reading& reading : claimed) worked.insert(reading.id);
      }
    });
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(worked.size(), static_cast<std::size_t>(jobs));
  EXPECT_EQ(std::set(worked.begin(), worked.end()).size(), static_cast<std::size_t>(jobs));
}

TEST_P(Claims, EndWithTheTransactionThatFailed) {
  queue(1);
  EXPECT_THROW(acme().transact([&](Transaction& tx) {
    EXPECT_EQ(Repository<Reading>(tx).claim(next(1)).size(), 1U);
    throw std::runtime_error("the worker died");
  }),
               std::runtime_error);
  acme().transact([&](Transaction& tx) { EXPECT_EQ(Repository<Reading>(tx).claim(next(1)).size(), 1U); });
}

TEST_P(Claims, KeepToTheTenant) {
  queue(3);
  globex().transact([&](Transaction& tx) { EXPECT_TRUE(Repository<Reading>(tx).claim(next(10)).empty()); });
}

TEST_P(Claims, NeedATransactionThatWrites) {
  TENON_EXPECT_ERROR(invalid_argument, (void)Repository<Reading>(acme()).claim(next(1)));
  Transaction reading = acme().begin({.access = backend::Access::read});
  TENON_EXPECT_ERROR(read_only, (void)Repository<Reading>(reading).claim(next(1)));
  reading.rollback();
  acme().transact([&](Transaction& tx) {
    TENON_EXPECT_ERROR(invalid_argument, (void)Repository<Reading>(tx).claim(next(0)));
    TENON_EXPECT_ERROR(invalid_argument, (void)Repository<Reading>(tx).claim(next(10'001)));
  });
}

TENON_CONFORMANCE_SUITE(Claims);

}  // namespace tenon::testing
