#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
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
  static Sample zeroes(const Uuid& id) {
    Sample sample;
    sample.id = id;
    return sample;
  }
  // At either end of an integer member, one more is refused by every verb, and one less counts.
  template <auto Member>
  void stays_within(const Uuid& id) const {
    using M = tenon::detail::field_type<Member>;
    const Repository<Sample> samples(acme());
    const auto most = std::is_same_v<M, std::uint64_t>
                          ? static_cast<M>(std::numeric_limits<std::int64_t>::max())
                          : std::numeric_limits<M>::max();
    for (const auto& [edge, out] : {std::pair{most, 1}, std::pair{std::numeric_limits<M>::min(), -1}}) {
      SCOPED_TRACE(std::to_string(edge));
      Sample sample = zeroes(id);
      sample.*Member = edge;
      samples.upsert(sample);
      TENON_EXPECT_ERROR(invalid_argument, samples.patch(id, increase<Member>(out)));
      TENON_EXPECT_ERROR(invalid_argument, samples.insert_or_patch(sample, increase<Member>(out)));
      TENON_EXPECT_ERROR(invalid_argument,
                         samples.patch_where(field<&Sample::id> == id, increase<Member>(out)));
      EXPECT_EQ(samples.get(id), sample);
      samples.patch(id, increase<Member>(-out));
      EXPECT_EQ(samples.get(id).value().*Member, static_cast<M>(edge - static_cast<M>(out)));
    }
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

TEST_P(Counters, GoDownWhereTheirMemberIsUnsigned) {
  const Repository<Sample> samples(acme());
  Sample sample = zeroes(Uuid::random());
  sample.utiny = 5;
  sample.usmall = 5;
  sample.umedium = 5;
  sample.ularge = 5;
  samples.insert(sample);
  samples.patch(sample.id, increase<&Sample::utiny>(-1), increase<&Sample::usmall>(-2),
                increase<&Sample::umedium>(-3), increase<&Sample::ularge>(-5));
  sample.utiny = 4;
  sample.usmall = 3;
  sample.umedium = 2;
  sample.ularge = 0;
  EXPECT_EQ(samples.get(sample.id), sample);
}

// The column holds more than the member on SQLite, and that of a narrow or unsigned one on PostgreSQL, too:
// a row with such a sum could not be read again, nor any page with it.
TEST_P(Counters, NeverHoldMoreThanTheirMember) {
  const Uuid id = Uuid::random();
  stays_within<&Sample::tiny>(id);
  stays_within<&Sample::utiny>(id);
  stays_within<&Sample::small>(id);
  stays_within<&Sample::usmall>(id);
  stays_within<&Sample::medium>(id);
  stays_within<&Sample::umedium>(id);
  stays_within<&Sample::large>(id);
  stays_within<&Sample::ularge>(id);

  const Repository<Sample> samples(acme());
  constexpr double most = std::numeric_limits<double>::max();
  constexpr float most_single = std::numeric_limits<float>::max();
  Sample sample = zeroes(id);
  sample.single = -most_single;
  sample.real = most;
  samples.upsert(sample);
  TENON_EXPECT_ERROR(invalid_argument, samples.patch(id, increase<&Sample::real>(most)));
  TENON_EXPECT_ERROR(invalid_argument, samples.patch(id, increase<&Sample::single>(-most_single)));
  samples.patch(id, increase<&Sample::real>(-most), increase<&Sample::single>(most_single));
  EXPECT_EQ(samples.get(id), zeroes(id));
}

TEST_P(Counters, StayInfiniteOnceTheyAre) {
  const Repository<Sample> samples(acme());
  Sample infinite = zeroes(Uuid::random());
  infinite.single = -std::numeric_limits<float>::infinity();
  infinite.real = std::numeric_limits<double>::infinity();
  samples.insert(infinite);
  samples.patch(infinite.id, increase<&Sample::real>(-5), increase<&Sample::single>(5));
  EXPECT_EQ(samples.get(infinite.id), infinite);
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
