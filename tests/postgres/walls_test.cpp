#include <string>

#include "fixture.hpp"

namespace tenon::postgres::testing {

namespace {

class Walls : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    add_thing("acme", 1, "a");
    add_thing("globex", 1, "g");
  }
};

TEST_F(Walls, HoldForASuperuserLoginWithoutAnyPredicate) {
  EXPECT_EQ(rows(*engine_, "acme", all_things()), (Rows{{"acme", "1", "a"}}));
  EXPECT_EQ(rows(*engine_, "globex", all_things()), (Rows{{"globex", "1", "g"}}));
  EXPECT_KIND(Error::Kind::permission_denied,
              rows(*engine_, "acme", insert_thing(),
                   {Value::text("globex"), Value::integral(Type::int64, 2), Value::text("")}));
}

TEST_F(Walls, LetOnePreparedStatementServeManyTenants) {
  const auto engine = open_with_one_connection();
  for (int round = 0; round < 20; ++round) {  // past the five custom plans after which the plan is shared
    EXPECT_EQ(rows(*engine, "acme", all_things()), (Rows{{"acme", "1", "a"}}));
    EXPECT_EQ(rows(*engine, "globex", all_things()), (Rows{{"globex", "1", "g"}}));
  }
}

TEST_F(Walls, ForgetTheTenantWithTheTransaction) {
  const auto engine = open_with_one_connection();
  EXPECT_EQ(rows(*engine, "acme", all_things()).size(), 1U);
  const auto error = error_of([&] { rows(*engine, "", all_things()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::permission_denied);
  EXPECT_EQ(error->sqlstate(), "42501");
}

TEST_F(Walls, AreLoudForARoleWithoutATenant) {
  const auto maintenance = engine_->maintenance();
  maintenance->begin();
  maintenance->execute("set local row_security = on; set local role tenon_app");
  EXPECT_KIND(Error::Kind::permission_denied, maintenance->query("select * from things", {}));
  maintenance->rollback();
}

TEST_F(Walls, LetAReaderReadAndNothingElse) {
  const backend::Principal reader{"acme", Role::read_only, ""};
  int seen = 0;
  const auto count = [&](backend::Values) { return ++seen, true; };
  engine_->execute(reader, {all_things(), {}, count});
  EXPECT_EQ(seen, 1);
  const Value values[] = {Value::text("acme"), Value::integral(Type::int64, 2), Value::text("")};
  EXPECT_KIND(Error::Kind::permission_denied, engine_->execute(reader, {insert_thing(), values, count}));
}

TEST_F(Walls, LetAnAdministratorReadAllTenants) {
  const backend::Principal administrator{"", Role::administrator, "root"};
  int seen = 0;
  const auto count = [&](backend::Values) { return ++seen, true; };
  engine_->execute(administrator, {all_things(), {}, count});
  EXPECT_EQ(seen, 2);
  const Value values[] = {Value::text("acme"), Value::integral(Type::int64, 2), Value::text("")};
  EXPECT_KIND(Error::Kind::permission_denied,
              engine_->execute(administrator, {insert_thing(), values, count}));
}

TEST_F(Walls, BindTenantRoleAndActor) {
  Config config = this->config();
  config.postgres.settings.role = "app.user_role";
  const auto engine = open(config);
  const Sql settings(
      "settings",
      "SELECT current_user::text, current_setting('app.tenant_id'), current_setting('app.user_role'), "
      "current_setting('app.actor')",
      {}, {Type::text, Type::text, Type::text, Type::text});
  std::vector<std::string> seen;
  const auto keep = [&](backend::Values row) {
    for (const Value& value : row) seen.emplace_back(value.bytes());
    return true;
  };
  engine->execute({"acme", Role::customer, "o'brien"}, {settings, {}, keep});
  EXPECT_EQ(seen, (std::vector<std::string>{"tenon_app", "acme", "customer", "o'brien"}));

  seen.clear();
  const Sql unnamed("unnamed", "SELECT coalesce(current_setting('app.user_role', true), '')", {},
                    {Type::text});
  engine_->execute({"acme", Role::customer, ""}, {unnamed, {}, keep});
  EXPECT_EQ(seen, std::vector<std::string>{""}) << "a setting without a name is not set";
}

TEST_F(Walls, RefuseStatementsThatWouldRebindOrEndTheTransaction) {
  for (const char* text :
       {"SET app.tenant_id = 'globex'", "RESET ROLE", "COMMIT", "/* x */ rollback", "-- x\nbegin",
        "SELECT set_config('app.tenant_id', 'globex', true)",
        "SELECT pg_catalog . \"set_config\"('a.b', 'c', true)", "DO $$ begin end $$",
        "SELECT 1 AS a INTO TEMP things", "CREATE TEMP TABLE things (id int)",
        "SELECT U&\"set\\005fconfig\"('a.b', 'c', true)", "DISCARD ALL", "COPY things TO STDOUT"}) {
    const Sql sql("raw", text, {}, {}, Access::write);
    EXPECT_KIND(Error::Kind::permission_denied, rows(*engine_, "acme", sql, {}, true)) << text;
    const auto session = engine_->begin({"acme", Role::customer, ""}, {});
    EXPECT_KIND(Error::Kind::permission_denied, rows(*session, sql, {}, true)) << text;
    EXPECT_EQ(rows(*session, all_things()).size(), 1U) << "nothing was sent, so the session goes on";
  }
}

TEST_F(Walls, RefuseToOpenWithARoleThatCouldBypassThem) {
  Config bad = config();
  bad.postgres.application_role = "postgres";
  EXPECT_KIND(Error::Kind::permission_denied, open(bad));
}

TEST_F(Walls, NameTheRemedyWhenTheRoleIsAbsent) {
  Config absent = config();
  absent.postgres.application_role = "tenon_absent";
  const auto engine = open(absent);
  const auto error = error_of([&] { rows(*engine, "acme", all_things()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::permission_denied);
  EXPECT_NE(std::string(error->what()).find("docs/roles.sql"), std::string::npos);
}

TEST_F(Walls, HoldForAnOrdinaryLoginThatMayTakeTheRoles) {
  const std::string login = "login_" + database_;
  admin("create role " + login + " login; grant tenon_app, tenon_read_only, tenon_administrator to " +
        login);
  {
    Config ordinary = config();
    ordinary.url.replace(ordinary.url.find("postgres@"), 8, login);
    const auto engine = open(ordinary);
    EXPECT_EQ(rows(*engine, "acme", all_things()), (Rows{{"acme", "1", "a"}}));
    EXPECT_KIND(Error::Kind::permission_denied, rows(*engine, "", all_things()));
  }
  admin("drop role " + login);
}

TEST_F(Walls, SpeakOfALoginThatMayNotTakeTheRoles) {
  const std::string login = "stranger_" + database_;
  admin("create role " + login + " login");
  {
    Config stranger = config();
    stranger.url.replace(stranger.url.find("postgres@"), 8, login);
    const auto engine = open(stranger);
    EXPECT_KIND(Error::Kind::permission_denied, rows(*engine, "acme", all_things()));
  }
  admin("drop role " + login);
}

TEST_F(Walls, NeverShowAValueInAnError) {
  const std::string secret(1500, 's');
  const auto error = error_of([&] { add_thing("acme", 2, secret); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Error::Kind::constraint_violation);
  EXPECT_EQ(error->detail().constraint, "things_note_short");
  EXPECT_EQ(std::string(error->what()).find("sss"), std::string::npos);
  const auto twice = error_of([&] { add_thing("acme", 1, "secret"); });
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->kind(), Error::Kind::already_exists);
  EXPECT_EQ(twice->detail().constraint, "things_pkey");
  EXPECT_EQ(std::string(twice->what()).find("acme"), std::string::npos);
}

}  // namespace

}  // namespace tenon::postgres::testing
