#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tenon/policy_store.hpp>
#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// How a database is opened, shared and closed.
class Lifetimes : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    if (!IsSkipped()) place_ = std::make_unique<Workplace>(backend());
  }
  [[nodiscard]] Workplace& place() const { return *place_; }
  [[nodiscard]] TenantScope tenant() const { return place_->database().scope(TenantContext("acme")); }

 private:
  std::unique_ptr<Workplace> place_;
};

TEST_P(Lifetimes, TellTheDatabasesVersion) {
  EXPECT_NE(place().database().version().find_first_of("0123456789"), std::string::npos);
  EXPECT_FALSE(place().database().engine().dialect().name().empty());
}

TEST_P(Lifetimes, EndForEveryCallWithClose) {
  const TenantScope scope = tenant();
  const AdministratorScope administrator = place().database().administrator();
  const Repository<Shelf> shelves(scope);
  shelves.insert({"a", "1"});
  place().database().close();
  place().database().close();
  TENON_EXPECT_ERROR(unavailable, shelves.get("a"));
  TENON_EXPECT_ERROR(unavailable, shelves.insert({"b", "2"}));
  TENON_EXPECT_ERROR(unavailable, shelves.insert_all(std::vector<Shelf>{{"c", "3"}}));
  TENON_EXPECT_ERROR(unavailable, shelves.for_each(all(), [](Shelf&) {}));
  TENON_EXPECT_ERROR(unavailable, scope.begin());
  TENON_EXPECT_ERROR(unavailable, administrator.count<Shelf>());
  TENON_EXPECT_ERROR(unavailable, place().database().migrate());
  TENON_EXPECT_ERROR(unavailable, tenant().begin());
}

TEST_P(Lifetimes, EndWithCloseInTheMiddleOfAVisitWithoutHanging) {
  const TenantScope scope = tenant();
  const Repository<Shelf> shelves(scope);
  shelves.insert_all(std::vector<Shelf>{{"a", "1"}, {"b", "2"}});
  try {
    shelves.for_each(all(), [&](Shelf&) { place().database().close(); });
  } catch (const Error& error) {  // a backend may end the visit or let it finish
    EXPECT_EQ(error.kind(), Error::Kind::unavailable);
  }
  TENON_EXPECT_ERROR(unavailable, shelves.count());
}

TEST_P(Lifetimes, OfADatabaseLastAsLongAsItsScopes) {
  // In memory a second one would be another database.
  std::optional<Database> database =
      backend().persistent() ? Database::open(backend().config(place().url())) : place().database();
  const TenantScope scope = database->scope(TenantContext("acme"));
  database.reset();
  Repository<Shelf>(scope).insert({"a", "1"});
  EXPECT_EQ(Repository<Shelf>(scope).count(), 1U);
}

TEST_P(Lifetimes, OfRowsOutlastTheDatabaseObject) {
  if (!backend().persistent()) GTEST_SKIP() << "the backend keeps nothing";
  Repository<Shelf>(tenant()).insert({"a", "kept"});
  place().database().close();
  Database again = Database::open(backend().config(place().url()));
  const Repository<Shelf> shelves(again.scope(TenantContext("acme")));
  EXPECT_EQ(shelves.get("a"), (Shelf{"a", "kept"}));
  again.close();
}

TEST_P(Lifetimes, OfTwoDatabaseObjectsMayOverlap) {
  if (!backend().persistent()) GTEST_SKIP() << "the backend keeps nothing";
  Database second = Database::open(backend().config(place().url()));
  const Repository<Shelf> here(tenant());
  const Repository<Shelf> there(second.scope(TenantContext("acme")));
  here.insert({"a", "here"});
  there.insert({"b", "there"});
  EXPECT_EQ(there.count(), 2U);
  second.close();
  here.insert({"c", "here"});
  EXPECT_EQ(here.count(), 3U);
}

TENON_CONFORMANCE_SUITE(Lifetimes);

}  // namespace tenon::testing
