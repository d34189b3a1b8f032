#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <tenon/observer.hpp>
#include <tenon/policy_store.hpp>
#include <tenon/raw_sql.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// Keeps what it was told.
class RecordingObserver final : public Observer {
 public:
  struct Heard {
    std::string name;
    std::string outcome;
    std::uint64_t rows;
    unsigned round_trips;
    bool writes;
    bool in_transaction;
    std::size_t batch;
    std::optional<std::uint64_t> tenant_hash;
    std::string sql;
    std::chrono::nanoseconds duration;
  };

  void statement(const StatementEvent& event) override {
    const std::lock_guard lock(mutex_);
    heard_.push_back({std::string(event.name), std::string(event.outcome()), event.rows, event.round_trips,
                      event.writes, event.in_transaction, event.batch, event.tenant_hash,
                      std::string(event.sql), event.duration});
  }
  void migration(const MigrationRun& run) override {
    const std::lock_guard lock(mutex_);
    migrations.emplace_back(std::string(run.component) + " " + std::to_string(run.version) +
                            (run.direction == MigrationDirection::down ? " reverted" : "") +
                            (run.error != nullptr ? " failed" : ""));
  }
  void opened(const DatabaseIdentity& database, std::function<std::optional<PoolStats>()> pool) override {
    system = database.system;
    stats = std::move(pool);
  }

  /// What was heard since the last call.
  std::vector<Heard> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(heard_, {});
  }
  std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const Heard& heard : take()) names.push_back(heard.name);
    return names;
  }

  std::vector<std::string> migrations;
  std::string system;
  std::function<std::optional<PoolStats>()> stats;

 private:
  std::mutex mutex_;
  std::vector<Heard> heard_;
};

class ObserverSuite : public ConformanceTest {
 protected:
  // A database of the test's own, observed.
  class Place {
   public:
    explicit Place(Backend& backend, std::string tenant_key = {}) : created(backend.create()) {
      Config config = backend.config(created->url());
      config.observer = observer;
      config.tenant_hash_key = Secret(std::move(tenant_key));
      database.emplace(Database::open(config));
      database->migrate();
      observer->take();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { database->close(); }

    std::unique_ptr<TestDatabase> created;
    std::shared_ptr<RecordingObserver> observer = std::make_shared<RecordingObserver>();
    std::optional<Database> database;
  };

  static Policy policy(std::string id) { return {.id = std::move(id), .name = "A policy"}; }
};

TEST_P(ObserverSuite, HearsOfEveryStatement) {
  Place place(backend());
  const PolicyStore policies{place.database->scope(TenantContext{"acme"})};
  policies.insert(policy("a"));
  (void)policies.get("a");
  (void)policies.count();
  EXPECT_THROW(policies.insert(policy("a")), Error);
  const auto heard = place.observer->take();
  ASSERT_EQ(heard.size(), 4U);
  EXPECT_EQ(heard[0].name, "policies.insert");
  EXPECT_EQ(heard[0].outcome, "ok");
  EXPECT_TRUE(heard[0].writes);
  EXPECT_FALSE(heard[0].in_transaction);
  EXPECT_GT(heard[0].duration.count(), 0);
  EXPECT_NE(heard[0].sql.find("INSERT INTO"), std::string::npos);
  EXPECT_FALSE(heard[0].tenant_hash);
  EXPECT_EQ(heard[1].name, "policies.get");
  EXPECT_EQ(heard[1].rows, 1U);
  EXPECT_FALSE(heard[1].writes);
  EXPECT_EQ(heard[3].outcome, "already_exists");
}

TEST_P(ObserverSuite, CountsRoundTrips) {
  Place place(backend());
  const bool server = place.observer->system == "postgresql";
  const TenantScope scope = place.database->scope(TenantContext{"acme"});
  const PolicyStore policies{scope};
  (void)policies.get("a");
  place.observer->take();
  (void)policies.get("a");
  scope.transact([&](Transaction& tx) { (void)PolicyStore{tx}.get("a"); });
  for (const auto& heard : place.observer->take()) {
    // The begin travels with the first statement.
    const unsigned expected = server && heard.name != "transaction.begin" ? 1 : 0;
    EXPECT_EQ(heard.round_trips, expected) << heard.name;
  }
}

TEST_P(ObserverSuite, HearsOfTransactions) {
  Place place(backend());
  const TenantScope scope = place.database->scope(TenantContext{"acme"});
  scope.transact([&](Transaction& tx) {
    PolicyStore{tx}.insert(policy("a"));
    tx.nested([&] { PolicyStore{tx}.remove("a"); });
  });
  EXPECT_EQ(place.observer->names(),
            (std::vector<std::string>{"transaction.begin", "policies.insert", "transaction.savepoint",
                                      "policies.remove", "transaction.release", "transaction.commit"}));
  { const Transaction dropped = scope.begin(); }
  EXPECT_EQ(place.observer->names(),
            (std::vector<std::string>{"transaction.begin", "transaction.rollback"}));
}

TEST_P(ObserverSuite, HearsOfBatchesAndRawSqlWithoutItsText) {
  Place place(backend());
  const TenantScope scope = place.database->scope(TenantContext{"acme"});
  const std::vector<Policy> two{policy("a"), policy("b")};
  (void)PolicyStore{scope}.insert_all(two);
  (void)scope.execute("UPDATE policies SET name = 'a secret value' WHERE id = $1", std::string("a"));
  const auto heard = place.observer->take();
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].batch, 2U);
  EXPECT_EQ(heard[0].rows, 2U);
  EXPECT_EQ(heard[1].name, "raw.execute");
  EXPECT_EQ(heard[1].sql, "");
  EXPECT_EQ(heard[1].rows, 1U);
}

TEST_P(ObserverSuite, TellsTenantsApartOnlyWithAKey) {
  Place place(backend(), "key");
  for (const char* tenant : {"acme", "acme", "globex"})
    (void)PolicyStore{place.database->scope(TenantContext{tenant})}.count();
  const auto heard = place.observer->take();
  ASSERT_EQ(heard.size(), 3U);
  // echo -n acme | openssl dgst -sha256 -hmac key
  EXPECT_EQ(heard[0].tenant_hash, 0x2a0c2d9f96b5b1a7ULL);
  EXPECT_EQ(heard[1].tenant_hash, heard[0].tenant_hash);
  EXPECT_NE(heard[2].tenant_hash, heard[0].tenant_hash);
}

TEST_P(ObserverSuite, HearsOfMigrations) {
  Place place(backend());
  const auto bundled = place.database->engine().bundled_migrations().size();
  EXPECT_EQ(place.observer->migrations.size(), bundled);
  EXPECT_EQ(place.observer->migrations.front(), "tenon 1");
  EXPECT_THROW(place.database->migrator("app", {{1, "broken", "CREATE TABL x", ""}}).up(), Error);
  EXPECT_EQ(place.observer->migrations.back(), "app 1 failed");
  Migrator things = place.database->migrator(
      "things", {{1, "things", "CREATE TABLE things (id bigint)", "DROP TABLE things"}});
  things.up();
  things.down();
  EXPECT_EQ(place.observer->migrations.back(), "things 1 reverted");
}

TEST_P(ObserverSuite, GivesThePoolsFiguresForAsLongAsThereIsOneAndOnceMore) {
  const auto observer = std::make_shared<RecordingObserver>();
  const auto created = backend().create();
  Config config = backend().config(created->url());
  config.observer = observer;
  {
    const Database database = Database::open(config);
    ASSERT_TRUE(observer->stats().has_value());
    EXPECT_EQ(observer->stats()->size, database.pool_stats().size);
  }
  const auto last = observer->stats();
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->total, 0U);
  EXPECT_EQ(last->capacity, 0U);
  EXPECT_FALSE(observer->stats().has_value());
}

// An observer that fails changes nothing for the host.
TEST_P(ObserverSuite, MayThrow) {
  struct Failing final : Observer {
    void opened(const DatabaseIdentity&, std::function<std::optional<PoolStats>()>) override { fail(); }
    void statement(const StatementEvent&) override { fail(); }
    void migration(const MigrationRun&) override { fail(); }
    static void fail() { throw std::runtime_error("an observer's own"); }
  };
  const auto created = backend().create();
  Config config = backend().config(created->url());
  config.observer = std::make_shared<Failing>();
  Database database = Database::open(config);
  database.migrate();
  const PolicyStore policies{database.scope(TenantContext{"acme"})};
  policies.insert(policy("a"));
  EXPECT_EQ(policies.count(), 1U);
  database.close();
}

// A visitor's own exception is no error of the statement.
TEST_P(ObserverSuite, TellsAVisitorsExceptionFromAnError) {
  Place place(backend());
  const PolicyStore policies{place.database->scope(TenantContext{"acme"})};
  policies.insert(policy("a"));
  place.observer->take();
  EXPECT_THROW(policies.for_each(where(field<&Policy::id> == "a"),
                                 [](const Policy&) { throw std::runtime_error("the visitor's"); }),
               std::runtime_error);
  const auto heard = place.observer->take();
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].outcome, "interrupted");
}

TENON_CONFORMANCE_SUITE(ObserverSuite);

}  // namespace tenon::testing
