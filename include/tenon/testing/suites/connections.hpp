#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>

#include <tenon/listener.hpp>
#include <tenon/policy_store.hpp>
#include <tenon/repository.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// What a database tells of its connections, and how it lets go of them.
class Connections : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    if (!IsSkipped()) place_ = std::make_unique<Workplace>(backend());
  }
  [[nodiscard]] Workplace& place() const { return *place_; }
  [[nodiscard]] Database& database() const { return place_->database(); }
  [[nodiscard]] TenantScope tenant() const { return database().scope(TenantContext("acme")); }

 private:
  std::unique_ptr<Workplace> place_;
};

TEST_P(Connections, AreCountedWhileATransactionHoldsOne) {
  const TenantScope scope = tenant();
  // A backend that keeps tenants apart makes a tenant's place now, which takes connections of its own.
  Repository<Shelf>(scope).insert({"a", "1"});
  const PoolStats before = database().pool_stats();
  EXPECT_GT(before.capacity, 0U);
  EXPECT_EQ(before.active, 0U);
  {
    const Transaction transaction = scope.begin();
    const PoolStats during = database().pool_stats();
    EXPECT_EQ(during.active, 1U);
    EXPECT_GT(during.acquired, before.acquired);
    EXPECT_LE(during.total, during.capacity);
    EXPECT_EQ(during.total, during.active + during.idle + during.connecting);
  }
  const PoolStats after = database().pool_stats();
  EXPECT_EQ(after.active, 0U);
  std::uint64_t waits = 0;
  for (const std::uint64_t count : after.acquire_waits) waits += count;
  EXPECT_EQ(waits, after.acquired);
}

TEST_P(Connections, AreWaitedForWhenTheDatabaseClosesWithPatience) {
  const TenantScope scope = tenant();
  std::atomic<bool> began{false};
  std::thread holder([&] {
    Transaction transaction = scope.begin();
    Repository<Shelf>(transaction).insert({"a", "1"});
    began = true;
    began.notify_one();
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    transaction.commit();
  });
  began.wait(false);
  EXPECT_TRUE(database().close(std::chrono::seconds{20}));
  holder.join();
  TENON_EXPECT_ERROR(unavailable, Repository<Shelf>(scope).count());
  EXPECT_EQ(database().pool_stats().active, 0U);
}

TEST_P(Connections, ThatAreHeldForLongerDoNotKeepTheDatabaseFromClosing) {
  const TenantScope scope = tenant();
  std::optional<Transaction> kept = scope.begin();
  bool closed = true;
  std::thread([&] { closed = database().close(std::chrono::milliseconds{20}); }).join();
  EXPECT_FALSE(closed);
  EXPECT_FALSE(database().close(std::chrono::milliseconds{20})) << "closed twice";
  TENON_EXPECT_ERROR(unavailable, scope.begin());
  kept.reset();
  EXPECT_TRUE(database().close(std::chrono::seconds{20}));
}

TEST_P(Connections, TakeTheLongestTimesForNever) {
  using std::chrono::milliseconds;
  Config config = backend().config(place().url());
  config.pool.acquire_timeout = config.pool.connect_timeout = config.pool.idle_timeout =
      config.pool.overflow_linger = config.pool.ping_after_idle = config.pool.ping_timeout =
          config.pool.leak_after = config.pool.backoff_max = milliseconds::max();
  config.pool.max_lifetime = std::chrono::seconds::max();
  config.sqlite.busy_timeout = config.call_timeout = config.statement_timeout = milliseconds::max();
  Database patient = Database::open(config);
  patient.migrator().lock_timeout(milliseconds::max()).up();
  const TenantScope scope = patient.scope(TenantContext("acme"));
  PolicyStore(scope).insert({.id = "a", .name = "1"});
  EXPECT_EQ(PolicyStore(scope).count(), 1U);
  EXPECT_TRUE(patient.health(milliseconds::max()).available);
  EXPECT_TRUE(patient.ready(milliseconds::max()));
  std::atomic<bool> began{false};
  std::thread holder([&] {
    Transaction transaction = scope.begin({.timeout = milliseconds::max()});
    EXPECT_EQ(PolicyStore(transaction).count(), 1U);
    began = true;
    began.notify_one();
    std::this_thread::sleep_for(milliseconds{50});
  });
  began.wait(false);
  EXPECT_TRUE(patient.close(milliseconds::max()));
  holder.join();
}

TEST_P(Connections, CarryNotificationsOrRefuseThemClearly) {
  const TenantScope scope = tenant();
  std::atomic<bool> heard{false};
  std::optional<Listener> listener;
  try {
    listener.emplace(
        scope, std::vector<std::string>{"shelves"},
        Listener::Handlers{.notified = [&](std::string_view channel, std::string_view payload) {
          heard = channel == "shelves" && payload == "7";
          heard.notify_one();
        }});
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::unsupported) << error.what();
    if (error.detail().code == "transaction-pooler") {  // where one can speak all the same
      scope.notify("shelves", "7");
    } else {
      TENON_EXPECT_ERROR(unsupported, scope.notify("shelves", "7"));
    }
    return;
  }
  scope.notify("shelves", "7");
  for (int tries = 0; !heard && tries < 1'000; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  EXPECT_TRUE(heard);
}

TENON_CONFORMANCE_SUITE(Connections);

}  // namespace tenon::testing
