#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <tenon/analysis_store.hpp>
#include <tenon/health.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

class HealthSuite : public ConformanceTest {};

TEST_P(HealthSuite, TellsOfADatabaseThatIsWell) {
  const Health health = database().health();
  EXPECT_TRUE(health.available) << health.error;
  EXPECT_EQ(health.error, "");
  ASSERT_TRUE(health.latency_ms);
  EXPECT_GE(*health.latency_ms, 0);
  EXPECT_LT(*health.latency_ms, 2'000);
  EXPECT_FALSE(health.backend.empty());
  EXPECT_EQ(health.server_version.value_or(""), database().version());
  EXPECT_EQ(health.read_only, false);
  EXPECT_EQ(health.schema_version, database().engine().bundled_migrations().back().version);
  EXPECT_EQ(health.pending_migrations, 0);
  EXPECT_EQ(health.migration_drift, "");
  EXPECT_GE(health.tables.value_or(0), 5);  // the bundled schema and its history
  const Readiness readiness = database().ready();
  EXPECT_TRUE(readiness) << readiness.error;
}

TEST_P(HealthSuite, TellsOfASchemaThatIsMissing) {
  Workplace place(backend(), false);
  const Health before = place.database().health();
  EXPECT_TRUE(before.available) << before.error;
  EXPECT_EQ(before.schema_version, 0);
  EXPECT_EQ(before.pending_migrations,
            static_cast<std::int64_t>(place.database().engine().bundled_migrations().size()));
  place.database().migrate();
  EXPECT_EQ(place.database().health().pending_migrations, 0);
}

TEST_P(HealthSuite, TellsOfMigrationsThatDoNotFit) {
  Workplace place(backend());
  const bool schema = place.database().engine().dialect().flavour() == backend::Flavour::postgres;
  const std::string history = schema ? "tenon.schema_history" : "tenon_schema_history";
  place.database().engine().maintenance()->execute("UPDATE " + history +
                                                   " SET checksum = 'x' WHERE component = 'tenon'");
  const Health health = place.database().health();
  EXPECT_TRUE(health.available) << health.error;
  EXPECT_NE(health.migration_drift.find("was changed after it was applied"), std::string::npos)
      << health.migration_drift;
}

TEST_P(HealthSuite, IsFoundOutBesideAUsedUpPool) {
  if (!backend().persistent()) GTEST_SKIP() << "its one connection is the pool";
  Workplace place(backend());
  Config config = backend().config(place.url());
  config.pool.size = 1;
  config.pool.max_overflow = 0;
  Database small = Database::open(config);
  const TenantScope scope = small.scope(TenantContext{"acme"});
  Transaction busy = scope.begin();
  (void)AnalysisStore{busy}.count();
  const auto start = std::chrono::steady_clock::now();
  const Health health = small.health();
  EXPECT_TRUE(health.available) << health.error;
  EXPECT_TRUE(small.ready());
  EXPECT_GE(health.active, 1);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{2});
}

TEST_P(HealthSuite, IsAskedForByManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 5; ++n) {
        if (i % 2 == 0) {
          EXPECT_TRUE(database().ready(std::chrono::seconds{20}));
        } else {
          EXPECT_EQ(database().health(std::chrono::seconds{20}).error, "");
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_P(HealthSuite, SaysThatAClosedDatabaseIsClosed) {
  Workplace place(backend());
  EXPECT_TRUE(place.database().ready());
  place.database().close();
  const Health health = place.database().health();
  EXPECT_FALSE(health.available);
  EXPECT_NE(health.error.find("closed"), std::string::npos) << health.error;
  EXPECT_FALSE(place.database().ready());
}

TEST_P(HealthSuite, AddsUpTheAnalysesOfAllTenants) {
  Workplace place(backend());
  const auto insert = [&](const char* tenant, double cost, PolicyStatus status) {
    AnalysisStore{place.database().scope(TenantContext{tenant})}.insert(
        {.request_id = "r" + std::to_string(cost),
         .started_at = now(),
         .estimated_monthly_cost = cost,
         .policy_status = status});
  };
  EXPECT_EQ(place.database().info().total_analyses, 0);
  insert("acme", 10, PolicyStatus::pass);
  insert("acme", 20, PolicyStatus::block);
  insert("globex", 60, PolicyStatus::block);
  const DatabaseInfo info = place.database().info();
  EXPECT_TRUE(info.enabled);
  EXPECT_EQ(info.total_analyses, 3);
  EXPECT_DOUBLE_EQ(info.average_monthly_cost, 30);
  EXPECT_EQ(info.blocked_count, 2);
  EXPECT_EQ(to_json(info),
            R"({"enabled":true,"total_analyses":3,"average_monthly_cost":30,"blocked_count":2})");
}

TENON_CONFORMANCE_SUITE(HealthSuite);

}  // namespace tenon::testing
