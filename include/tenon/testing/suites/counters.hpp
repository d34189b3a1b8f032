#pragma once

#include <limits>
#include <thread>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// Rows that begin with their first event and count from then on.
class Counters : public ConformanceTest {
 protected:
  [[nodiscard]] Repository<Item> items() const {
    Repository<Shelf>(acme()).upsert({"s", "shelf"});
    return Repository<Item>(acme());
  }
  static Item first(std::int64_t quantity) {
    return {.shelf = "s", .slot = 1, .name = "counter", .quantity = quantity, .owner = "o", .order_ = {}};
  }
};

TEST_P(Counters, BeginWithTheFirstEventAndAddTheNext) {
  items().insert_or_patch(first(5), increase<&Item::quantity>(5));
  const Item begun = items().get({"s", 1}).value();
  EXPECT_EQ(begun.quantity, 5);
  EXPECT_EQ(begun.version, 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  items().insert_or_patch(first(7), increase<&Item::quantity>(7), set<&Item::order_>("again"));
  const Item counted = items().get({"s", 1}).value();
  EXPECT_EQ(counted.quantity, 12);
  EXPECT_EQ(counted.order_, "again");
  EXPECT_EQ(counted.version, 2);
  EXPECT_EQ(counted.created_at, begun.created_at);
  EXPECT_GT(counted.updated_at, begun.updated_at);
}

TEST_P(Counters, TakeNoNumberThatIsInfiniteOrNone) {
  const double infinite = std::numeric_limits<double>::infinity();
  TENON_EXPECT_ERROR(invalid_argument, (void)increase<&Reading::value>(infinite));
  TENON_EXPECT_ERROR(invalid_argument, (void)increase<&Reading::value>(infinite - infinite));
}

TEST_P(Counters, CountEveryEventOfEveryThread) {
  const Repository<Reading> readings(acme());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        Reading event;
        event.id = i % 5 + 1;
        event.level = 1;
        event.value = 0.5;
        readings.insert_or_patch(event, increase<&Reading::level>(1), increase<&Reading::value>(0.5));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(readings.count(), 5U);
  for (std::int64_t id = 1; id <= 5; ++id) {
    EXPECT_EQ(readings.get(id).value().level, 20);
    EXPECT_EQ(readings.get(id).value().value, 10.0);
  }
}

TEST_P(Counters, OfTwoTenantsAreApart) {
  Reading event;
  event.id = 1;
  event.level = 1;
  Repository<Reading>(acme()).insert_or_patch(event, increase<&Reading::level>(1));
  Repository<Reading>(globex()).insert_or_patch(event, increase<&Reading::level>(1));
  EXPECT_EQ(Repository<Reading>(acme()).get(1).value().level, 1);
  EXPECT_EQ(Repository<Reading>(globex()).get(1).value().level, 1);
}

TEST_P(Counters, AreHeldToTheConstraints) {
  items().insert_or_patch(first(5), increase<&Item::quantity>(5));
  TENON_EXPECT_ERROR(constraint_violation,
                     items().insert_or_patch(first(0), increase<&Item::quantity>(-6)));
  Item other = first(1);
  other.slot = 2;
  TENON_EXPECT_ERROR(already_exists, items().insert_or_patch(other, increase<&Item::quantity>(1)));
  EXPECT_EQ(items().get({"s", 1}).value().quantity, 5);
}

TENON_CONFORMANCE_SUITE(Counters);

}  // namespace tenon::testing
