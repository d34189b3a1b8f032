#include <string>
#include <vector>

#include "attack_fixture.hpp"
#include "attack_scene.hpp"

// Takes one wall away at a time and shows that the attacks then succeed: a suite that stays green without
// the wall would prove nothing.

namespace tenon::postgres::testing {

namespace {

using tenon::testing::AttackPlace;

/// The provider's databases, opened in spite of what is wrong with them.
class Unsafe final : public tenon::testing::Backend {
 public:
  explicit Unsafe(std::string application_role) : role_(std::move(application_role)) {}
  [[nodiscard]] std::string name() const override { return "unsafe"; }
  [[nodiscard]] std::unique_ptr<tenon::testing::TestDatabase> create() override {
    return postgres_backend().create();
  }
  [[nodiscard]] Config config(const std::string& url) const override {
    Config config = Config::from_url(url);
    config.postgres.accept_findings = {"*"};
    config.postgres.application_role = role_;
    return config;
  }

 private:
  std::string role_;
};

class WithoutAWall : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = postgres_backend().unavailable(); !reason.empty())
      GTEST_SKIP() << reason;
    take_away("");
  }
  /// A new scene in which `sql` has been run by the superuser.
  void take_away(const std::string& sql, const std::string& application_role = "tenon_app") {
    scene_.reset();
    unsafe_ = std::make_unique<Unsafe>(application_role);
    scene_ = std::make_unique<PostgresAttackScene>(*unsafe_);
    if (!sql.empty()) scene_->admin(sql);
  }
  void expect_noticed(std::initializer_list<const char*> names, const std::string& wall) {
    for (const char* name : names) {
      EXPECT_EQ(scene_->try_named(name, AttackPlace::scope), "") << name << " with all walls";
    }
    take_away(wall);
    expect_noticed_now(names);
  }
  void expect_noticed_now(std::initializer_list<const char*> names) {
    for (const char* name : names) EXPECT_NE(scene_->try_named(name, AttackPlace::scope), "") << name;
  }

  std::unique_ptr<Unsafe> unsafe_;
  std::unique_ptr<PostgresAttackScene> scene_;
};

constexpr auto readers = {"read everything", "read by tenant",  "count",           "least",
                          "cross join",      "lateral",         "exists",          "recursive",
                          "invoker view",    "like oracle",     "division oracle", "cast oracle",
                          "group by tenant", "invoker function"};
constexpr auto writers = {"insert as victim",  "upsert into victim", "update victim",
                          "merge into victim", "move from victim",   "delete victim"};
constexpr const char* no_row_security = "alter table things disable row level security";

TEST_F(WithoutAWall, RowSecurityTakenAwayLetsReadersIn) {
  expect_noticed(readers, no_row_security);
}

TEST_F(WithoutAWall, RowSecurityTakenAwayLetsWritersIn) {
  expect_noticed(writers, no_row_security);
}

TEST_F(WithoutAWall, AWidePolicyLetsReadersIn) {
  expect_noticed(readers, "create policy wide on things using (true)");
}

TEST_F(WithoutAWall, APolicyWithoutCheckLetsWritersIn) {
  expect_noticed({"insert as victim"},
                 "create policy wide on things for insert to tenon_app with check (true)");
}

TEST_F(WithoutAWall, TheLoginsRoleLetsEverybodyIn) {
  take_away("", "postgres");
  expect_noticed_now(readers);
  expect_noticed_now({"partition directly", "materialized view", "definer function"});
}

TEST_F(WithoutAWall, AViewOfTheOwnerLetsReadersIn) {
  expect_noticed({"invoker view"}, "alter view things_view reset (security_invoker)");
}

/// On the engine itself, in a database with two tenants.
class WithoutAWallOfTheEngine : public AttackTest {
 protected:
  [[nodiscard]] std::unique_ptr<backend::Engine> open_unsafe(Config config) const {
    config.postgres.accept_findings = {"*"};
    return open(config);
  }
};

TEST_F(WithoutAWallOfTheEngine, AnImmutableWrapperKeepsAnotherTenant) {
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

TEST_F(WithoutAWallOfTheEngine, APredicateAloneHoldsToo) {
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

const Attack query_to_xml{"QueryToXml",
                          "select query_to_xml('select set_config(''app.tenant_id'',''globex'',true)',true,"
                          "true,'')::text"};
const Attack set_role{"SetConfigRole", "select set_config('role', 'tenon_administrator', true)"};
const Attack settings_view{"SettingsView",
                           "update pg_settings set setting = 'public' where name = 'search_path'", false};

TEST_F(WithoutAWallOfTheEngine, NoGuardLetsSetConfigIn) {
  const Outcome outcome = run(*engine_, rebind, false);
  EXPECT_NE(harm(rebind, outcome), "");
}

TEST_F(WithoutAWallOfTheEngine, NoGuardButTheRightTakenAwayHolds) {
  admin("revoke execute on function pg_catalog.set_config(text, text, boolean) from public");
  const auto engine = open(config());
  EXPECT_EQ(run(*engine, rebind, false).kind, Error::Kind::permission_denied);
  EXPECT_EQ(run(*engine, query_to_xml, false).kind, Error::Kind::permission_denied);
  EXPECT_EQ(run(*engine, set_role, false).kind, Error::Kind::permission_denied);
  EXPECT_EQ(run(*engine, settings_view, false).kind, Error::Kind::permission_denied);
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
