// Prepared statements behind a PgBouncer that keeps them itself, as from version 1.21 on.

#include <optional>
#include <string>

#include "../support/pgbouncer.hpp"
#include "fixture.hpp"

namespace tenon::postgres::testing {

namespace {

using tenon::test::PgBouncer;

class Pooler : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    if (!PgBouncer::installed())
      GTEST_SKIP() << "PGBOUNCER IS NOT INSTALLED: nothing tests prepared statements behind one";
    if (!PgBouncer::keeps_statements())
      GTEST_SKIP() << "PGBOUNCER IS OLDER THAN 1.21: nothing tests prepared statements behind one";
    pooler_.emplace("transaction", admin_value("show port"), 1);
    pooled_ = open_pooled();
  }
  void TearDown() override {
    pooled_.reset();
    pooler_.reset();
    PostgresTest::TearDown();
  }

  /// An engine of one connection to the pooler, which has one to the server.
  [[nodiscard]] std::unique_ptr<backend::Engine> open_pooled() const {
    Config pooled = config();
    pooled.url = pooler_->url(database_);
    pooled.pool.size = 1;
    pooled.pool.max_overflow = 0;
    return open(pooled);
  }
  static Rows get(backend::Engine& engine) {
    return rows(engine, "acme", get_thing(), {Value::text("acme"), Value::integral(Type::int64, 1)});
  }
  void change_the_type() { admin("alter table things alter column id type integer"); }

  std::optional<PgBouncer> pooler_;
  std::unique_ptr<backend::Engine> pooled_;
};

TEST_F(Pooler, KeepsTheConnectionOfAStatementThatCannotBePrepared) {
  const Sql mistyped("mistyped", "SELECT absent FROM things", {}, {Type::int64});
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_KIND(Error::Kind::schema_mismatch, rows(*pooled_, "acme", mistyped, {}, true));
    const auto session = pooled_->begin({"acme", Role::customer, ""}, {});
    EXPECT_KIND(Error::Kind::schema_mismatch, rows(*session, mistyped));
  }
  EXPECT_EQ(pooled_->pool_stats().created, 1U);
}

// The insert was said to be of unknown outcome.
TEST_F(Pooler, PreparesAStatementOnceItsTableIsThere) {
  const auto insert = [&] {
    rows(*pooled_, "acme", insert_thing(),
         {Value::text("acme"), Value::integral(Type::int64, 1), Value::text("one")});
  };
  admin("alter table things rename to away");
  EXPECT_KIND(Error::Kind::schema_mismatch, insert());
  admin("alter table away rename to things");
  insert();
  EXPECT_EQ(get(*pooled_), (Rows{{"1", "one"}}));
  EXPECT_EQ(pooled_->pool_stats().created, 1U);
}

// What follows the binding in a flight is not looked at when the binding fails.
TEST_F(Pooler, PreparesAStatementThatFollowedWhatFailed) {
  EXPECT_KIND(Error::Kind::invalid_argument,
              rows(*pooled_, "\xff", get_thing(), {Value::text("acme"), Value::integral(Type::int64, 1)}));
  EXPECT_TRUE(get(*pooled_).empty());
  EXPECT_EQ(pooled_->pool_stats().created, 1U);
}

TEST_F(Pooler, RunsAStatementWhoseColumnsChangedTheirType) {
  add_thing("acme", 1, "one");
  EXPECT_EQ(get(*pooled_), (Rows{{"1", "one"}}));
  change_the_type();
  for (int call = 0; call < 3; ++call) EXPECT_EQ(get(*pooled_), (Rows{{"1", "one"}})) << call;
  EXPECT_EQ(get(*open_pooled()), (Rows{{"1", "one"}})) << "on a connection that never knew the old type";
  EXPECT_EQ(pooled_->pool_stats().created, 1U);
}

TEST_F(Pooler, RunsAStatementWhoseColumnsChangedTheirTypeInATransactionThatIsRepeated) {
  const auto get_in_a_session = [&] {
    const auto session = pooled_->begin({"acme", Role::customer, ""}, {});
    return rows(*session, get_thing(), {Value::text("acme"), Value::integral(Type::int64, 1)});
  };
  add_thing("acme", 1, "one");
  (void)get_in_a_session();
  change_the_type();
  for (int attempt = 0; attempt < 2; ++attempt)
    EXPECT_KIND(Error::Kind::serialization_failure, get_in_a_session());
  EXPECT_EQ(get_in_a_session(), (Rows{{"1", "one"}}));
}

}  // namespace

}  // namespace tenon::postgres::testing
