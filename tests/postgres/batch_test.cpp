#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include <tenon/secure_table.hpp>

#include "fixture.hpp"

namespace tenon::postgres::testing {

namespace {

constexpr std::string_view columns[] = {"tenant_id", "id", "note"};

class Batch : public PostgresTest {
 protected:
  // Yields rows 1 … count; the note of `bad_row` breaks a constraint, and `throw_at` throws.
  struct Source {
    std::size_t count;
    std::size_t bad_row = 0;
    std::size_t throw_at = 0;
    std::string note = "note";
    std::size_t row = 0;
    std::string bad = std::string(2000, 'x');
    bool operator()(std::span<Value> values) {
      if (row == count) return false;
      ++row;
      if (row == throw_at) throw std::runtime_error("the rows' own");
      values[0] = Value::text("acme");
      values[1] = Value::integral(Type::int64, static_cast<std::int64_t>(row));
      values[2] = Value::text(row == bad_row ? bad : note);
      return true;
    }
  };

  std::uint64_t insert(Source source, std::string_view conflict = {}, std::string_view tenant = "acme") {
    const Sql row("things.insert",
                  "INSERT INTO things (tenant_id, id, note) VALUES ($1, $2, $3) " + std::string(conflict),
                  {Type::text, Type::int64, Type::text}, {}, Access::write);
    return engine_->insert({tenant, Role::customer, ""},
                           {row, "things", columns, conflict, source.count, source});
  }
  std::uint64_t insert(backend::Session& session, Source source) {
    return session.insert({insert_thing(), "things", columns, {}, source.count, source});
  }
  std::string stored() { return admin_value("select count(*) || ' ' || count(distinct id) from things"); }
};

class EverySize : public Batch, public ::testing::WithParamInterface<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Rows, EverySize, ::testing::Values(1, 2, 2000, 2001, 50000));

TEST_P(EverySize, StoresAllRows) {
  const std::string count = std::to_string(GetParam());
  EXPECT_EQ(insert({GetParam()}), GetParam());
  EXPECT_EQ(stored(), count + " " + count);
  EXPECT_EQ(admin_value("select count(*) from things where tenant_id = 'acme' and note = 'note'"), count);
}

TEST_P(EverySize, StoresNothingWhenOneRowIsRefused) {
  const auto error = error_of([&] { insert({GetParam(), GetParam()}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::constraint_violation);
  EXPECT_EQ(error->detail().constraint, "things_note_short");
  EXPECT_EQ(stored(), "0 0");
  EXPECT_EQ(insert({3}), 3U) << "the connection stays usable";
}

TEST_P(EverySize, StoresNothingWhenTheRowsThemselvesFail) {
  EXPECT_THROW(insert({GetParam(), 0, GetParam()}), std::runtime_error);
  EXPECT_EQ(stored(), "0 0");
  EXPECT_EQ(insert({3}), 3U);
}

TEST_P(EverySize, FollowsTheConflictClause) {
  add_thing("acme", 1, "old");
  EXPECT_EQ(
      insert({GetParam(), 0, 0, "new"}, "ON CONFLICT (tenant_id, id) DO UPDATE SET note = excluded.note"),
      GetParam());
  EXPECT_EQ(admin_value("select count(*) from things where note = 'new'"), std::to_string(GetParam()));
  EXPECT_EQ(insert({GetParam()}, "ON CONFLICT (tenant_id, id) DO NOTHING"), GetParam())
      << "the rows of the batch count, stored before or now";
  EXPECT_EQ(admin_value("select count(*) from things where note = 'new'"), std::to_string(GetParam()));
}

TEST_P(EverySize, IsPartOfASession) {
  {
    const auto session = engine_->begin({"acme", Role::customer, ""}, {});
    EXPECT_EQ(insert(*session, {GetParam()}), GetParam());
    EXPECT_EQ(rows(*session, all_things()).size(), GetParam());
  }
  EXPECT_EQ(stored(), "0 0");
  const auto session = engine_->begin({"acme", Role::customer, ""}, {});
  session->savepoint(1);
  EXPECT_THROW(insert(*session, {GetParam(), 0, GetParam()}), std::runtime_error);
  EXPECT_KIND(Error::Kind::invalid_argument, insert(*session, {1}));
  session->rollback_to(1);
  EXPECT_EQ(insert(*session, {GetParam()}), GetParam());
  session->commit();
  EXPECT_EQ(stored(), std::to_string(GetParam()) + " " + std::to_string(GetParam()));
}

TEST_F(Batch, CannotReachAnotherTenant) {
  for (const std::size_t count : {std::size_t{5}, std::size_t{50}, std::size_t{3000}}) {
    Source source{count};
    EXPECT_KIND(Error::Kind::permission_denied,
                engine_->insert({"globex", Role::customer, ""},
                                {insert_thing(), "things", columns, {}, source.count, source}));
  }
  EXPECT_EQ(stored(), "0 0");
}

// 2,001 rows failed where 2,000 were taken.
TEST_F(Batch, NeedsNoTemporaryTable) {
  admin("revoke temporary on database " + database_ + " from public");
  {
    const auto session = engine_->begin({"acme", Role::customer, ""}, {});
    EXPECT_EQ(insert(*session, {3000}), 3000U);
    session->commit();
  }
  EXPECT_EQ(stored(), "3000 3000");
  const auto engine = open(config());
  admin("truncate things");
  Source source{3000};
  EXPECT_EQ(engine->insert({"acme", Role::customer, ""},
                           {insert_thing(), "things", columns, {}, source.count, source}),
            3000U);
  EXPECT_EQ(stored(), "3000 3000");
}

TEST_F(Batch, StagesTwiceInOneSession) {
  const auto session = engine_->begin({"acme", Role::customer, ""}, {});
  EXPECT_EQ(insert(*session, {3000}), 3000U);
  const Sql clear("clear", "DELETE FROM things", {}, {}, Access::write);
  rows(*session, clear);
  EXPECT_EQ(insert(*session, {2500}), 2500U);
  session->commit();
  EXPECT_EQ(stored(), "2500 2500");
}

TEST_F(Batch, SendsLargeRowsInChunks) {
  admin("alter table things drop constraint things_note_short");
  EXPECT_EQ(insert({200, 0, 0, std::string(100'000, 'n')}), 200U);
  EXPECT_THROW(insert({200, 0, 199, std::string(100'000, 'n')}), std::runtime_error);
  EXPECT_EQ(admin_value("select count(*) || ' ' || sum(length(note)) from things"), "200 20000000");
}

// Its rows were all taken, however long that took.
TEST_F(Batch, EndsInTimeWhenItsRowsAreSlow) {
  using std::chrono::milliseconds;
  using Clock = std::chrono::steady_clock;
  for (const std::size_t count : {1500U, 6000U}) {
    const auto engine = open_with_one_connection();
    std::size_t taken = 0;
    Source source{count};
    const auto slow = [&](std::span<Value> values) {
      std::this_thread::sleep_for(milliseconds(1));
      ++taken;
      return source(values);
    };
    const auto batch = [&] {
      taken = source.row = 0;
      return backend::BatchInsert{
          insert_thing(), "things", columns, {}, count, slow, Clock::now() + milliseconds(300)};
    };
    const auto start = Clock::now();
    EXPECT_KIND(Error::Kind::timeout, engine->insert({"acme", Role::customer, ""}, batch()));
    EXPECT_LT(Clock::now() - start, std::chrono::seconds(2));
    EXPECT_LT(taken, 800U);
    EXPECT_TRUE(rows(*engine, "acme", all_things()).empty());

    const auto session = engine->begin({"acme", Role::customer, ""}, {});
    session->savepoint(1);
    EXPECT_KIND(Error::Kind::timeout, session->insert(batch()));
    EXPECT_KIND(Error::Kind::timeout, rows(*session, all_things()));
    session->rollback_to(1);
    EXPECT_TRUE(rows(*session, all_things()).empty());
    EXPECT_KIND(Error::Kind::timeout, session->insert(batch()));
    EXPECT_LT(taken, 800U);
    EXPECT_KIND(Error::Kind::timeout, session->commit());
    EXPECT_TRUE(rows(*engine, "acme", all_things()).empty());
    EXPECT_EQ(engine->pool_stats().created, 1U) << "the connection is used again";
  }
}

class BatchOnOneConnection : public Batch {
 protected:
  void SetUp() override {
    Batch::SetUp();
    if (IsSkipped()) return;
    engine_ = open_with_one_connection();
  }
  void forget_statements() {
    rows(*engine_, "acme", Sql("deallocate", "DEALLOCATE ALL", {}, {}, Access::write));
  }
};

// The server parsed and planned every batch anew, which nearly doubled the time of one of 10 rows.
TEST_F(BatchOnOneConnection, IsPreparedOnce) {
  for (const std::size_t count : {std::size_t{2}, std::size_t{7}, std::size_t{300}}) {
    EXPECT_EQ(insert({count}, "ON CONFLICT (tenant_id, id) DO NOTHING"), count);
  }
  const Sql prepared(
      "prepared",
      "SELECT count(*), sum(generic_plans + custom_plans)::bigint FROM pg_prepared_statements "
      "WHERE statement LIKE 'INSERT INTO things %'",
      {}, {Type::int64, Type::int64});
  EXPECT_EQ(rows(*engine_, "acme", prepared), (Rows{{"1", "3"}}));
}

TEST_F(BatchOnOneConnection, IsHeldToItsTenantByAPlanThatManyShare) {
  for (int round = 0; round < 12; ++round) {  // past the five custom plans after which the plan is shared
    EXPECT_EQ(insert({3}, "ON CONFLICT (tenant_id, id) DO NOTHING"), 3U);
    EXPECT_KIND(Error::Kind::permission_denied,
                insert({3}, "ON CONFLICT (tenant_id, id) DO NOTHING", "globex"));
  }
  EXPECT_EQ(stored(), "3 3");
}

TEST_F(BatchOnOneConnection, IsPreparedAnewWhereTheServerForgotIt) {
  insert({5});
  forget_statements();
  EXPECT_EQ(insert({10}, "ON CONFLICT (tenant_id, id) DO NOTHING"), 10U) << "was never prepared";
  forget_statements();
  EXPECT_EQ(insert({20}, "ON CONFLICT (tenant_id, id) DO NOTHING"), 20U);
  EXPECT_EQ(stored(), "20 20");
}

// The pool had looked at the connection already.
TEST_F(BatchOnOneConnection, IsStoredOnceWhereTheConnectionEndsBetweenItsRows) {
  const auto insert_ended_at_row = [&](std::size_t last, std::size_t count) {
    Source source{count};
    const auto next = [&](std::span<Value> values) {
      if (source.row == last) {
        EXPECT_NE(terminate_others(), "0");
      }
      return source(values);
    };
    return engine_->insert({"acme", Role::customer, ""},
                           {insert_thing(), "things", columns, {}, count, next});
  };
  EXPECT_EQ(insert_ended_at_row(3, 10), 10U);
  EXPECT_EQ(stored(), "10 10");
  admin("delete from things");
  EXPECT_KIND(Error::Kind::unavailable, insert_ended_at_row(3, 3000)) << "its rows cannot be had again";
  EXPECT_EQ(stored(), "0 0");
}

TEST_F(BatchOnOneConnection, OfASessionAsksToBeRepeatedWhereTheServerForgotIt) {
  insert({1});
  forget_statements();
  {
    const auto session = engine_->begin({"acme", Role::customer, ""}, {});
    EXPECT_KIND(Error::Kind::serialization_failure, insert(*session, {5}));
  }
  EXPECT_EQ(stored(), "1 1");
  admin("delete from things");
  const auto session = engine_->begin({"acme", Role::customer, ""}, {});
  EXPECT_EQ(insert(*session, {5}), 5U);
  session->commit();
  EXPECT_EQ(stored(), "5 5");
}

TEST_F(Batch, NeedsNoStatementsWithNames) {
  Config plain = config();
  plain.postgres.prepared_statements = false;
  engine_ = open(plain);
  EXPECT_EQ(insert({5}), 5U);
  EXPECT_EQ(stored(), "5 5");
}

TEST_F(Batch, KeepsEveryTypeOnEveryWay) {
  admin(
      R"(create table every (tenant_id text, id bigint, b boolean, s smallint, i integer, d double precision,
    j json, u uuid, t timestamptz, y date, n numeric, x bytea);)" +
      secure_table_sql("every"));
  constexpr std::string_view names[] = {"tenant_id", "id", "b", "s", "i", "d",
                                        "j",         "u",  "t", "y", "n", "x"};
  const std::vector<Type> types{Type::text,      Type::int64,   Type::boolean, Type::int16,
                                Type::int32,     Type::float64, Type::json,    Type::uuid,
                                Type::timestamp, Type::date,    Type::decimal, Type::blob};
  const Sql sql(
      "every.insert",
      "INSERT INTO every (tenant_id, id, b, s, i, d, j, u, t, y, n, x) VALUES ($1, $2, $3, $4, $5, $6, $7, "
      "$8, $9, $10, $11, $12)",
      types, {}, Access::write);
  for (const std::size_t count : {std::size_t{4}, std::size_t{40}, std::size_t{4000}}) {
    std::size_t row = 0;
    const auto next = [&](std::span<Value> values) {
      if (row++ == count) return false;
      values[0] = Value::text("acme");
      values[1] = Value::integral(Type::int64, static_cast<std::int64_t>(row));
      if (row % 2 == 0) {
        for (std::size_t i = 2; i < values.size(); ++i) values[i] = Value::null(types[i]);
        return true;
      }
      values[2] = Value::boolean(true);
      values[3] = Value::integral(Type::int16, -5);
      values[4] = Value::integral(Type::int32, 1 << 30);
      values[5] = Value::real(0.25);
      values[6] = Value::bytes(Type::json, R"({"a": [1.0]})");
      values[7] = Value::uuid({1, 2, 3});
      values[8] = Value::integral(Type::timestamp, 1'000'000);
      values[9] = Value::integral(Type::date, 1);
      values[10] = Value::bytes(Type::decimal, "-12.3400");
      values[11] = Value::bytes(Type::blob, std::string_view("\0x", 2));
      return true;
    };
    const backend::BatchInsert batch{sql, "every", names, {}, count, next};
    EXPECT_EQ(engine_->insert({"acme", Role::customer, ""}, batch), count);
    EXPECT_EQ(
        admin_value(
            "select count(*) from every where b and s = -5 and i = 1073741824 and d = 0.25 and "
            "j::text = '{\"a\": [1.0]}' and u = '01020300-0000-0000-0000-000000000000' and "
            "t = '1970-01-01 00:00:01+00' and y = '1970-01-02' and n::text = '-12.3400' and x = '\\x0078'"),
        std::to_string(count / 2));
    EXPECT_EQ(admin_value("select count(*) from every where x is null and n is null and b is null"),
              std::to_string(count / 2));
    admin("truncate every");
  }
}

}  // namespace

}  // namespace tenon::postgres::testing
