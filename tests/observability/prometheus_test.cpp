#include <cmath>
#include <optional>
#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <tenon/database.hpp>
#include <tenon/observers/prometheus.hpp>
#include <tenon/policy_store.hpp>

#include "events.hpp"

namespace tenon::test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string scraped(const PrometheusObserver& observer) {
  return ::prometheus::TextSerializer().Serialize(observer.collectable()->Collect());
}

TEST(Prometheus, CountsStatementsByStoreOperationAndOutcome) {
  PrometheusObserver observer;
  observer.statement(event("policies.get"));
  observer.statement(event("policies.get"));
  const Error error(Error::Kind::conflict, "x");
  StatementEvent failed = event("policies.update");
  failed.error = &error;
  failed.tenant_hash = 7;
  observer.statement(failed);
  const std::string text = scraped(observer);
  EXPECT_THAT(text,
              HasSubstr(R"(tenon_db_queries_total{operation="get",outcome="ok",store="policies"} 2)"));
  EXPECT_THAT(
      text,
      HasSubstr(R"(tenon_db_queries_total{operation="update",outcome="conflict",store="policies"} 1)"));
  EXPECT_THAT(
      text,
      HasSubstr(
          R"(tenon_db_query_duration_seconds_bucket{operation="get",outcome="ok",store="policies",le="0.025"} 2)"));
  EXPECT_THAT(
      text,
      HasSubstr(
          R"(tenon_db_query_duration_seconds_bucket{operation="get",outcome="ok",store="policies",le="0.01"} 0)"));
  EXPECT_THAT(text, Not(HasSubstr("tenant")));
}

TEST(Prometheus, ShowsThePoolOfADatabaseWhenItIsAsked) {
  const auto observer =
      std::make_shared<PrometheusObserver>(PrometheusObserver::Options{.labels = {{"database", "ops"}}});
  Config config = Config::from_url("sqlite::memory:");
  config.observer = observer;
  Database database = Database::open(config);
  database.migrate();
  (void)PolicyStore{database.scope(TenantContext{"acme-sentinel"})}.count();
  const std::string text = scraped(*observer);
  const PoolStats stats = database.pool_stats();
  EXPECT_THAT(text, HasSubstr("tenon_db_pool_size{database=\"ops\"} " + std::to_string(stats.size)));
  EXPECT_THAT(text, HasSubstr("tenon_db_pool_waiting{database=\"ops\"} 0"));
  EXPECT_THAT(
      text, HasSubstr("tenon_db_pool_creations_total{database=\"ops\"} " + std::to_string(stats.created)));
  EXPECT_THAT(text, HasSubstr("tenon_db_pool_evictions_total{database=\"ops\",reason=\"broken\"} 0"));
  EXPECT_THAT(text, HasSubstr("tenon_db_pool_acquire_duration_seconds_count{database=\"ops\"} " +
                              std::to_string(stats.acquired)));
  EXPECT_THAT(text, HasSubstr("tenon_db_migrations_total{database=\"ops\",component=\"tenon\",direction="
                              "\"up\",outcome=\"ok\"}"));
  EXPECT_THAT(text, HasSubstr("store=\"policies\""));
  EXPECT_THAT(text, Not(HasSubstr("sentinel")));
}

// A counter that goes back looks like a restart of the program.
TEST(Prometheus, KeepsCountingWhatDatabasesThatAreGoneHaveCounted) {
  const auto observer = std::make_shared<PrometheusObserver>();
  Config config = Config::from_url("sqlite::memory:");
  config.observer = observer;
  std::optional<Database> first = Database::open(config);
  Database second = Database::open(config);
  const auto expect_pools = [&](const char* size) {
    const std::string text = scraped(*observer);
    EXPECT_THAT(text, HasSubstr("tenon_db_pool_creations_total 2"));
    EXPECT_THAT(text, HasSubstr(std::string("tenon_db_pool_size ") + size));
  };
  expect_pools("2");
  first.reset();
  expect_pools("1");
  expect_pools("1");
  second.close();
  expect_pools("0");
  expect_pools("0");
}

// What was counted since the last scrape was lost.
TEST(Prometheus, CountsWhatDatabasesCountedThatWereNeverAskedOrAreClosed) {
  const auto observer = std::make_shared<PrometheusObserver>();
  Config config = Config::from_url("sqlite::memory:");
  config.observer = observer;
  for (int i = 0; i < 2; ++i) (void)Database::open(config);
  Database closed = Database::open(config);
  EXPECT_THAT(scraped(*observer), HasSubstr("tenon_db_pool_creations_total 3"));
  closed.migrate();
  const std::string acquired =
      "tenon_db_pool_acquire_duration_seconds_count " + std::to_string(closed.pool_stats().acquired);
  closed.close();
  for (int scrape = 0; scrape < 3; ++scrape) {
    const std::string text = scraped(*observer);
    EXPECT_THAT(text, HasSubstr("tenon_db_pool_creations_total 3"));
    EXPECT_THAT(text, HasSubstr("tenon_db_pool_evictions_total{reason=\"closed\"} 3"));
    EXPECT_THAT(text, HasSubstr(acquired));
  }
}

TEST(Prometheus, TellsRevertedMigrationsFromAppliedOnes) {
  PrometheusObserver observer;
  observer.migration(migrated());
  MigrationRun reverted = migrated();
  reverted.direction = MigrationDirection::down;
  observer.migration(reverted);
  for (const char* direction : {"up", "down"})
    EXPECT_THAT(scraped(observer), HasSubstr("tenon_db_migrations_total{component=\"tenon\",direction=\"" +
                                             std::string(direction) + "\",outcome=\"ok\"} 1"));
}

TEST(Prometheus, OutlivesItsDatabases) {
  const auto observer = std::make_shared<PrometheusObserver>();
  {
    Config config = Config::from_url("sqlite::memory:");
    config.observer = observer;
    (void)Database::open(config);
  }
  EXPECT_THAT(scraped(*observer), HasSubstr("tenon_db_pool_size 0"));
}

}  // namespace
}  // namespace tenon::test
