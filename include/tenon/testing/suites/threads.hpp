#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// One Database and one scope per tenant, many threads.
class Threads : public ConformanceTest {
 protected:
  static constexpr int workers = 8;
  static constexpr int rounds = 30;

  // Runs `work(worker)` on every thread; what one throws is a failure of the test.
  template <class Work>
  static void run(Work work) {
    std::vector<std::string> failures(workers);
    std::vector<std::thread> threads;
    for (int worker = 0; worker < workers; ++worker) {
      threads.emplace_back([&, worker] {
        try {
          work(worker);
        } catch (const std::exception& error) {
          failures[static_cast<std::size_t>(worker)] = error.what();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::string& failure : failures) EXPECT_EQ(failure, "");
  }
  static std::int64_t id_of(int worker, int round) { return worker * 1000 + round; }
};

TEST_P(Threads, ReadAndWriteForTwoTenants) {
  const std::vector<TenantScope> scopes{acme(), globex()};
  std::atomic<int> wrong{0};
  run([&](int worker) {
    const std::string room = worker % 2 == 0 ? "acme" : "globex";
    const Repository<Reading> readings(scopes[static_cast<std::size_t>(worker % 2)]);
    for (int round = 0; round < rounds; ++round) {
      const std::int64_t id = id_of(worker, round);
      readings.insert({.id = id, .room = room, .level = worker, .value = round * 0.5});
      const std::optional<Reading> kept = readings.get(id);
      if (!kept || kept->room != room || kept->value != round * 0.5) ++wrong;
      if (readings.get(id_of((worker + 1) % workers, round))) ++wrong;
      if (readings.count(field<&Reading::room> != room) != 0) ++wrong;
      for (const Reading& row : readings.find(all().order_by(desc<&Reading::id>).limit(5)))
        if (row.room != room || row.level % 2 != worker % 2) ++wrong;
      if (round % 3 == 0) readings.patch(id, set<&Reading::remark>("patched"));
      if (round % 5 == 0) readings.remove(id);
    }
  });
  EXPECT_EQ(wrong, 0);
  for (int worker = 0; worker < workers; ++worker) {
    const Repository<Reading> readings(scopes[static_cast<std::size_t>(worker % 2)]);
    for (int round = 0; round < rounds; ++round) {
      const std::optional<Reading> kept = readings.get(id_of(worker, round));
      ASSERT_EQ(kept.has_value(), round % 5 != 0);
      if (!kept) continue;
      EXPECT_EQ(kept->level, worker);
      EXPECT_EQ(kept->value, round * 0.5);
      EXPECT_EQ(kept->remark.has_value(), round % 3 == 0);
    }
  }
}

TEST_P(Threads, HaveTransactionsOfTheirOwn) {
  const std::vector<TenantScope> scopes{acme(), globex()};
  run([&](int worker) {
    const TenantScope& scope = scopes[static_cast<std::size_t>(worker % 2)];
    for (int round = 0; round < rounds; ++round) {
      scope.transact([&](Transaction& tx) {
        const Repository<Reading> inside(tx);
        inside.insert({.id = id_of(worker, 2 * round), .room = "t"});
        inside.insert({.id = id_of(worker, 2 * round + 1), .room = "t"});
        if (round % 2 == 1) tx.rollback();
      });
    }
  });
  EXPECT_EQ(Repository<Reading>(scopes[0]).count(), static_cast<std::uint64_t>(workers / 2 * rounds));
  EXPECT_EQ(Repository<Reading>(scopes[1]).count(), static_cast<std::uint64_t>(workers / 2 * rounds));
}

TEST_P(Threads, SendBatchesAtTheSameTime) {
  run([&](int worker) {
    const Repository<Reading> readings(acme());
    for (const int size : {5, 100}) {
      std::vector<Reading> rows(static_cast<std::size_t>(size));
      for (int i = 0; i < size; ++i)
        rows[static_cast<std::size_t>(i)] = {.id = id_of(worker, size + i), .room = "b"};
      readings.insert_all(rows);
      readings.upsert_all(rows);
    }
  });
  EXPECT_EQ(Repository<Reading>(acme()).count(), static_cast<std::uint64_t>(workers * 105));
}

TEST_P(Threads, OfOneKeyHaveOneWinner) {
  std::atomic<int> winners{0};
  run([&](int worker) {
    for (int round = 0; round < rounds; ++round) {
      try {
        Repository<Shelf>(acme()).insert({"key " + std::to_string(round), std::to_string(worker)});
        ++winners;
      } catch (const Error& error) {
        if (error.kind() != Error::Kind::already_exists) throw;
      }
    }
  });
  EXPECT_EQ(winners, rounds);
  EXPECT_EQ(Repository<Shelf>(acme()).count(), static_cast<std::uint64_t>(rounds));
}

TEST_P(Threads, OfOneVersionHaveOneWinner) {
  Repository<Shelf>(acme()).insert({"s", "shelf"});
  Item item;
  item.shelf = "s";
  item.name = "item";
  item.owner = "me";
  Repository<Item>(acme()).insert(item);
  std::atomic<int> winners{0};
  std::atomic<int> losers{0};
  run([&](int worker) {
    Item mine = item;
    mine.quantity = worker;
    try {
      Repository<Item>(acme()).update(mine);
      ++winners;
    } catch (const Error& error) {
      if (error.kind() != Error::Kind::conflict) throw;
      ++losers;
    }
  });
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(losers, workers - 1);
  EXPECT_EQ(Repository<Item>(acme()).get({"s", 0}).value().version, 2);
}

TENON_CONFORMANCE_SUITE(Threads);

}  // namespace tenon::testing
