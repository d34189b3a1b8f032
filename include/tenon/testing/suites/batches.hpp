#pragma once

#include <array>
#include <cmath>
#include <list>
#include <string>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/readings.hpp>

namespace tenon::testing {

/// Many rows at once: all or none, whatever their number.
class Batches : public ConformanceTest {
 protected:
  static constexpr std::array<std::size_t, 6> sizes{0, 1, 2, 20, 500, 2500};

  [[nodiscard]] Repository<Reading> readings() const { return Repository<Reading>(acme()); }
  [[nodiscard]] std::vector<Reading> stored() const { return readings().find(all().limit(10'000)).items; }

  [[nodiscard]] static std::vector<Item> items(std::size_t count, std::int32_t first = 0) {
    std::vector<Item> all(count);
    for (std::size_t i = 0; i < count; ++i) {
      all[i].shelf = "s";
      all[i].slot = first + static_cast<std::int32_t>(i);
      all[i].name = "item " + std::to_string(all[i].slot);
      all[i].owner = "me";
    }
    return all;
  }
};

TEST_P(Batches, OfEverySizeAreInserted) {
  for (const std::size_t size : sizes) {
    const std::vector<Reading> rows = make_readings(size);
    EXPECT_EQ(readings().insert_all(rows), size);
    EXPECT_TRUE(stored() == rows) << "of " << size;
    EXPECT_EQ(Repository<Reading>(globex()).count(), 0U);
    readings().remove_where(field<&Reading::id> > 0);
  }
}

TEST_P(Batches, OfEverySizeAreUpserted) {
  for (const std::size_t size : sizes) {
    std::vector<Reading> rows = make_readings(size);
    readings().insert_all(std::vector<Reading>(rows.begin(), rows.begin() + static_cast<long>(size / 2)));
    for (Reading& row : rows) row.remark = "upserted";
    EXPECT_EQ(readings().upsert_all(rows), size);
    EXPECT_TRUE(stored() == rows) << "of " << size;
    readings().remove_where(field<&Reading::id> > 0);
  }
}

TEST_P(Batches, GiveEachRowItsTimesAndVersion) {
  Repository<Shelf>(acme()).insert({"s", "shelf"});
  const Repository<Item> repository(acme());
  for (const std::size_t size : {5U, 60U, 2100U}) {
    const Timestamp before = now();
    repository.insert_all(items(size));
    const Item first = repository.get({"s", 0}).value();
    EXPECT_GE(first.created_at, before);
    EXPECT_EQ(first.created_at, first.updated_at);
    std::vector<Item> again = items(size);
    for (Item& item : again) item.version = 50;
    again[0].quantity = 3;
    repository.upsert_all(again);
    const Item second = repository.get({"s", 0}).value();
    EXPECT_EQ(second.quantity, 3);
    EXPECT_EQ(second.version, 2);
    EXPECT_EQ(second.created_at, first.created_at);
    EXPECT_GE(second.updated_at, first.updated_at);
    EXPECT_EQ(repository.count(field<&Item::version> == 2), size);
    repository.remove_where(field<&Item::slot> >= 0);
  }
}

TEST_P(Batches, WithATakenKeyStoreNothing) {
  for (const std::size_t size : {2U, 19U, 500U, 2500U}) {
    std::vector<Reading> rows = make_readings(size);
    rows.back().id = rows.front().id;
    TENON_EXPECT_ERROR(already_exists, readings().insert_all(rows)) << "of " << size;
    EXPECT_EQ(readings().count(), 0U) << "of " << size;
  }
  readings().insert({.id = 500, .room = "there"});
  TENON_EXPECT_ERROR(already_exists, readings().insert_all(make_readings(500)));
  EXPECT_EQ(readings().count(), 1U);
}

TEST_P(Batches, WithARefusedRowStoreNothing) {
  Repository<Shelf>(acme()).insert({"s", "shelf"});
  const Repository<Item> repository(acme());
  for (const std::size_t size : {2U, 19U, 500U, 2500U}) {
    std::vector<Item> bad = items(size);
    bad.back().quantity = -1;
    TENON_EXPECT_ERROR(constraint_violation, repository.insert_all(bad)) << "of " << size;
    TENON_EXPECT_ERROR(constraint_violation, repository.upsert_all(bad)) << "of " << size;
    bad.back().quantity = 0;
    bad.back().shelf = "nowhere";
    TENON_EXPECT_ERROR(constraint_violation, repository.insert_all(bad)) << "of " << size;
    EXPECT_EQ(repository.count(), 0U) << "of " << size;
  }
}

TEST_P(Batches, WithABadValueStoreNothing) {
  for (const std::size_t size : {2U, 19U, 500U, 2500U}) {
    std::vector<Reading> rows = make_readings(size);
    rows.back().value = std::nan("");
    TENON_EXPECT_ERROR(invalid_argument, readings().insert_all(rows)) << "of " << size;
    rows.back().value = 0;
    rows.back().room = std::string("a\0b", 3);
    TENON_EXPECT_ERROR(invalid_argument, readings().insert_all(rows)) << "of " << size;
    TENON_EXPECT_ERROR(invalid_argument, readings().upsert_all(rows)) << "of " << size;
    EXPECT_EQ(readings().count(), 0U) << "of " << size;
  }
}

TEST_P(Batches, WithARepeatedKeyCannotBeUpserted) {
  for (const std::size_t size : {2U, 19U, 500U, 2500U}) {
    std::vector<Reading> rows = make_readings(size);
    rows.back().id = rows.front().id;
    TENON_EXPECT_ERROR(invalid_argument, readings().upsert_all(rows)) << "of " << size;
    EXPECT_EQ(readings().count(), 0U);
  }
}

TEST_P(Batches, BelongToTheirTransaction) {
  for (const std::size_t size : {5U, 500U, 2500U}) {
    const std::vector<Reading> rows = make_readings(size);
    {
      Transaction tx = acme().begin();
      EXPECT_EQ(Repository<Reading>(tx).insert_all(rows), size);
      EXPECT_EQ(Repository<Reading>(tx).count(), size);
    }
    EXPECT_EQ(readings().count(), 0U);
    acme().transact([&](Transaction& tx) {
      const Repository<Reading> inside(tx);
      inside.insert_all(rows);
      inside.upsert_all(rows);
      inside.remove(rows.front().id);
    });
    EXPECT_EQ(readings().count(), size - 1);
    readings().remove_where(field<&Reading::id> > 0);
  }
}

TEST_P(Batches, MayFollowOneAnotherInATransaction) {
  const std::vector<Reading> rows = make_readings(6000);
  const auto from = [&](long first, long last) {
    return std::vector<Reading>(rows.begin() + first, rows.begin() + last);
  };
  acme().transact([&](Transaction& tx) {
    const Repository<Reading> inside(tx);
    inside.insert_all(from(0, 2500));
    inside.insert_all(from(2500, 5000));
    inside.insert_all(from(5000, 5010));
    inside.insert_all(from(5010, 6000));
  });
  EXPECT_EQ(readings().count(), 6000U);
}

TEST_P(Batches, TakeAnyRangeWithASize) {
  const std::list<Tag> list{{"a"}, {"b"}};
  const std::array<Tag, 2> array{Tag{"c"}, Tag{"d"}};
  const Tag plain[] = {{"e"}, {"f"}};
  const Repository<Tag> tags(acme());
  EXPECT_EQ(tags.insert_all(list), 2U);
  EXPECT_EQ(tags.insert_all(array), 2U);
  EXPECT_EQ(tags.insert_all(plain), 2U);
  EXPECT_EQ(tags.upsert_all(list), 2U);
  EXPECT_EQ(tags.count(), 6U);
}

TENON_CONFORMANCE_SUITE(Batches);

/// Reading many rows one at a time.
class Streams : public Batches {
 protected:
  static constexpr std::int64_t many = 10'000;
  void fill() const { readings().insert_all(make_readings(static_cast<std::size_t>(many))); }
};

TEST_P(Streams, VisitEveryRowInOrder) {
  fill();
  std::int64_t last = 0;
  readings().for_each(all().order_by(asc<&Reading::id>), [&](Reading& row) { EXPECT_EQ(row.id, ++last); });
  EXPECT_EQ(last, many);
}

TEST_P(Streams, EndWhenTheVisitorSaysSo) {
  fill();
  int visited = 0;
  readings().for_each(all(), [&](Reading&) { return ++visited < 17; });
  EXPECT_EQ(visited, 17);
  EXPECT_EQ(readings().count(), static_cast<std::uint64_t>(many));
}

TEST_P(Streams, PassOnWhatTheVisitorThrows) {
  fill();
  for (int round = 0; round < 30; ++round) {
    int visited = 0;
    EXPECT_THROW(readings().for_each<ReadingId>(all(),
                                                [&](ReadingId&) {
                                                  if (++visited == 100) throw std::runtime_error("enough");
                                                }),
                 std::runtime_error);
    EXPECT_EQ(visited, 100);
  }
  EXPECT_EQ(readings().count(), static_cast<std::uint64_t>(many));
}

TEST_P(Streams, LeaveTheirTransactionUsable) {
  fill();
  acme().transact([&](Transaction& tx) {
    const Repository<Reading> inside(tx);
    EXPECT_THROW(inside.for_each(all(), [](Reading&) -> bool { throw std::runtime_error("enough"); }),
                 std::runtime_error);
    inside.for_each(all(), [](Reading&) { return false; });
    inside.insert({.id = -5, .room = "after"});
    EXPECT_EQ(inside.count(), static_cast<std::uint64_t>(many) + 1);
  });
  EXPECT_TRUE(readings().exists(-5));
}

TEST_P(Streams, IgnoreTheLimitAndRefuseACursor) {
  readings().insert_all(make_readings(150));
  int visited = 0;
  readings().for_each(all().limit(3), [&](Reading&) { ++visited; });
  EXPECT_EQ(visited, 150);
  const Page<Reading> page = readings().find(all().limit(3));
  TENON_EXPECT_ERROR(invalid_argument, readings().for_each(all().after(page.next), [](Reading&) {}));
}

TENON_CONFORMANCE_SUITE(Streams);

}  // namespace tenon::testing
