#include <algorithm>
#include <chrono>
#include <string>

#include <tenon/database.hpp>
#include <tenon/secure_table.hpp>

#include "attack_fixture.hpp"

namespace tenon::postgres::testing {

namespace {

class Gate : public AttackTest {
 protected:
  std::string names(FindingSeverity severity) {
    std::string all;
    for (const Finding& finding : engine_->inspect()) {
      if (finding.severity == severity) all += finding.name + "(" + finding.object + ") ";
    }
    return all;
  }
  void expect_error(const std::string& sql, const std::string& name, const std::string& object) {
    EXPECT_NO_THROW((void)open(config()));
    admin(sql);
    const std::string all = names(FindingSeverity::error);
    EXPECT_NE(all.find(name + "(" + object + ") "), std::string::npos) << all;
    const auto error = error_of([&] { (void)open(config()); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), Error::Kind::permission_denied);
    EXPECT_NE(std::string(error->what()).find(name), std::string::npos) << error->what();
    Config accepting = config();
    accepting.postgres.accept_findings = {name + "=" + object};
    EXPECT_NO_THROW((void)open(accepting)) << all;
    accepting.postgres.accept_findings = {name};
    EXPECT_NO_THROW((void)open(accepting));
  }
  void expect_warning(const std::string& sql, const std::string& name, const std::string& object) {
    admin(sql);
    const std::string all = names(FindingSeverity::warning);
    EXPECT_NE(all.find(name + "(" + object + ") "), std::string::npos) << all;
    EXPECT_EQ(names(FindingSeverity::error), "");
    EXPECT_NO_THROW((void)open(config()));
  }
};

TEST_F(Gate, LetsASafeDatabasePass) {
  EXPECT_EQ(names(FindingSeverity::error), "");
  EXPECT_EQ(names(FindingSeverity::warning),
            "login-is-superuser(postgres) set-config-callable(tenon_app) "
            "set-config-callable(tenon_read_only) ");
}

TEST_F(Gate, LetsADatabasePassThatIsNotMigrated) {
  admin("create database bare_" + database_);
  Config bare = config();
  bare.url.replace(bare.url.find(database_), database_.size(), "bare_" + database_);
  EXPECT_NO_THROW((void)open(bare));
  admin("drop database bare_" + database_ + " with (force)");
}

TEST_F(Gate, TakesLittleTime) {
  (void)engine_->inspect();
  const auto start = std::chrono::steady_clock::now();
  constexpr int rounds = 10;
  for (int round = 0; round < rounds; ++round) (void)engine_->inspect();
  const auto taken = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start);
  RecordProperty("milliseconds", std::to_string(taken.count() / rounds));
  EXPECT_LT(taken.count() / rounds, 1000.0);
}

// The next worker of a rolling upgrade could not start: its look at the policies waited for the table.
TEST_F(Gate, WaitsForNoMigrationThatHoldsATable) {
  const auto migration = engine_->maintenance();
  migration->begin();
  migration->execute("alter table things add column held int; lock table parts in access exclusive mode");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_NO_THROW((void)Database::open(config()));
  EXPECT_EQ(names(FindingSeverity::error), "");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  migration->rollback();
}

// PostgreSQL takes the role 'none' for the login itself.
TEST_F(Gate, IsNotPassedByAsTheLogin) {
  for (const auto role : {&PostgresOptions::application_role, &PostgresOptions::read_only_role,
                          &PostgresOptions::administrator_role}) {
    for (const char* name : {"none", ""}) {
      Config unheld = config();
      unheld.postgres.*role = name;
      EXPECT_KIND(Error::Kind::invalid_argument, (void)Database::open(unheld)) << name;
    }
  }
}

TEST_F(Gate, LetsAPolicyPassThatAsksWhoseRowItIs) {
  for (const char* condition :
       {"tenant_id = current_setting('app.tenant_id')",
        "tenant_id = current_setting('app.tenant_id', true)",
        "tenant_id = (select tenant_id from parts limit 1)", "tenant_id = current_user",
        "tenant_id = session_user", "tenant_id = tenon.tenant()", "false"}) {
    admin("create policy asking on things as permissive for select to tenon_app using (" +
          std::string(condition) + ")");
    EXPECT_EQ(names(FindingSeverity::warning).find("policy-"), std::string::npos) << condition;
    EXPECT_EQ(names(FindingSeverity::error), "") << condition;
    admin("drop policy asking on things");
  }
  expect_warning("create policy asking on things for select to tenon_app using (id > 0)",
                 "policy-without-tenant", "public.things");
}

TEST_F(Gate, SeesATableWithoutRowSecurity) {
  expect_error("create table bare (tenant_id text, id int); grant select on bare to tenon_app",
               "table-without-row-security", "public.bare");
}

TEST_F(Gate, SeesAPartitionThatCanBeReachedDirectly) {
  expect_error("grant select on logs_one to tenon_app", "table-without-row-security", "public.logs_one");
}

TEST_F(Gate, SeesAPolicyThatIsAlwaysTrue) {
  expect_error("create policy wide on things using (true)", "policy-always-true", "public.things");
}

TEST_F(Gate, SeesTheAdministratorsPolicyReachACustomer) {
  admin("create role elevated_" + database_ + " nologin");
  expect_error("create policy wide on parts for select to elevated_" + database_ +
                   " using (true); grant elevated_" + database_ + " to tenon_app",
               "policy-always-true", "public.parts");
  admin("drop policy wide on parts; drop role elevated_" + database_);
}

TEST_F(Gate, SeesAPolicyThatChecksNothing) {
  expect_error("create policy wide on things for insert to tenon_app with check (true)",
               "policy-writes-anything", "public.things");
}

TEST_F(Gate, SeesAnImmutableWrapper) {
  expect_error(
      "create function fixed_tenant() returns text language sql immutable as 'select tenon.tenant()';"
      "create policy fixed on things to tenon_app using (tenant_id = fixed_tenant())",
      "policy-function-immutable", "public.fixed_tenant()");
}

TEST_F(Gate, SeesTheBundledFunctionMadeImmutable) {
  expect_error("alter function tenon.tenant() immutable", "policy-function-immutable", "tenon.tenant()");
}

TEST_F(Gate, SeesAnImmutableFunctionBehindAPolicysFunction) {
  expect_error("alter function tenon.no_tenant() immutable", "policy-function-immutable",
               "tenon.no_tenant()");
}

TEST_F(Gate, SeesAnImmutableFunctionWithAParsedBody) {
  expect_error(
      "create function is_ours(whose text) returns boolean language sql immutable "
      "return whose = pg_catalog.current_setting('app.tenant_id');"
      "create policy fixed on things to tenon_app using (is_ours(tenant_id))",
      "policy-function-immutable", "public.is_ours(whose text)");
}

TEST_F(Gate, SeesAViewOfTheOwner) {
  expect_error("alter view things_view set (security_invoker = false)", "view-runs-as-owner",
               "public.things_view");
}

TEST_F(Gate, SeesAViewOverAViewOfTheOwner) {
  expect_error(
      "create view outer_view as select * from things_view; grant select on outer_view to tenon_app",
      "view-runs-as-owner", "public.outer_view");
}

TEST_F(Gate, SeesAMaterializedView) {
  expect_error("grant select on things_kept to tenon_read_only", "materialized-view", "public.things_kept");
}

TEST_F(Gate, SeesADefinerFunction) {
  expect_error("grant execute on function every_note() to tenon_app", "function-runs-as-owner",
               "public.every_note()");
}

TEST_F(Gate, SeesARightToTruncate) {
  expect_error("grant truncate on things to tenon_app", "truncate-granted", "public.things");
}

TEST_F(Gate, SeesRolesThatCouldBypass) {
  const std::string role = "strong_" + database_;
  admin("create role " + role + " nologin bypassrls");
  Config strong = config();
  strong.postgres.application_role = role;
  const auto error = error_of([&] { (void)open(strong); });
  ASSERT_TRUE(error);
  EXPECT_NE(std::string(error->what()).find("role-bypasses-row-security"), std::string::npos);
  admin("alter role " + role + " nobypassrls; alter table things owner to " + role);
  const auto owner = error_of([&] { (void)open(strong); });
  ASSERT_TRUE(owner);
  EXPECT_NE(std::string(owner->what()).find("role-owns-tables"), std::string::npos);
  admin("alter table things owner to postgres; drop owned by " + role + "; grant pg_read_server_files to " +
        role);
  const auto reader = error_of([&] { (void)open(strong); });
  ASSERT_TRUE(reader);
  EXPECT_NE(std::string(reader->what()).find("role-reaches-server"), std::string::npos);
  admin("drop role " + role);
}

TEST_F(Gate, WarnsOfKeysThatTell) {
  expect_warning("create unique index notes_key on things (note)", "key-without-tenant", "public.things");
}

TEST_F(Gate, WarnsOfExclusionConstraintsThatTell) {
  expect_warning(
      "create table bookings (tenant_id text, during int4range, exclude using gist (during with &&));"
      "grant select on bookings to tenon_app;" +
          secure_table_sql("bookings"),
      "key-without-tenant", "public.bookings");
}

TEST_F(Gate, SeesATenantThatEqualsAnother) {
  expect_error(
      "create collation any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
      "create table cased (tenant_id text collate any_case, id int, primary key (tenant_id, id));" +
          secure_table_sql("cased"),
      "tenant-collation", "public.cased");
}

TEST_F(Gate, WarnsOfForeignKeysThatTell) {
  admin("create unique index parts_note on parts (id, tenant_id)");
  expect_warning(
      "create table pieces (tenant_id text, id bigint, primary key (tenant_id, id));"
      "create unique index pieces_id on pieces (id);"
      "alter table parts add constraint parts_piece foreign key (thing_id) references pieces (id) "
      "not valid;" +
          secure_table_sql("pieces"),
      "foreign-key-without-tenant", "public.parts");
}

TEST_F(Gate, WarnsOfForeignKeysThatTakeTheTenantForAnId) {
  expect_warning(
      "create table pieces (tenant_id text, id text, primary key (tenant_id, id), unique (id, tenant_id));"
      "create table crossed (tenant_id text, piece text, primary key (tenant_id, piece),"
      " foreign key (tenant_id, piece) references pieces (id, tenant_id));" +
          secure_table_sql("pieces") + secure_table_sql("crossed"),
      "foreign-key-without-tenant", "public.crossed");
}

TEST_F(Gate, WarnsOfTriggersAndRulesThatRunAsTheirOwner) {
  expect_warning("alter function stamp() security definer", "trigger-runs-as-owner", "public.parts");
  expect_warning(
      "create rule shadow as on insert to things do also insert into parts values "
      "(new.tenant_id, new.id, null, new.note)",
      "rule-runs-as-owner", "public.things");
}

TEST_F(Gate, WarnsOfSchemasThatTakeObjects) {
  expect_warning("grant create on schema public to tenon_app", "schema-creatable", "public");
}

TEST_F(Gate, WarnsOfATableWithoutAPolicy) {
  expect_warning("drop policy tenon_tenant on parts", "table-without-policy", "public.parts");
}

TEST_F(Gate, IsSilentAboutSetConfigWhenItIsTakenAway) {
  admin("revoke execute on function pg_catalog.set_config(text, text, boolean) from public");
  EXPECT_EQ(names(FindingSeverity::warning), "login-is-superuser(postgres) ");
}

TEST_F(Gate, ListsAllErrorsAtOnceWithTheirRemedies) {
  admin("grant truncate on things to tenon_app; grant execute on function every_note() to tenon_app");
  const auto error = error_of([&] { (void)Database::open(config()); });
  ASSERT_TRUE(error);
  const std::string text = error->what();
  for (const char* part :
       {"truncate-granted (public.things)", "revoke truncate on public.things from tenon_app",
        "function-runs-as-owner (public.every_note())", "accept_findings"}) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
}

TEST_F(Gate, ClosesOnADatabaseThatIsMigratedLater) {
  admin("create database later_" + database_);
  Config later = config();
  later.url.replace(later.url.find(database_), database_.size(), "later_" + database_);
  {
    Database database = Database::open(later);
    database.migrate();
    const auto engine = open(later);
    EXPECT_NO_THROW(rows(*engine, attacker, Sql("p", "SELECT name FROM tenon.policies", {}, {Type::text})));
    database.engine().maintenance()->execute("alter table tenon.policies disable row level security");
    EXPECT_KIND(
        Error::Kind::permission_denied,
        rows(database.engine(), attacker, Sql("p", "SELECT name FROM tenon.policies", {}, {Type::text})));
  }
  admin("drop database later_" + database_ + " with (force)");
}

TEST_F(Gate, SecuresATableTwiceAlike) {
  admin("create table again (tenant_id text, id int, primary key (tenant_id, id));" +
        secure_table_sql("again") + secure_table_sql("public.again", {.force = true}));
  EXPECT_EQ(names(FindingSeverity::error), "");
  EXPECT_EQ(admin_value("select count(*) from pg_policies where tablename = 'again'"), "3");
  admin("create schema \"odd\"\"s\"; create table \"odd\"\"s\".\"drop table x; --\" (tenant_id text);" +
        secure_table_sql("odd\"s.drop table x; --"));
  EXPECT_EQ(names(FindingSeverity::error), "");
  EXPECT_KIND(Error::Kind::invalid_argument, secure_table_sql("a.b.c"));
  EXPECT_KIND(Error::Kind::invalid_argument, secure_table_sql(""));
  EXPECT_KIND(Error::Kind::invalid_argument, secure_table_sql(std::string(64, 'x')));
}

}  // namespace

}  // namespace tenon::postgres::testing
