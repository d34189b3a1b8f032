#include <string>

#include <libpq-fe.h>

#include "attack_fixture.hpp"

namespace tenon::postgres::testing {

namespace {

const backend::Statement& bound_tenant() {
  static const Sql sql("bound", "SELECT current_setting('app.tenant_id', true), current_user::text", {},
                       {Type::text, Type::text});
  return sql;
}

class Settings : public AttackTest {
 protected:
  /// A session of an ordinary kind, as a host's own code beside tenon might open, in the application role.
  std::string plain(const std::string& sql) {
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(url().c_str()), PQfinish);
    std::string last;
    for (const std::string& step : {std::string("set role tenon_app"), sql}) {
      const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), step.c_str()),
                                                                  PQclear);
      const char* const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
      last = state != nullptr              ? state
             : PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0)
                                           : "none";
    }
    return last;
  }
};

TEST_F(Settings, AreLoudWhenTheyWereNeverSet) {
  EXPECT_EQ(plain("select note from things"), "42501");
  EXPECT_EQ(plain("insert into things values ('globex', 80, 'x')"), "42501");
}

TEST_F(Settings, AreLoudAfterALocalSetEnded) {
  EXPECT_EQ(plain("begin; set local app.tenant_id = 'globex'; commit; select note from things"), "42501");
}

TEST_F(Settings, AreLoudAfterTheSavepointOfTheirSet) {
  EXPECT_EQ(plain("begin; savepoint s; set local app.tenant_id = 'globex'; rollback to savepoint s; "
                  "select note from things"),
            "42501");
}

TEST_F(Settings, AreLoudAfterALocalSetOutsideATransaction) {
  EXPECT_EQ(plain("set local app.tenant_id = 'globex'"), "none");
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(url().c_str()), PQfinish);
  for (const char* step : {"set role tenon_app", "set local app.tenant_id = 'globex'"})
    PQclear(PQexec(connection.get(), step));
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(
      PQexec(connection.get(), "select note from things"), PQclear);
  EXPECT_STREQ(PQresultErrorField(result.get(), PG_DIAG_SQLSTATE), "42501");
}

TEST_F(Settings, AreLoudForAnEmptyTenant) {
  EXPECT_EQ(plain("begin; set local app.tenant_id = ''; select note from things"), "42501");
}

TEST_F(Settings, DoNotSurviveAScope) {
  const auto engine = open_one();
  rows(*engine, victim, all_things());
  EXPECT_KIND(Error::Kind::permission_denied, rows(*engine, "", all_things()));
  {
    const auto session = engine->begin({victim, Role::customer, ""}, {});
    rows(*session, all_things());
    session->rollback();
  }
  EXPECT_KIND(Error::Kind::permission_denied, rows(*engine, "", all_things()));
}

TEST_F(Settings, StayAfterARollbackToASavepoint) {
  const auto session = engine_->begin({attacker, Role::customer, ""}, {});
  session->savepoint(1);
  const Sql bad("bad", "SELECT 1 / 0", {}, {Type::int32});
  EXPECT_KIND(Error::Kind::invalid_argument, rows(*session, bad, {}, true));
  session->rollback_to(1);
  EXPECT_EQ(rows(*session, bound_tenant()), (Rows{{"acme", "tenon_app"}}));
  EXPECT_EQ(rows(*session, all_things(), {}, true).size(), 2U);
  EXPECT_EQ(rows(*session, all_things()).size(), 2U);
}

TEST_F(Settings, AreOthersAfterAKilledConnection) {
  const auto engine = open_one();
  {
    const auto session = engine->begin({victim, Role::customer, ""}, {});
    EXPECT_EQ(rows(*session, all_things()).size(), 3U);
    admin(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and "
        "pid <> pg_backend_pid() and state = 'idle in transaction'");
    try {
      rows(*session, all_things());
      ADD_FAILURE() << "the session survived";
    } catch (const Error&) {
    }
  }
  EXPECT_EQ(rows(*engine, attacker, all_things()).size(), 2U);
}

TEST_F(Settings, OfOddTenantsAreTheirOwn) {
  const std::string nfc = "caf\xc3\xa9", nfd = "cafe\xcc\x81";
  const std::vector<std::string> odd{"'",
                                     "''",
                                     "\\",
                                     "a'; reset role; --",
                                     "%",
                                     "_",
                                     "globex ",
                                     "Globex",
                                     "$1",
                                     "\"quoted\"",
                                     nfc,
                                     nfd,
                                     "gl\xd0\xbe"
                                     "bex",
                                     " ",
                                     "\t\n",
                                     "null",
                                     "*"};
  for (const std::string& tenant : odd) {
    rows(*engine_, tenant, insert_thing(),
         {Value::text(tenant), Value::integral(Type::int64, 1), Value::text(tenant)});
  }
  for (const std::string& tenant : odd) {
    EXPECT_EQ(rows(*engine_, tenant, all_things()), (Rows{{tenant, "1", tenant}})) << tenant;
    EXPECT_EQ(rows(*engine_, tenant, all_things(), {}, true), (Rows{{tenant, "1", tenant}})) << tenant;
  }
  EXPECT_EQ(fingerprint(), before_);
}

TEST_F(Settings, OfATenantWithNulOrBrokenTextAreRefused) {
  for (const std::string& tenant :
       {std::string("globex\0x", 8), std::string("\xff\xfe"), std::string("a\xc3")}) {
    EXPECT_KIND(Error::Kind::invalid_argument, rows(*engine_, tenant, all_things()));
  }
  EXPECT_EQ(rows(*engine_, attacker, all_things()).size(), 2U);
}

TEST_F(Settings, HoldATenantOfAMegabyte) {
  const std::string big(std::size_t{1} << 20U, 'x');
  EXPECT_TRUE(rows(*engine_, big, all_things()).empty());
  EXPECT_EQ(rows(*engine_, attacker, all_things()).size(), 2U);
}

TEST_F(Settings, OfOneRoleDoNotServeAnotherFromACachedPlan) {
  const auto engine = open_one();
  const auto seen = [&](std::string_view tenant, Role role) {
    int count = 0;
    const auto keep = [&](backend::Values) { return ++count, true; };
    engine->execute({tenant, role, ""}, {all_things(), {}, keep});
    return count;
  };
  for (int round = 0; round < 8; ++round) {  // past the plans made for one call
    EXPECT_EQ(seen("", Role::administrator), 5);
    EXPECT_EQ(seen(attacker, Role::customer), 2);
    EXPECT_EQ(seen(victim, Role::read_only), 3);
  }
}

TEST_F(Settings, CannotBeShadowedByATemporaryTable) {
  const auto engine = open_one();
  const Sql shadow("shadow", "CREATE TEMP TABLE policies AS SELECT 'shadow'::text AS name", {}, {},
                   Access::write);
  rows(*engine, attacker, shadow);
  EXPECT_EQ(run(*engine, {"Shadowed", "select name from policies"}, true).rows, "");
  EXPECT_EQ(run(*engine, {"Shadowed", "select name from policies"}, true, true).rows, "");
}

TEST_F(Settings, LetRawStatementsFindTheBundledTablesInATransaction) {
  const auto session = engine_->begin({attacker, Role::customer, ""}, {});
  const Sql unqualified("raw", "SELECT count(*) FROM policies", {}, {Type::int64});
  const Sql path("path", "SELECT current_setting('search_path')", {}, {Type::text});
  const Rows before = rows(*session, path);
  EXPECT_EQ(rows(*session, unqualified, {}, true), (Rows{{"0"}}));
  EXPECT_EQ(rows(*session, path, {}, true), (Rows{{"tenon, public, pg_temp"}}));
  EXPECT_EQ(rows(*session, path), before);
  session->savepoint(1);
  EXPECT_EQ(rows(*session, unqualified, {}, true), (Rows{{"0"}}));
  session->rollback_to(1);
  EXPECT_EQ(rows(*session, unqualified, {}, true), (Rows{{"0"}}));
  session->commit();
}

}  // namespace

}  // namespace tenon::postgres::testing
