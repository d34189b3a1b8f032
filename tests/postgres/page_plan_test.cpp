// That a page is planned a few times and not at each call, whatever its limit.

#include <optional>
#include <string>
#include <vector>

#include <tenon/database.hpp>
#include <tenon/filter.hpp>
#include <tenon/policy_store.hpp>

#include "pool_fixture.hpp"

namespace tenon::postgres::testing {

namespace {

// How often the only connection ran statements by a plan for all values, and how many texts they have.
struct Plans {
  int generic = 0;
  int texts = 0;
};

class PagePlan : public PoolOnServer {
 protected:
  void SetUp() override {
    PoolOnServer::SetUp();
    if (IsSkipped()) return;
    database_.emplace(Database::open(pooled(1, 0)));
    // Many rows of each tenant: a tenth of them costs more than a page.
    for (int tenant = 0; tenant < 4; ++tenant) {
      std::vector<Policy> policies;
      for (int i = 0; i < 1'500; ++i)
        policies.push_back({.id = std::to_string(i), .name = "n", .created_at = now()});
      PolicyStore{scope(tenant)}.insert_all(policies);
    }
    admin("analyze tenon.policies");
  }
  void TearDown() override {
    database_.reset();
    PoolOnServer::TearDown();
  }
  [[nodiscard]] TenantScope scope(int tenant) const {
    return database_->scope(TenantContext{"tenant-" + std::to_string(tenant)});
  }
  [[nodiscard]] Plans plans(const std::string& like) const {
    const Sql sql("plans",
                  "SELECT coalesce(sum(generic_plans), 0)::bigint, count(*) FROM pg_prepared_statements "
                  "WHERE statement LIKE $1",
                  {Type::text}, {Type::int64, Type::int64});
    const std::vector<std::string> row = rows(database_->engine(), "acme", sql, {Value::text(like)}).at(0);
    return {std::stoi(row.at(0)), std::stoi(row.at(1))};
  }

  std::optional<Database> database_;
};

constexpr int calls = 25;
constexpr int first_calls = 5;  // for which the server always plans (PostgreSQL docs, PREPARE, Notes)

TEST_F(PagePlan, IsMadeOnceForAllTenants) {
  for (int call = 0; call < calls; ++call) {
    const auto page = PolicyStore{scope(call % 4)}.find(all().order_by(desc<&Policy::created_at>).limit(5));
    EXPECT_EQ(page.items.size(), 5U);
    EXPECT_TRUE(page.next);
  }
  const Plans made = plans("%ORDER BY%LIMIT 6");
  EXPECT_EQ(made.texts, 1);
  EXPECT_EQ(made.generic, calls - first_calls);
}

TEST_F(PagePlan, IsMadeOnceForAConditionThatIsKnownAtRunTimeAndForPagesBehindACursor) {
  const PolicyStore policies{scope(0)};
  Filter<Policy> enabled;
  enabled.add(field<&Policy::enabled> == true);
  const auto query = where(enabled).limit(7);
  std::optional<Cursor> next;
  for (int call = 0; call < calls; ++call) {
    const auto page = policies.find(query.after(next));
    ASSERT_EQ(page.items.size(), 7U);
    next = page.next;
  }
  EXPECT_EQ(plans("%LIMIT 8").generic, calls - 1 - first_calls);
}

TEST_F(PagePlan, IsMadeOnceForRowsThatAreClaimed) {
  for (int call = 0; call < calls; ++call)
    scope(call % 4).transact([&](Transaction& transaction) {
      EXPECT_EQ(PolicyStore{transaction}.claim(all().limit(3)).size(), 3U);
    });
  EXPECT_EQ(plans("%LIMIT 3 FOR UPDATE SKIP LOCKED").generic, calls - first_calls);
}

TEST_F(PagePlan, IsOfItsOwnLimit) {
  const PolicyStore policies{scope(0)};
  for (const std::size_t limit : {1U, 2U, 20U, 1'000U})
    EXPECT_EQ(policies.find(all().limit(limit)).items.size(), limit);
  EXPECT_EQ(policies.find(all().limit(100'000)).items.size(), 1'500U);
  EXPECT_EQ(plans("%LIMIT $%").texts, 1) << "of more than ten thousand rows is a parameter";
}

}  // namespace

}  // namespace tenon::postgres::testing
