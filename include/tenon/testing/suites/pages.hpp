#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/readings.hpp>

namespace tenon::testing {

/// Order, limit, keyset pages and projections.
class Pages : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    if (IsSkipped()) return;
    rows_ = make_readings(123);
    readings().insert_all(rows_);
    Repository<Reading>(globex()).insert_all(rows_);
  }
  [[nodiscard]] Repository<Reading> readings() const { return Repository<Reading>(acme()); }
  [[nodiscard]] const std::vector<Reading>& rows() const noexcept { return rows_; }

  // Every row once, in the order that `before` tells, whatever the size of a page.
  template <class Query, class Before>
  void walks(const Query& query, Before before) const {
    for (const std::size_t limit : {1U, 7U, 122U, 123U, 124U}) {
      std::vector<Reading> walked;
      std::optional<Cursor> next;
      do {
        Page<Reading> page = readings().find(query.limit(limit).after(next));
        EXPECT_LE(page.items.size(), limit);
        EXPECT_FALSE(page.next.has_value() && page.items.size() != limit);
        walked.insert(walked.end(), page.begin(), page.end());
        next = page.next;
      } while (next && walked.size() <= rows_.size());
      std::set<std::int64_t> ids;
      for (const Reading& row : walked) ids.insert(row.id);
      EXPECT_EQ(walked.size(), rows_.size()) << "with a limit of " << limit;
      EXPECT_EQ(ids.size(), rows_.size()) << "with a limit of " << limit;
      for (std::size_t i = 1; i < walked.size(); ++i)
        ASSERT_FALSE(before(walked[i], walked[i - 1])) << "at row " << i << " with a limit of " << limit;
    }
  }

 private:
  std::vector<Reading> rows_;
};

TEST_P(Pages, FollowTheKeyWithoutAnOrder) {
  walks(all(), [](const Reading& a, const Reading& b) { return a.id < b.id; });
}

TEST_P(Pages, FollowAnAscendingOrderWithTies) {
  walks(all().order_by(asc<&Reading::level>),
        [](const Reading& a, const Reading& b) { return a.level < b.level; });
}

TEST_P(Pages, FollowADescendingOrderWithTies) {
  walks(all().order_by(desc<&Reading::colour>), [](const Reading& a, const Reading& b) {
    const auto name = [](Colour c) {
      return std::string(c == Colour::default_ ? "default"
                         : c == Colour::red    ? "red"
                         : c == Colour::green  ? "green"
                                               : "blue");
    };
    return name(a.colour) > name(b.colour);
  });
}

TEST_P(Pages, FollowAMixedOrder) {
  walks(all().order_by(desc<&Reading::level>, asc<&Reading::room>, desc<&Reading::valid>),
        [](const Reading& a, const Reading& b) {
          return std::tuple(-a.level, a.room, !a.valid) < std::tuple(-b.level, b.room, !b.valid);
        });
}

TEST_P(Pages, OrderTextByItsBytes) {
  walks(all().order_by(asc<&Reading::room>),
        [](const Reading& a, const Reading& b) { return a.room < b.room; });
}

TEST_P(Pages, OrderNumbersTimesDaysAndUuids) {
  walks(all().order_by(asc<&Reading::value>),
        [](const Reading& a, const Reading& b) { return a.value < b.value; });
  walks(all().order_by(desc<&Reading::taken_at>),
        [](const Reading& a, const Reading& b) { return a.taken_at > b.taken_at; });
  walks(all().order_by(asc<&Reading::day>),
        [](const Reading& a, const Reading& b) { return a.day < b.day; });
  walks(all().order_by(asc<&Reading::device>),
        [](const Reading& a, const Reading& b) { return a.device < b.device; });
}

TEST_P(Pages, OrderByTheKeyDescending) {
  walks(all().order_by(desc<&Reading::id>), [](const Reading& a, const Reading& b) { return a.id > b.id; });
}

TEST_P(Pages, KeepTheConditionOnEveryPage) {
  const auto query = where(field<&Reading::level> > 0).order_by(asc<&Reading::room>).limit(5);
  std::size_t seen = 0;
  std::optional<Cursor> next;
  do {
    const Page<Reading> page = readings().find(query.after(next));
    for (const Reading& row : page) EXPECT_GT(row.level, 0);
    seen += page.items.size();
    next = page.next;
  } while (next);
  EXPECT_EQ(seen, readings().count(field<&Reading::level> > 0));
}

TEST_P(Pages, ReturnTheRowsAsTheyWereStored) {
  const Page<Reading> page = readings().find(all().limit(1000));
  EXPECT_EQ(page.items, rows());
  EXPECT_FALSE(page.next.has_value());
  EXPECT_EQ(readings().find().items.size(), 100U);
  EXPECT_TRUE(readings().find().next.has_value());
}

TEST_P(Pages, OfNothingAreEmptyAndLast) {
  const Page<Reading> page = readings().find(where(field<&Reading::level> > 1000));
  EXPECT_TRUE(page.items.empty());
  EXPECT_FALSE(page.next.has_value());
}

TEST_P(Pages, LoseNoRowWhileOthersComeAndGo) {
  const auto query = all().order_by(asc<&Reading::value>).limit(10);
  std::multiset<std::int64_t> seen;
  std::set<std::int64_t> removed;
  std::optional<Cursor> next;
  std::int64_t fresh = 10'000;
  do {
    const Page<Reading> page = readings().find(query.after(next));
    for (const Reading& row : page) seen.insert(row.id);
    next = page.next;
    if (!page.items.empty()) {  // one behind the reader, one ahead; the page's first row goes
      readings().insert({.id = ++fresh, .room = "new", .value = -1e6});
      readings().insert({.id = ++fresh, .room = "new", .value = 1e6});
      readings().remove(page.items.front().id);
    }
  } while (next && seen.size() < 500);
  for (const Reading& row : rows()) EXPECT_EQ(seen.count(row.id), 1U) << "row " << row.id;
}

TEST_P(Pages, GoOnWhenTheRowOfTheCursorIsGone) {
  const auto query = all().order_by(desc<&Reading::level>).limit(20);
  const Page<Reading> first = readings().find(query);
  const Page<Reading> second = readings().find(query.after(first.next));
  readings().remove(first.items.back().id);
  EXPECT_EQ(readings().find(query.after(first.next)).items, second.items);
}

TEST_P(Pages, RefuseTheCursorOfAnotherTenant) {
  const auto query = all().limit(5);
  const Page<Reading> page = readings().find(query);
  const Repository<Reading> theirs(globex());
  TENON_EXPECT_ERROR(invalid_argument, theirs.find(query.after(page.next)));
}

TEST_P(Pages, RefuseTheCursorOfAnotherOrderOrEntity) {
  const Page<Reading> page = readings().find(all().limit(5));
  TENON_EXPECT_ERROR(invalid_argument,
                     readings().find(all().order_by(desc<&Reading::id>).after(page.next)));
  TENON_EXPECT_ERROR(invalid_argument,
                     readings().find(all().order_by(asc<&Reading::room>).after(page.next)));
  TENON_EXPECT_ERROR(invalid_argument, Repository<Shelf>(acme()).find(all().after(page.next)));
}

TEST_P(Pages, RefuseADamagedCursor) {
  const auto query = all().order_by(asc<&Reading::room>).limit(5);
  const std::string good = readings().find(query).next.value().text;
  std::vector<std::string> bad{"",
                               "!",
                               "'; drop table kit_readings; --",
                               good + "A",
                               good + good,
                               good.substr(1),
                               std::string(10'000, 'A'),
                               std::string("\0\0", 2)};
  for (std::size_t length = 1; length + 1 < good.size(); length += 3) bad.push_back(good.substr(0, length));
  for (std::size_t at = 0; at < 10; ++at) {
    bad.push_back(good);
    bad.back()[at] = bad.back()[at] == 'x' ? 'y' : 'x';
  }
  for (const std::string& text : bad)
    TENON_EXPECT_ERROR(invalid_argument, readings().find(query.after(Cursor{text}))) << text;
  EXPECT_EQ(readings().find(query.after(Cursor{good})).items.size(), 5U);
}

TEST_P(Pages, RefuseALimitOfZero) {
  TENON_EXPECT_ERROR(invalid_argument, readings().find(all().limit(0)));
}

TEST_P(Pages, ReadOnlyTheMembersOfAProjection) {
  const auto query = all().order_by(desc<&Reading::level>, asc<&Reading::taken_at>).limit(10);
  std::vector<ReadingPlace> places;
  std::vector<Reading> whole;
  std::optional<Cursor> next;
  do {
    const Page<ReadingPlace> page = readings().find<ReadingPlace>(query.after(next));
    places.insert(places.end(), page.begin(), page.end());
    const Page<Reading> same = readings().find(query.after(next));
    whole.insert(whole.end(), same.begin(), same.end());
    EXPECT_EQ(page.next, same.next);
    next = page.next;
  } while (next && places.size() < 500);
  ASSERT_EQ(places.size(), rows().size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    EXPECT_EQ(places[i].room, whole[i].room);
    EXPECT_EQ(places[i].remark, whole[i].remark);
  }
}

TEST_P(Pages, WorkWithinATransactionOnWhatItWrote) {
  acme().transact([&](Transaction& tx) {
    const Repository<Reading> inside(tx);
    inside.remove_where(field<&Reading::id> > 50);
    inside.insert({.id = -1, .room = "new"});
    const Page<Reading> first = inside.find(all().limit(40));
    const Page<Reading> second = inside.find(all().limit(40).after(first.next));
    EXPECT_EQ(first.items.front().id, -1);
    EXPECT_EQ(first.items.size() + second.items.size(), 51U);
    EXPECT_FALSE(second.next.has_value());
  });
}

TENON_CONFORMANCE_SUITE(Pages);

}  // namespace tenon::testing
