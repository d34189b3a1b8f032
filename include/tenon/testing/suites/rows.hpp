#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// The verbs of a repository on single rows.
class Rows : public ConformanceTest {
 protected:
  // On a shelf that is there.
  [[nodiscard]] Item item(std::int32_t slot) const {
    Repository<Shelf>(acme()).upsert({"s", "shelf"});
    Item one;
    one.shelf = "s";
    one.slot = slot;
    one.name = "item " + std::to_string(slot);
    one.quantity = 10;
    one.owner = "me";
    return one;
  }
  [[nodiscard]] Repository<Item> items() const { return Repository<Item>(acme()); }
  [[nodiscard]] Item stored(std::int32_t slot) const { return items().get({"s", slot}).value(); }
};

TEST_P(Rows, AreFoundByTheirKey) {
  items().insert(item(1));
  EXPECT_TRUE(items().exists({"s", 1}));
  EXPECT_FALSE(items().exists({"s", 2}));
  EXPECT_FALSE(items().exists({"t", 1}));
  EXPECT_EQ(stored(1).name, "item 1");
  EXPECT_EQ(items().get({"s", 2}), std::nullopt);
}

TEST_P(Rows, AreInsertedOnce) {
  items().insert(item(1));
  Item again = item(1);
  again.name = "another";
  TENON_EXPECT_ERROR(already_exists, items().insert(again));
  EXPECT_EQ(stored(1).name, "item 1");
  EXPECT_EQ(items().count(), 1U);
}

TEST_P(Rows, KeepUniqueValuesApart) {
  items().insert(item(1));
  Item same_name = item(2);
  same_name.name = "item 1";
  TENON_EXPECT_ERROR(already_exists, items().insert(same_name));
  TENON_EXPECT_ERROR(already_exists, items().upsert(same_name));
  items().insert(item(2));
  TENON_EXPECT_ERROR(already_exists, items().patch({"s", 2}, set<&Item::name>("item 1")));
  EXPECT_EQ(stored(2).name, "item 2");
}

TEST_P(Rows, AreRemovedOnce) {
  items().insert(item(1));
  EXPECT_TRUE(items().remove({"s", 1}));
  EXPECT_FALSE(items().remove({"s", 1}));
  EXPECT_EQ(items().count(), 0U);
}

TEST_P(Rows, GetTheirTimesWhenInserted) {
  const Timestamp before = now();
  items().insert(item(1));
  const Item kept = stored(1);
  EXPECT_GE(kept.created_at, before);
  EXPECT_LE(kept.created_at, now());
  EXPECT_EQ(kept.updated_at, kept.created_at);
}

TEST_P(Rows, KeepTheTimesThatTheyCameWith) {
  Item old = item(1);
  old.created_at = parse_timestamp("2001-02-03T04:05:06.000007Z").value();
  old.updated_at = parse_timestamp("2002-02-03T04:05:06.000007Z").value();
  old.version = 41;
  items().insert(old);
  EXPECT_EQ(stored(1), old);
}

TEST_P(Rows, AreUpdatedAsAWhole) {
  items().insert(item(1));
  Item changed = stored(1);
  const Item before = changed;
  changed.name = "renamed";
  changed.order_ = "first";
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  items().update(changed);
  EXPECT_EQ(changed.version, before.version + 1);
  EXPECT_GT(changed.updated_at, before.updated_at);
  EXPECT_EQ(changed.created_at, before.created_at);
  EXPECT_EQ(stored(1), changed);
}

TEST_P(Rows, KeepTheirCreationWhenUpdated) {
  items().insert(item(1));
  Item changed = stored(1);
  const Timestamp created = changed.created_at;
  changed.created_at = Timestamp{std::chrono::seconds(1)};
  items().update(changed);
  EXPECT_EQ(stored(1).created_at, created);
}

TEST_P(Rows, AreNotUpdatedWhenTheyChangedSinceTheyWereRead) {
  items().insert(item(1));
  Item mine = stored(1);
  Item theirs = stored(1);
  theirs.name = "theirs";
  items().update(theirs);
  mine.name = "mine";
  TENON_EXPECT_ERROR(conflict, items().update(mine));
  TENON_EXPECT_ERROR(conflict, items().update<&Item::name>(mine));
  EXPECT_EQ(mine.version, 1);
  EXPECT_EQ(stored(1), theirs);
}

TEST_P(Rows, AreNotUpdatedWhenTheyAreGone) {
  Item ghost = item(9);
  TENON_EXPECT_ERROR(not_found, items().update(ghost));
  TENON_EXPECT_ERROR(not_found, items().update<&Item::name>(ghost));
  TENON_EXPECT_ERROR(not_found, items().patch({"s", 9}, set<&Item::name>("x")));
  EXPECT_EQ(items().count(), 0U);
}

TEST_P(Rows, WithoutAVersionAreUpdatedWithoutConflict) {
  const Repository<Shelf> shelves(acme());
  Shelf shelf{"a", "one"};
  TENON_EXPECT_ERROR(not_found, shelves.update(shelf));
  shelves.insert(shelf);
  shelf.label = "two";
  shelves.update(shelf);
  EXPECT_EQ(shelves.get("a"), shelf);
}

TEST_P(Rows, AreUpdatedInTheNamedMembersOnly) {
  items().insert(item(1));
  Item changed = stored(1);
  changed.name = "renamed";
  changed.quantity = 77;
  items().update<&Item::name>(changed);
  EXPECT_EQ(changed.version, 2);
  EXPECT_EQ(stored(1).name, "renamed");
  EXPECT_EQ(stored(1).quantity, 10);
  changed.order_ = "x";
  items().update<&Item::quantity, &Item::order_>(changed);
  EXPECT_EQ(stored(1), changed);
}

TEST_P(Rows, ArePatchedWhateverTheirVersion) {
  items().insert(item(1));
  const Item before = stored(1);
  items().patch({"s", 1}, set<&Item::name>("patched"), set<&Item::order_>("o"));
  const Item after = stored(1);
  EXPECT_EQ(after.name, "patched");
  EXPECT_EQ(after.order_, "o");
  EXPECT_EQ(after.version, before.version + 1);
  EXPECT_GE(after.updated_at, before.updated_at);
  EXPECT_EQ(after.created_at, before.created_at);
  items().patch({"s", 1}, set<&Item::order_>(std::nullopt));
  EXPECT_EQ(stored(1).order_, std::nullopt);
}

TEST_P(Rows, AreIncreasedByTheDatabase) {
  items().insert(item(1));
  items().patch({"s", 1}, increase<&Item::quantity>(5));
  items().patch({"s", 1}, increase<&Item::quantity>(-7));
  EXPECT_EQ(stored(1).quantity, 8);
  const Repository<Reading> readings(acme());
  readings.insert({.id = 1, .room = "r", .value = 0.5});
  readings.patch(1, increase<&Reading::value>(0.25), increase<&Reading::level>(-3));
  EXPECT_EQ(readings.get(1).value().value, 0.75);
  EXPECT_EQ(readings.get(1).value().level, -3);
}

TEST_P(Rows, CountEveryIncreaseOfEveryThread) {
  items().insert(item(1));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < 25; ++i) items().patch({"s", 1}, increase<&Item::quantity>(1));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stored(1).quantity, 110);
  EXPECT_EQ(stored(1).version, 101);
}

TEST_P(Rows, ArePatchedAndRemovedByCondition) {
  for (int slot = 1; slot <= 6; ++slot) items().insert(item(slot));
  EXPECT_EQ(items().patch_where(field<&Item::slot> > 4, set<&Item::order_>("late"),
                                increase<&Item::quantity>(100)),
            2U);
  EXPECT_EQ(stored(5).quantity, 110);
  EXPECT_EQ(stored(5).version, 2);
  EXPECT_EQ(stored(4).quantity, 10);
  EXPECT_EQ(items().patch_where(field<&Item::slot> > 40, set<&Item::order_>("x")), 0U);
  EXPECT_EQ(items().patch_where(field<&Item::slot>.in({1, 2, 99}), set<&Item::order_>("in")), 2U);
  EXPECT_EQ(items().remove_where(field<&Item::order_> == "late"), 2U);
  EXPECT_EQ(items().remove_where(field<&Item::order_> == "late"), 0U);
  EXPECT_EQ(items().count(), 4U);
  EXPECT_EQ(items().count(field<&Item::order_>.is_null()), 2U);
}

TEST_P(Rows, AreInsertedByTheFirstUpsertAndReplacedByTheNext) {
  items().upsert(item(1));
  const Item first = stored(1);
  EXPECT_EQ(first.version, 1);
  Item second = item(1);
  second.name = "second";
  second.version = 99;
  second.created_at = Timestamp{std::chrono::seconds(5)};
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  items().upsert(second);
  const Item kept = stored(1);
  EXPECT_EQ(kept.name, "second");
  EXPECT_EQ(kept.version, 2);
  EXPECT_EQ(kept.created_at, first.created_at);
  EXPECT_GT(kept.updated_at, first.updated_at);
  EXPECT_EQ(items().count(), 1U);
}

TEST_P(Rows, OfNothingButAKeyCanBeUpserted) {
  const Repository<Tag> tags(acme());
  tags.upsert({"a"});
  tags.upsert({"a"});
  TENON_EXPECT_ERROR(already_exists, tags.insert({"a"}));
  EXPECT_EQ(tags.count(), 1U);
  EXPECT_TRUE(tags.remove("a"));
}

TEST_P(Rows, MayHaveAnEmptyOrOddKey) {
  const Repository<Shelf> shelves(acme());
  for (const char* id : {"", " ", "'", "a'b\"c\\d", "🦊", "A", "a", "$1", "NULL", "%"})
    shelves.insert({id, std::string("label of ") + id});
  EXPECT_EQ(shelves.count(), 10U);
  EXPECT_EQ(shelves.get("a'b\"c\\d").value().label, "label of a'b\"c\\d");
  EXPECT_TRUE(shelves.remove("A"));
  EXPECT_TRUE(shelves.exists("a"));
}

TENON_CONFORMANCE_SUITE(Rows);

/// What the database itself refuses.
class Constraints : public Rows {};

TEST_P(Constraints, NameTheCheckThatRefused) {
  Item bad = item(1);
  bad.quantity = -1;
  const Error error = error_of([&] { items().insert(bad); });
  EXPECT_EQ(error.kind(), Error::Kind::constraint_violation) << error.what();
  EXPECT_EQ(error.detail().constraint, "items_quantity_not_negative");
  EXPECT_EQ(error.sqlstate(), "23514");
  EXPECT_EQ(error.detail().statement, "items.insert");
  EXPECT_FALSE(error.retryable());
  TENON_EXPECT_ERROR(constraint_violation, items().upsert(bad));
  EXPECT_EQ(items().count(), 0U);
}

TEST_P(Constraints, GuardUpdatesToo) {
  items().insert(item(1));
  Item bad = stored(1);
  bad.quantity = -1;
  TENON_EXPECT_ERROR(constraint_violation, items().update(bad));
  TENON_EXPECT_ERROR(constraint_violation, items().patch({"s", 1}, increase<&Item::quantity>(-11)));
  TENON_EXPECT_ERROR(constraint_violation,
                     items().patch_where(field<&Item::slot> == 1, set<&Item::quantity>(-1)));
  EXPECT_EQ(stored(1).quantity, 10);
  EXPECT_EQ(stored(1).version, 1);
}

TEST_P(Constraints, RefuseAMissingValue) {
  Item bad = item(1);
  bad.owner.reset();
  TENON_EXPECT_ERROR(constraint_violation, items().insert(bad));
  EXPECT_EQ(items().count(), 0U);
}

TEST_P(Constraints, RefuseAReferenceToNothing) {
  Item bad = item(1);
  bad.shelf = "nowhere";
  TENON_EXPECT_ERROR(constraint_violation, items().insert(bad));
  EXPECT_EQ(items().count(), 0U);
}

TEST_P(Constraints, KeepAShelfThatHasItems) {
  items().insert(item(1));
  const Repository<Shelf> shelves(acme());
  TENON_EXPECT_ERROR(constraint_violation, shelves.remove("s"));
  EXPECT_TRUE(shelves.exists("s"));
  items().remove({"s", 1});
  EXPECT_TRUE(shelves.remove("s"));
}

TEST_P(Constraints, ThatAreDeferredAreHeldAtTheEnd) {
  const Repository<Link> links(acme());
  TENON_EXPECT_ERROR(constraint_violation, links.insert({"a", "missing"}));
  EXPECT_EQ(links.count(), 0U);
  links.insert({"self", "self"});

  acme().transact([](Transaction& tx) {
    const Repository<Link> inside(tx);
    inside.insert({"a", "b"});
    inside.insert({"b", "a"});
  });
  EXPECT_EQ(links.count(), 3U);

  Transaction tx = acme().begin();
  Repository<Link>(tx).insert({"c", "missing"});
  TENON_EXPECT_ERROR(constraint_violation, tx.commit());
  EXPECT_FALSE(tx.is_open());
  EXPECT_EQ(links.count(), 3U);
}

TENON_CONFORMANCE_SUITE(Constraints);

}  // namespace tenon::testing
