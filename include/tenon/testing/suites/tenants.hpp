#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <tenon/repository.hpp>
#include <tenon/testing/readings.hpp>

namespace tenon::testing {

/// One tenant's rows are not there for another.
class Tenants : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    if (IsSkipped()) return;
    ours().insert_all(std::vector<Shelf>{{"a", "ours"}, {"b", "ours"}});
    theirs().insert_all(std::vector<Shelf>{{"a", "theirs"}, {"c", "theirs"}, {"d", "theirs"}});
  }
  [[nodiscard]] Repository<Shelf> ours() const { return Repository<Shelf>(acme()); }
  [[nodiscard]] Repository<Shelf> theirs() const { return Repository<Shelf>(globex()); }
  void expect_theirs_untouched() const {
    const std::vector<Shelf> all_theirs{{"a", "theirs"}, {"c", "theirs"}, {"d", "theirs"}};
    EXPECT_EQ(theirs().find().items, all_theirs);
  }
};

TEST_P(Tenants, SeeOnlyTheirOwnRows) {
  EXPECT_EQ(ours().get("a").value().label, "ours");
  EXPECT_EQ(theirs().get("a").value().label, "theirs");
  EXPECT_EQ(ours().get("c"), std::nullopt);
  EXPECT_FALSE(ours().exists("c"));
  EXPECT_EQ(ours().count(), 2U);
  EXPECT_EQ(theirs().count(), 3U);
  EXPECT_EQ(ours().count(field<&Shelf::label> == "theirs"), 0U);
  EXPECT_EQ(ours().find().items.size(), 2U);
  int visited = 0;
  ours().for_each(all(), [&](Shelf& shelf) {
    EXPECT_EQ(shelf.label, "ours");
    ++visited;
  });
  EXPECT_EQ(visited, 2);
}

TEST_P(Tenants, ChangeOnlyTheirOwnRows) {
  Shelf stranger{"c", "changed"};
  TENON_EXPECT_ERROR(not_found, ours().update(stranger));
  TENON_EXPECT_ERROR(not_found, ours().patch("c", set<&Shelf::label>("changed")));
  EXPECT_EQ(ours().patch_where(field<&Shelf::label> != "", set<&Shelf::label>("changed")), 2U);
  ours().upsert({"d", "changed"});
  ours().upsert_all(std::vector<Shelf>{{"a", "changed"}, {"c", "changed"}});
  expect_theirs_untouched();
}

TEST_P(Tenants, RemoveOnlyTheirOwnRows) {
  EXPECT_FALSE(ours().remove("c"));
  EXPECT_TRUE(ours().remove("a"));
  EXPECT_EQ(ours().remove_where(field<&Shelf::id> >= ""), 1U);
  expect_theirs_untouched();
}

TEST_P(Tenants, MayUseTheSameKeysAndUniqueValues) {
  const auto item = [](std::string name) {
    Item one;
    one.shelf = "a";
    one.name = std::move(name);
    one.owner = "me";
    return one;
  };
  Repository<Item>(acme()).insert(item("lamp"));
  Repository<Item>(globex()).insert(item("lamp"));
  TENON_EXPECT_ERROR(already_exists, Repository<Item>(acme()).insert(item("lamp")));
}

TEST_P(Tenants, CannotReferToOneAnothersRows) {
  Item one;
  one.shelf = "c";
  one.name = "lamp";
  one.owner = "me";
  TENON_EXPECT_ERROR(constraint_violation, Repository<Item>(acme()).insert(one));
}

TEST_P(Tenants, KeepApartWithinTransactions) {
  acme().transact([](Transaction& tx) {
    const Repository<Shelf> inside(tx);
    EXPECT_EQ(inside.count(), 2U);
    EXPECT_EQ(inside.get("c"), std::nullopt);
    EXPECT_EQ(inside.remove_where(field<&Shelf::label> == "theirs"), 0U);
    inside.upsert_all(std::vector<Shelf>{{"c", "changed"}, {"d", "changed"}});
  });
  expect_theirs_untouched();
}

TEST_P(Tenants, MayHaveAnyNameOfUpTo255Bytes) {
  std::vector<std::string> names{name_of("a'b"),
                                 name_of("a\"b"),
                                 name_of("a\\b"),
                                 name_of("a\\'b"),
                                 name_of("🦊"),
                                 name_of(" a b "),
                                 name_of("A"),
                                 name_of("a"),
                                 name_of("$1"),
                                 name_of("%"),
                                 name_of("a,b;c--d/*e*/"),
                                 name_of("a\nb\tc"),
                                 name_of("'; drop table kit_shelves; --"),
                                 name_of("NULL"),
                                 name_of("e\u0301"),
                                 name_of("\u00e9")};
  names.push_back(name_of("long") + std::string(255 - name_of("long").size(), 'x'));
  for (const std::string& name : names) {
    const Repository<Shelf> shelves(database().scope(TenantContext(name)));
    EXPECT_EQ(shelves.count(), 0U) << name;
    shelves.insert({"id", name});
    shelves.insert_all(std::vector<Shelf>(1, {"id 2", name}));
  }
  for (const std::string& name : names) {
    const Repository<Shelf> shelves(database().scope(TenantContext(name)));
    EXPECT_EQ(shelves.count(), 2U) << name;
    EXPECT_EQ(shelves.get("id").value().label, name);
    database().scope(TenantContext(name)).transact([&](Transaction& tx) {
      EXPECT_EQ(Repository<Shelf>(tx).count(), 2U) << name;
    });
  }
}

TEST_P(Tenants, MustHaveAName) {
  for (const std::string& name :
       {std::string(), std::string(" "), std::string("\t\n"), std::string("a\0b", 3), std::string(256, 'x'),
        std::string("\xFF"), std::string("\xC3")})
    TENON_EXPECT_ERROR(invalid_argument, database().scope(TenantContext(name)));
}

TEST_P(Tenants, MayNameAnyActor) {
  const TenantScope scope =
      database().scope(TenantContext(name_of("acme"), Role::customer, "o'brien \"\\ 🦊; drop table x"));
  EXPECT_EQ(Repository<Shelf>(scope).count(), 2U);
  TENON_EXPECT_ERROR(invalid_argument, TenantContext("a", Role::customer, std::string("a\0b", 3)));
  TENON_EXPECT_ERROR(invalid_argument, TenantContext("a", Role::customer, std::string(256, 'x')));
}

TENON_CONFORMANCE_SUITE(Tenants);

/// What a role may do.
class Roles : public Tenants {};

TEST_P(Roles, OfAReaderReadAndDoNotWrite) {
  const TenantScope reader = scope("acme", Role::read_only);
  const Repository<Shelf> shelves(reader);
  EXPECT_EQ(shelves.count(), 2U);
  EXPECT_EQ(shelves.get("a").value().label, "ours");
  Shelf changed{"a", "changed"};
  TENON_EXPECT_ERROR(permission_denied, shelves.insert({"z", "z"}));
  TENON_EXPECT_ERROR(permission_denied, shelves.upsert(changed));
  TENON_EXPECT_ERROR(permission_denied, shelves.update(changed));
  TENON_EXPECT_ERROR(permission_denied, shelves.patch("a", set<&Shelf::label>("changed")));
  TENON_EXPECT_ERROR(permission_denied, shelves.remove("a"));
  TENON_EXPECT_ERROR(permission_denied, shelves.remove_where(field<&Shelf::id> == "a"));
  TENON_EXPECT_ERROR(permission_denied, shelves.insert_all(std::vector<Shelf>{changed}));
  TENON_EXPECT_ERROR(permission_denied, reader.begin());
  EXPECT_EQ(ours().get("a").value().label, "ours");
}

TEST_P(Roles, OfAReaderMayReadInATransaction) {
  const TenantScope reader = scope("acme", Role::read_only);
  Transaction tx = reader.begin({.access = backend::Access::read});
  EXPECT_EQ(Repository<Shelf>(tx).count(), 2U);
  TENON_EXPECT_ERROR(permission_denied, Repository<Shelf>(tx).remove("a"));
  tx.commit();
}

TEST_P(Roles, AreEnforcedByTheBackendItself) {
  static constexpr std::array columns{backend::Type::text};
  const std::string table = detail::spelt(database().engine().dialect().flavour(), "kit.shelves");
  const std::string sql = "UPDATE " + table + " SET \"label\" = 'x' WHERE \"tenant_id\" = $1";
  const std::string tenant = name_of("acme");
  const backend::Statement statement{"kit.update", sql, backend::statement_id(sql, columns),
                                     columns,      {},  backend::Access::write};
  const std::array values{backend::Value::text(tenant)};
  const auto ignore = [](backend::Values) { return true; };
  const auto run = [&](Role role) {
    database().engine().execute({tenant, role, {}}, {statement, values, ignore});
  };
  TENON_EXPECT_ERROR(permission_denied, run(Role::read_only));
  TENON_EXPECT_ERROR(permission_denied, run(Role::administrator));
  EXPECT_EQ(ours().count(field<&Shelf::label> == "x"), 0U);
}

TENON_CONFORMANCE_SUITE(Roles);

/// Reading across all tenants, in a database of its own, in which the tests write nothing.
class Administrators : public ConformanceTest {
 protected:
  static constexpr int tenants = 5;
  void SetUp() override {
    ConformanceTest::SetUp();
    if (IsSkipped()) return;
    static std::map<Backend*, std::unique_ptr<Workplace>> places;
    std::unique_ptr<Workplace>& place = places[&backend()];
    const bool fresh = place == nullptr;
    if (fresh) place = std::make_unique<Workplace>(backend());
    place_ = place.get();
    for (int t = 0; fresh && t < tenants; ++t)
      Repository<Reading>(of(t)).insert_all(make_readings(static_cast<std::size_t>(10 + t)));
  }
  [[nodiscard]] TenantScope of(int tenant) const {
    return place_->database().scope(TenantContext("tenant " + std::to_string(tenant)));
  }
  [[nodiscard]] AdministratorScope administrator() const {
    return place_->database().administrator("auditor");
  }
  [[nodiscard]] static std::map<std::string, std::size_t> expected() {
    std::map<std::string, std::size_t> rows;
    for (int t = 0; t < tenants; ++t)
      rows["tenant " + std::to_string(t)] = static_cast<std::size_t>(10 + t);
    return rows;
  }

 private:
  Workplace* place_ = nullptr;
};

TEST_P(Administrators, CountTheRowsOfAllTenants) {
  EXPECT_EQ(administrator().count<Reading>(), 60U);
  std::uint64_t positive = 0;
  for (int t = 0; t < tenants; ++t)
    positive += Repository<Reading>(of(t)).count(field<&Reading::level> > 0);
  EXPECT_EQ(administrator().count<Reading>(field<&Reading::level> > 0), positive);
}

TEST_P(Administrators, GetEachRowWithItsTenant) {
  std::map<std::string, std::size_t> rows;
  administrator().for_each<Reading>(all(), [&](Owned<Reading>& row) { ++rows[row.tenant]; });
  EXPECT_EQ(rows, expected());
}

TEST_P(Administrators, PageThroughAllTenants) {
  for (const std::size_t limit : {1U, 7U, 60U}) {
    std::map<std::string, std::size_t> rows;
    std::set<std::pair<std::string, std::int64_t>> keys;
    std::optional<Cursor> next;
    do {
      const auto page =
          administrator().find<Reading>(all().order_by(desc<&Reading::level>).limit(limit).after(next));
      for (const Owned<Reading>& row : page) {
        ++rows[row.tenant];
        keys.emplace(row.tenant, row.entity.id);
      }
      next = page.next;
    } while (next && keys.size() < 100);
    EXPECT_EQ(rows, expected());
    EXPECT_EQ(keys.size(), 60U);
  }
}

TEST_P(Administrators, ReadProjections) {
  const auto page = administrator().find<Reading, ReadingPlace>(where(field<&Reading::room> == "hall"));
  EXPECT_EQ(page.items.size(), administrator().count<Reading>(field<&Reading::room> == "hall"));
  for (const Owned<ReadingPlace>& row : page) EXPECT_EQ(row.entity.room, "hall");
}

TEST_P(Administrators, HaveNoTenantOfTheirOwn) {
  TENON_EXPECT_ERROR(invalid_argument, database().scope(TenantContext("a", Role::administrator)));
  TENON_EXPECT_ERROR(invalid_argument, database().administrator(std::string("a\0b", 3)));
}

TEST_P(Administrators, DoNotUseATenantsCursor) {
  const auto tenants_page = Repository<Reading>(of(0)).find(all().limit(3));
  TENON_EXPECT_ERROR(invalid_argument, administrator().find<Reading>(all().after(tenants_page.next)));
}

TENON_CONFORMANCE_SUITE(Administrators);

}  // namespace tenon::testing
