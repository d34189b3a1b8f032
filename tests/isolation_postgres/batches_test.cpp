#include <array>
#include <cstdint>
#include <string>

#include "attack_fixture.hpp"

namespace tenon::postgres::testing {

namespace {

struct Batch {
  const char* name;
  std::size_t rows;
  const char* conflict_clause;
};

std::ostream& operator<<(std::ostream& out, const Batch& batch) {
  return out << batch.name;
}

class BatchCase : public AttackTest, public ::testing::WithParamInterface<Batch> {
 protected:
  // Rows of the attacker with one of the victim among them.
  std::uint64_t insert(backend::Engine& engine, backend::Session* session) const {
    static constexpr std::array<std::string_view, 3> columns{"tenant_id", "id", "note"};
    std::size_t row = 0;
    const std::size_t count = GetParam().rows;
    const auto next = [&](std::span<Value> values) {
      if (row++ == count) return false;
      const bool foreign = row == count / 2 + 1;
      values[0] = Value::text(foreign ? victim : attacker);
      values[1] = Value::integral(Type::int64, foreign ? 7 : static_cast<std::int64_t>(row) + 1000);
      values[2] = Value::text("batch");
      return true;
    };
    const backend::BatchInsert batch{insert_thing(), "things", columns, GetParam().conflict_clause,
                                     count,          next};
    return session != nullptr ? session->insert(batch)
                              : engine.insert({attacker, Role::customer, ""}, batch);
  }
};

TEST_P(BatchCase, WithAForeignRowIsRefusedAltogether) {
  const auto engine = open_one();
  EXPECT_KIND(Error::Kind::permission_denied, insert(*engine, nullptr));
  EXPECT_EQ(fingerprint(), before_);
  EXPECT_EQ(rows(*engine, attacker, all_things()).size(), 2U);
}

TEST_P(BatchCase, WithAForeignRowIsRefusedInATransaction) {
  const auto engine = open_one();
  const auto session = engine->begin({attacker, Role::customer, ""}, {});
  EXPECT_KIND(Error::Kind::permission_denied, insert(*engine, session.get()));
  session->rollback();
  EXPECT_EQ(fingerprint(), before_);
  EXPECT_EQ(rows(*engine, attacker, all_things()).size(), 2U);
}

constexpr auto upsert = " ON CONFLICT (tenant_id, id) DO UPDATE SET note = excluded.note";
constexpr auto nothing = " ON CONFLICT (tenant_id, id) DO NOTHING";

INSTANTIATE_TEST_SUITE_P(Batches, BatchCase,
                         ::testing::Values(Batch{"Pipelined", 5, ""}, Batch{"Unnest", 200, ""},
                                           Batch{"Copy", 3000, ""}, Batch{"PipelinedUpsert", 5, upsert},
                                           Batch{"UnnestUpsert", 200, upsert},
                                           Batch{"CopyUpsert", 3000, upsert},
                                           Batch{"UnnestNothing", 200, nothing},
                                           Batch{"CopyNothing", 3000, nothing}),
                         [](const auto& attack) { return std::string(attack.param.name); });

class StagedRows : public AttackTest {};

TEST_F(StagedRows, OfOneTenantAreGoneForTheNext) {
  const auto engine = open_one();
  static constexpr std::array<std::string_view, 3> columns{"tenant_id", "id", "note"};
  std::int64_t row = 0;
  const auto next = [&](std::span<Value> values) {
    if (row++ == 3000) return false;
    values[0] = Value::text(victim);
    values[1] = Value::integral(Type::int64, row + 1000);
    values[2] = Value::text(marker);
    return true;
  };
  engine->insert({victim, Role::customer, ""}, {insert_thing(), "things", columns, "", 3000, next});
  EXPECT_EQ(admin_value("select count(*) from pg_class where relpersistence = 't'"), "0")
      << "with their table";
}

}  // namespace

}  // namespace tenon::postgres::testing
