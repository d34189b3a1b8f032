#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <libpq-fe.h>

#include <tenon/database.hpp>

#include "attack_fixture.hpp"

// tenon.tenant() is put into the policies as an expression: that it is so, and that nothing is lost by it.

namespace tenon::postgres::testing {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TenantFunction : public AttackTest {
 protected:
  /// The first column of the last statement's rows, one a line, or the SQLSTATE of the first error. A
  /// session of its own, as superuser.
  std::string session(const std::vector<std::string>& steps) {
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(url().c_str()), PQfinish);
    std::string last;
    for (const std::string& step : steps) {
      const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), step.c_str()),
                                                                  PQclear);
      if (const char* const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE)) return state;
      last.clear();
      for (int row = 0; row < PQntuples(result.get()); ++row)
        last += std::string(PQgetvalue(result.get(), row, 0)) + "\n";
    }
    return last;
  }
  std::string plan_of(const std::string& statement) {
    return session({"set enable_seqscan = off", "set enable_bitmapscan = off", "set role tenon_app",
                    "set app.tenant_id = 'acme'", "explain (verbose, costs off) " + statement});
  }
  /// How often functions of the bundled schema are called by these.
  std::string calls_of(const std::vector<std::string>& statements) {
    std::vector<std::string> steps{"set track_functions = 'all'", "set app.tenant_id = 'acme'",
                                   "set role tenon_app", "begin"};
    steps.insert(steps.end(), statements.begin(), statements.end());
    steps.emplace_back(
        "select coalesce(sum(calls), 0) from pg_stat_xact_user_functions where schemaname = 'tenon'");
    return session(steps);
  }
  [[nodiscard]] const EmbeddedMigration& the_migration() const {
    const auto all = engine_->bundled_migrations();
    return *std::find_if(all.begin(), all.end(),
                         [](const EmbeddedMigration& one) { return one.name == "inlined_tenant"; });
  }
  void take_back_the_migration() { admin(std::string(the_migration().down)); }
};

constexpr const char* by_its_tenant =
    "Index Cond: (things.tenant_id = COALESCE(NULLIF(current_setting('app.tenant_id'::text, true), "
    "''::text), tenon.no_tenant()))";

TEST_F(TenantFunction, StandsInAPlanAsAnExpressionThatAnIndexServes) {
  EXPECT_THAT(plan_of("select note from things"), HasSubstr(by_its_tenant));
  EXPECT_THAT(plan_of("update things set note = 'x'"), HasSubstr(by_its_tenant));
  for (const char* const table : {"policies", "analyses", "incidents", "cache_metadata"}) {
    const std::string plan = plan_of("select tenant_id from tenon." + std::string(table));
    EXPECT_THAT(plan, HasSubstr("COALESCE(NULLIF(current_setting(")) << table;
    EXPECT_THAT(plan, HasSubstr("Index Cond")) << table;
    EXPECT_THAT(plan, Not(HasSubstr("tenon.tenant()"))) << table;
  }
}

TEST_F(TenantFunction, IsNotCalledForRowsReadOrWritten) {
  const std::vector<std::string> work{
      "insert into things select 'acme', n, 'many' from generate_series(100, 199) as n",
      "insert into things values ('acme', 100, 'again') on conflict (tenant_id, id) do update set note = "
      "'up'",
      "update things set note = 'x' where id > 150", "select * from things",
      "delete from things where id > 150"};
  EXPECT_EQ(calls_of(work), "0\n");
  take_back_the_migration();
  EXPECT_GT(std::stoi(calls_of(work)), 100);
}

TEST_F(TenantFunction, MeansTheSameWhateverTheSearchPath) {
  admin(R"(
    create schema hostile;
    create function hostile.current_setting(text, boolean) returns text language sql as 'select ''globex''';
    create function hostile.no_tenant() returns text language sql as 'select ''globex''';
    create function hostile.tenant() returns text language sql as 'select ''globex''';
    create function hostile.equal(text, text) returns boolean language sql as 'select true';
    create function hostile.unequal(text, text) returns boolean language sql as 'select false';
    create operator hostile.= (function = hostile.equal, leftarg = text, rightarg = text);
    create operator hostile.<> (function = hostile.unequal, leftarg = text, rightarg = text);
    create function public.unguarded() returns text language sql stable
      as 'select nullif(current_setting(''app.tenant_id'', true), '''')';
    grant usage on schema hostile to tenon_app;)");
  const std::vector<std::string> trapped{
      "create function pg_temp.no_tenant() returns text language sql as 'select ''globex'''",
      "create function pg_temp.current_setting(text, boolean) returns text language sql as 'select "
      "''globex'''",
      "set role tenon_app", "set app.tenant_id = 'acme'", "set search_path = hostile, pg_temp, pg_catalog"};
  const auto then = [&](std::vector<std::string> more) {
    more.insert(more.begin(), trapped.begin(), trapped.end());
    return session(more);
  };
  EXPECT_EQ(then({"select coalesce(public.unguarded(), 'caught')"}), "caught\n") << "the trap works";
  EXPECT_EQ(then({"select tenon.tenant()"}), "acme\n");
  EXPECT_EQ(then({"select distinct tenant_id from public.things"}), "acme\n");
  EXPECT_EQ(then({"prepare p as select distinct tenant_id from public.things", "execute p"}), "acme\n");
  EXPECT_EQ(then({"insert into public.things values ('globex', 500, 'planted')"}), "42501");
  EXPECT_EQ(then({"set app.tenant_id = ''", "select tenant_id from public.things"}), "42501");
  EXPECT_EQ(then({"reset app.tenant_id", "select tenant_id from public.things"}), "42501");
}

TEST_F(TenantFunction, NeedsNoRightOnTheSchemaOfItsOwnParts) {
  admin("revoke usage on schema tenon from tenon_app");
  EXPECT_EQ(session({"set role tenon_app", "set app.tenant_id = 'acme'",
                     "select distinct tenant_id from things"}),
            "acme\n");
  EXPECT_EQ(session({"set role tenon_app", "select distinct tenant_id from things"}), "42501");
}

TEST_F(TenantFunction, CanBeCalledWhereNewFunctionsAreNotGivenToEverybody) {
  const std::string strict = "strict_" + database_;
  admin("create database " + strict);
  Config config = this->config();
  config.url.replace(config.url.find(database_), database_.size(), strict);
  open(config)->maintenance()->execute("alter default privileges revoke execute on functions from public");
  {
    Database database = Database::open(config);
    database.migrate();
    const auto engine = open(config);
    const Sql policies("p", "SELECT name FROM tenon.policies", {}, {Type::text});
    EXPECT_EQ(rows(*engine, attacker, policies).size(), 0U);
    EXPECT_KIND(Error::Kind::permission_denied, rows(*engine, "", policies));
  }
  admin("drop database " + strict + " with (force)");
}

TEST_F(TenantFunction, IsAsLoudWhenTheMigrationIsTakenBack) {
  take_back_the_migration();
  EXPECT_EQ(session({"set role tenon_app", "select note from things"}), "42501");
  EXPECT_EQ(session({"set role tenon_app", "set app.tenant_id = ''", "select note from things"}), "42501");
  EXPECT_EQ(rows(*engine_, attacker, all_things()).size(), 2U);
  admin(std::string(the_migration().up));
  EXPECT_EQ(rows(*engine_, attacker, all_things()).size(), 2U);
  EXPECT_KIND(Error::Kind::permission_denied, rows(*engine_, "", all_things()));
}

}  // namespace

}  // namespace tenon::postgres::testing
