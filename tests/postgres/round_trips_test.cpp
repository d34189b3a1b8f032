#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/tenon.hpp>

#include "fixture.hpp"
#include "proxy.hpp"

namespace tenon::postgres::testing {
namespace {

// What every operation of a store costs in round trips, its tenant, role and commit included.
class RoundTrips : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    const std::string tcp = url(true);
    proxy_.emplace(std::stoi(tcp.substr(tcp.rfind(':') + 1)));
    Config through = config();
    through.url = "postgresql://postgres@127.0.0.1:" + std::to_string(proxy_->port()) + "/" + database_;
    through.pool.ping_after_idle = std::chrono::hours(1);
    database_state_.emplace(Database::open(through));
    scope_.emplace(database_state_->scope(TenantContext{"acme"}));
    store_.emplace(*scope_);
    one_ = analysis();
    store_->insert(one_);
  }

  static Analysis analysis() {
    static int made = 0;
    Analysis one;
    one.id = Uuid::time_ordered();
    one.request_id = "request-" + std::to_string(++made);
    one.started_at = now();
    one.environment = "prod";
    return one;
  }
  static std::vector<Analysis> analyses(std::size_t count) {
    std::vector<Analysis> many(count);
    for (Analysis& one : many) one = analysis();
    return many;
  }
  unsigned of(const std::function<void()>& operation) {
    const unsigned before = proxy_->round_trips();
    operation();
    return proxy_->round_trips() - before;
  }

  std::optional<CountingProxy> proxy_;
  std::optional<Database> database_state_;
  std::optional<TenantScope> scope_;
  std::optional<AnalysisStore> store_;
  Analysis one_;
};

TEST_F(RoundTrips, AreOneForEveryOperationOnAScope) {
  const auto query =
      where(field<&Analysis::environment> == "prod").order_by(desc<&Analysis::started_at>).limit(50);
  EXPECT_EQ(of([&] { (void)store_->get(one_.id); }), 1U) << "get";
  EXPECT_EQ(of([&] { (void)store_->get(Uuid::random()); }), 1U) << "get of a missing key";
  EXPECT_EQ(of([&] { (void)store_->exists(one_.id); }), 1U) << "exists";
  EXPECT_EQ(of([&] { (void)store_->insert(analysis()); }), 1U) << "insert";
  EXPECT_EQ(of([&] { store_->update(one_); }), 1U) << "update";
  EXPECT_EQ(of([&] { (void)store_->find(query); }), 1U) << "page";
  EXPECT_EQ(of([&] { (void)store_->find<AnalysisSummary>(query); }), 1U) << "page of a projection";
  EXPECT_EQ(of([&] { (void)store_->count(field<&Analysis::environment> == "prod"); }), 1U) << "count";
  EXPECT_EQ(of([&] { store_->for_each(query, [](Analysis&) {}); }), 1U) << "stream";
  EXPECT_EQ(of([&] { (void)store_->statistics(); }), 1U) << "report";
  EXPECT_EQ(of([&] { (void)store_->remove(one_.id); }), 1U) << "remove";
}

TEST_F(RoundTrips, AreOneForABatchOfUpTo2000Rows) {
  for (const std::size_t rows : {std::size_t{10}, std::size_t{100}, std::size_t{1000}}) {
    const std::vector<Analysis> many = analyses(rows);
    EXPECT_EQ(of([&] { (void)store_->insert_all(many); }), 1U) << rows << " rows";
  }
}

TEST_F(RoundTrips, AreFewForALargeBatch) {
  const std::vector<Analysis> many = analyses(5000);
  EXPECT_LE(of([&] { (void)store_->insert_all(many); }), 5U);
}

TEST_F(RoundTrips, AreOneForEachStatementAndOneForTheCommitOfATransaction) {
  EXPECT_EQ(of([&] {
              scope_->transact([&](Transaction& transaction) {
                const AnalysisStore store{transaction};
                (void)store.get(one_.id);
                (void)store.insert(analysis());
              });
            }),
            3U);
}

}  // namespace
}  // namespace tenon::postgres::testing
