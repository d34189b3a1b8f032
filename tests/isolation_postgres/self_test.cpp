#include <algorithm>
#include <string>
#include <vector>

#include "attack_fixture.hpp"

// Takes one wall away at a time and shows that the attacks then succeed: a suite that stays green without
// the wall would prove nothing.

namespace tenon::postgres::testing {

namespace {

const Attack& named(const std::vector<Attack>& attacks, std::string_view name) {
  return *std::find_if(attacks.begin(), attacks.end(), [&](const Attack& one) { return one.name == name; });
}

class WithoutAWall : public AttackTest {
 protected:
  [[nodiscard]] std::unique_ptr<backend::Engine> open_unsafe(Config config) const {
    config.postgres.accept_findings = {"*"};
    return open(config);
  }
  void expect_harm(backend::Engine& engine, const char* name, bool raw) {
    const Attack& attack = named(sql_attacks(), name);
    EXPECT_NE(harm(attack, run(engine, attack, raw)), "") << attack;
  }
};

constexpr auto readers = {"ReadEverything", "ReadByTenant", "Count",         "Least",          "CrossJoin",
                          "Lateral",        "Exists",       "Recursive",     "InvokerView",    "LikeOracle",
                          "DivisionOracle", "CastOracle",   "GroupByTenant", "InvokerFunction"};
constexpr auto writers = {"InsertAsVictim",  "UpsertIntoVictim", "UpdateVictim",
                          "MergeIntoVictim", "MoveFromVictim",   "DeleteVictim"};

TEST_F(WithoutAWall, RowSecurityTakenAwayLetsReadersIn) {
  const auto engine = open_unsafe(config());
  admin("alter table things disable row level security");
  for (const char* name : readers) expect_harm(*engine, name, true);
}

TEST_F(WithoutAWall, RowSecurityTakenAwayLetsWritersIn) {
  const auto engine = open_unsafe(config());
  admin("alter table things disable row level security");
  for (const char* name : writers) expect_harm(*engine, name, true);
}

TEST_F(WithoutAWall, AWidePolicyLetsReadersIn) {
  const auto engine = open_unsafe(config());
  admin("create policy wide on things using (true)");
  for (const char* name : readers) expect_harm(*engine, name, true);
}

TEST_F(WithoutAWall, APolicyWithoutCheckLetsWritersIn) {
  const auto engine = open_unsafe(config());
  admin("create policy wide on things for insert to tenon_app with check (true)");
  expect_harm(*engine, "InsertAsVictim", true);
}

TEST_F(WithoutAWall, TheLoginsRoleLetsEverybodyIn) {
  Config login = config();
  login.postgres.application_role = "postgres";
  const auto engine = open_unsafe(login);
  for (const char* name : readers) expect_harm(*engine, name, true);
  for (const char* name : {"PartitionDirectly", "MaterializedView", "DefinerFunction"})
    expect_harm(*engine, name, true);
}

TEST_F(WithoutAWall, AViewOfTheOwnerLetsReadersIn) {
  const auto engine = open_unsafe(config());
  admin("alter view things_view reset (security_invoker)");
  expect_harm(*engine, "InvokerView", true);
}

TEST_F(WithoutAWall, AnImmutableWrapperKeepsAnotherTenant) {
  const auto engine = open_unsafe([&] {
    Config one = config();
    one.pool.size = 1;
    one.pool.max_overflow = 0;
    return one;
  }());
  admin(
      "create function fixed_tenant() returns text language sql immutable as 'select tenon.tenant()';"
      "drop policy tenon_tenant on things; create policy tenon_tenant on things to tenon_app "
      "using (tenant_id = fixed_tenant())");
  int wrong = 0;
  for (int round = 0; round < 12; ++round) {  // the sixth makes a plan for all tenants
    for (const auto& row : rows(*engine, round < 6 ? victim : attacker, all_things()))
      if (round >= 6 && row[0] == victim) ++wrong;
  }
  EXPECT_GT(wrong, 0);
}

TEST_F(WithoutAWall, APredicateAloneHoldsToo) {
  const auto engine = open_unsafe(config());
  admin("alter table things disable row level security");
  const auto value = Value::integral(Type::int64, 7);
  EXPECT_TRUE(rows(*engine, attacker, get_thing(), {Value::text(attacker), value}).empty());
  const Sql bare("bare", "SELECT id, note FROM things WHERE id = $1", {Type::int64},
                 {Type::int64, Type::text});
  EXPECT_EQ(rows(*engine, attacker, bare, {value}).size(), 1U) << "and without it nothing does";
}

const Attack rebind{"Rebind",
                    "with x as materialized (select set_config('app.tenant_id', 'globex', true) as t) "
                    "select (select string_agg(note, '|') from things where t <> '') from x"};

TEST_F(WithoutAWall, NoGuardLetsSetConfigIn) {
  const Outcome outcome = run(*engine_, rebind, false);
  EXPECT_NE(harm(rebind, outcome), "");
}

TEST_F(WithoutAWall, NoGuardButTheRightTakenAwayHolds) {
  admin("revoke execute on function pg_catalog.set_config(text, text, boolean) from public");
  const auto engine = open(config());
  EXPECT_EQ(run(*engine, rebind, false).kind, Error::Kind::permission_denied);
  EXPECT_EQ(run(*engine, named(guard_attacks(), "QueryToXml"), false).kind, Error::Kind::permission_denied);
  EXPECT_EQ(run(*engine, named(guard_attacks(), "SetConfigRole"), false).kind,
            Error::Kind::permission_denied);
  EXPECT_EQ(run(*engine, named(guard_attacks(), "SettingsView"), false).kind,
            Error::Kind::permission_denied);
  admin(
      "create function run_text(t text) returns text language plpgsql as "
      "'declare r text; begin execute t into r; return r; end'");
  const Attack function{"RunText",
                        "select run_text($$select set_config('app.tenant_id', 'globex', true)$$)"};
  EXPECT_EQ(run(*engine, function, true).kind, Error::Kind::permission_denied);
  EXPECT_EQ(rows(*engine, attacker, all_things()).size(), 2U) << "the library itself still binds";
  const auto session = engine->begin({victim, Role::customer, "actor"}, {});
  EXPECT_EQ(rows(*session, all_things()).size(), 3U);
  EXPECT_EQ(rows(*session, all_things(), {}, true).size(), 3U);
}

}  // namespace

}  // namespace tenon::postgres::testing
