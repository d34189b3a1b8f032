#include "attack_fixture.hpp"

namespace tenon::postgres::testing {

const std::vector<Attack>& guard_attacks() {
  static const std::vector<Attack> attacks{
      // set_config in every spelling
      {"SetConfig", "select set_config('app.tenant_id', 'globex', true)"},
      {"SetConfigUpper", "select SET_CONFIG('app.tenant_id', 'globex', true)"},
      {"SetConfigQuoted", "select \"set_config\"('app.tenant_id', 'globex', true)"},
      {"SetConfigQualified", "select pg_catalog . /* */ \"set_config\" ('app.tenant_id', 'globex', true)"},
      {"SetConfigUnicode", "select U&\"set\\005fconfig\"('app.tenant_id', 'globex', true)"},
      {"SetConfigUnicodeOtherEscape",
       "select u&\"set!005fconfig\" uescape '!' ('app.tenant_id', 'globex', true)"},
      {"SetConfigBehindCommentMarks", "select '/*', set_config('app.tenant_id', 'globex', true), '*/'"},
      {"SetConfigBehindDashes", "select '--', set_config('app.tenant_id', 'globex', true)"},
      {"SetConfigAfterCarriageReturn", "select 1 -- '\r, set_config('app.tenant_id', 'globex', true) -- '"},
      {"SetConfigBehindEscapes", "select E'\\'', set_config('app.tenant_id', 'globex', true), E'\\''"},
      {"SetConfigBehindPlainBackslash", "select '\\', set_config('app.tenant_id', 'globex', true), '\\'"},
      {"SetConfigBehindDollars", "select $a$'$a$, set_config('app.tenant_id', 'globex', true), $a$'$a$"},
      {"SetConfigBehindNestedDollars",
       "select $a$$b$$a$, set_config('app.tenant_id','globex',true), $b$$b$"},
      {"SetConfigBehindIdentifierDollars",
       "select 1 as a$b$, set_config('app.tenant_id', 'globex', true) c$b$"},
      {"SetConfigBehindNestedComments",
       "select 1 /* /* */ ' */, set_config('app.tenant_id', 'globex', true) /* ' */"},
      {"SetConfigBehindQuotedName",
       "select 1 as \"'\", set_config('app.tenant_id', 'globex', true) as \"'\""},
      {"SetConfigBehindContinuedEscape",
       "select E'a'\n'\\', set_config(''app.tenant_id'', ''globex'', true), '"},
      {"SetConfigBehindOperatorComment",
       "select 1 +--'\n length(set_config('app.tenant_id','globex',true))"},
      {"SetConfigRole", "select set_config('role', 'tenon_administrator', true)"},
      {"SetConfigInSubquery",
       "select note from things, (select set_config('app.tenant_id', 'globex', true) offset 0) x"},
      {"SetConfigInCte",
       "with x as materialized (select set_config('app.tenant_id', 'globex', true)) select note from "
       "things, x"},
      {"SetConfigInWrite",
       "insert into things values (set_config('app.tenant_id', 'globex', true), 60, 'x')", false},
      {"SettingsView", "update pg_settings set setting = 'public' where name = 'search_path'", false},
      {"SettingsViewQuoted", "update \"pg_settings\" set setting = '0' where name = 'work_mem'", false},
      {"SettingsViewInCte",
       "with s as (update pg_catalog.pg_settings set setting = 'off' where name = 'row_security' returning "
       "1) "
       "select note from things, s"},
      // SQL in texts
      {"QueryToXml",
       "select query_to_xml('select set_config(''app.tenant_id'',''globex'',true)',true,true,'')::text"},
      {"QueryToXmlQuoted", "select \"query_to_xml\"($$select 1$$, true, true, '')::text"},
      {"TableToXml", "select table_to_xml('things', true, true, '')::text"},
      {"SchemaToXml", "select schema_to_xml('public', true, true, '')::text"},
      {"DatabaseToXml", "select database_to_xml(true, true, '')::text"},
      {"CursorToXml", "select cursor_to_xml('c', 1, true, true, '')::text"},
      {"TsStat", "select word from ts_stat('select to_tsvector(note) from things')"},
      {"TsRewrite", "select ts_rewrite('a & b'::tsquery, 'select ''a''::tsquery, ''b''::tsquery')::text"},
      {"Dblink", "select * from dblink('dbname=x', 'select 1') as t (x text)"},
      // Statements
      {"SetLocal", "set local app.tenant_id = 'globex'", false},
      {"SetRole", "set role tenon_administrator", false},
      {"SetSessionAuthorization", "set session authorization postgres", false},
      {"ResetRole", "reset role", false},
      {"ResetAll", "/* */ reset all", false},
      {"Begin", "begin", false},
      {"Commit", "commit", false},
      {"Rollback", "-- x\nrollback", false},
      {"Savepoint", "savepoint s", false},
      {"RollbackTo", "rollback to savepoint tenon_1", false},
      {"Do", "do $$ begin perform set_config('app.tenant_id', 'globex', true); end $$", false},
      {"Call", "call nothing()", false},
      {"Explain", "explain select * from things"},
      {"ExplainAnalyze", "explain (analyze, verbose) select * from things"},
      {"CopyOut", "copy things to stdout", false},
      {"CopyQueryOut", "copy (select * from things) to stdout", false},
      {"CopyIn", "copy things from stdin", false},
      {"CopyProgram", "copy things to program 'cat'", false},
      {"Truncate", "truncate things", false},
      {"Lock", "lock table things in access exclusive mode", false},
      {"Prepare", "prepare p as select 1", false},
      {"Execute", "execute p"},
      {"Deallocate", "deallocate all", false},
      {"Discard", "discard all", false},
      {"Listen", "listen globex", false},
      {"Notify", "notify globex", false},
      {"NotifyByFunction", "select pg_notify('globex', 'x')::text"},
      {"Declare", "declare c cursor with hold for select 1", false},
      {"Fetch", "fetch all from c"},
      {"CreateTemporaryTable", "create temp table things (tenant_id text, id bigint, note text)", false},
      {"CreateFunction", "create function f() returns text language sql as 'select 1'", false},
      {"AlterTable", "alter table things disable row level security", false},
      {"DropPolicy", "drop policy tenon_tenant on things", false},
      {"DropTable", "drop table things", false},
      {"Grant", "grant tenon_administrator to tenon_app", false},
      {"Refresh", "refresh materialized view things_kept", false},
      {"Analyze", "analyze things", false},
      {"TwoStatements", "select 'a'; reset role"},
      {"TwoStatementsBehindQuote", "select ';'; commit"},
      {"SelectIntoTemporary", "select * into temp things from things", false},
      {"SelectIntoBehindLabel", "select 1 insert into temp things", false},
      {"SelectIntoBehindQuotedLabel", "select 1 as \"insert\" into temp things", false},
      {"SelectIntoAfterParenthesis", "with x as (select 1) select (1) insert into temp things", false},
      {"SelectIntoInParentheses", "(select 1 as id into temp things)", false},
      {"SelectIntoAfterSearch",
       "with recursive x (a) as (select 1 union select 2) search depth first by a set b "
       "select (a) insert into temp things from x",
       false},
      // Functions and views that reach elsewhere
      {"ReadFile", "select pg_read_file('PG_VERSION')"},
      {"ReadFileQualified", "select pg_catalog.\"pg_read_file\" ('PG_VERSION')"},
      {"ListDirectory", "select pg_ls_dir('.')"},
      {"StatFile", "select pg_stat_file('PG_VERSION')::text"},
      {"LargeObjectImport", "select lo_import('/etc/hostname')::text"},
      {"LargeObjectRead", "select lo_get(1)::text"},
      {"LargeObjectCreate", "select lo_from_bytea(0, 'x')::text"},
      {"Terminate", "select pg_terminate_backend(1)::text"},
      {"SessionLock", "select pg_advisory_lock(1)::text"},
      {"UnlockAll", "select pg_advisory_unlock_all()::text"},
      {"Activity", "select query from pg_stat_activity"},
      {"PreparedStatements", "select statement from pg_prepared_statements"},
      {"Cursors", "select statement from pg_cursors"},
      {"Statistics", "select most_common_vals::text from pg_stats"},
      {"RowEstimates", "select reltuples::text from pg_class where relname = 'things'"},
      {"TableSize", "select pg_relation_size('things')::text"},
      {"LastValue", "select lastval()::text"},
      {"CurrentValue", "select currval('tickets')::text"},
      {"SetValue", "select setval('tickets', 1)::text"},
      {"LatestCtid", "select currtid2('things', '(0,1)')::text"},
      {"TemporaryTable", "select c1 from pg_temp.tenon_0000000000000001"},
      {"OpenQuote", "select 'x"},
      {"OpenComment", "select 1 /* /* */"},
      {"OpenDollars", "select $x$ abc"},
      {"Nothing", " -- only a comment", false},
  };
  return attacks;
}

namespace {

class GuardCase : public AttackCase {};

TEST_P(GuardCase, IsRefusedBeforeAnythingIsSent) {
  const auto engine = open_one();
  const auto session = engine->begin({attacker, Role::customer, ""}, {});
  EXPECT_EQ(rows(*session, all_things()).size(), 2U);
  const Sql sql(GetParam().name, GetParam().sql, {}, {}, Access::write);
  EXPECT_KIND(Error::Kind::permission_denied, rows(*session, sql, {}, true));
  EXPECT_EQ(rows(*session, all_things()).size(), 2U) << "the transaction goes on";
  session->commit();
  const Outcome outcome = run(*engine, GetParam(), true);
  EXPECT_EQ(outcome.kind, Error::Kind::permission_denied);
  EXPECT_EQ(harm(GetParam(), outcome), "");
  EXPECT_EQ(rows(*engine, attacker, all_things()).size(), 2U) << "the connection goes on";
}

INSTANTIATE_TEST_SUITE_P(Raw, GuardCase, ::testing::ValuesIn(guard_attacks()),
                         [](const auto& attack) { return std::string(attack.param.name); });

class HonestRaw : public AttackTest {};

TEST_F(HonestRaw, StatementsPass) {
  const std::vector<Attack> honest{
      {"Text", "select 'a;b -- /* set_config( */ ' || note from things where id = 1", true,
       "a;b -- /* set_config( */ mine 1"},
      {"Dollar", "select $x$set_config('a','b')$x$", true, "set_config('a','b')"},
      {"Escape", "select E'it\\'s' /* pg_settings */ -- pg_settings", true, "it's"},
      {"Trailing", "select note from things where id = 2;", true, "mine 2"},
      {"Bundled", "select count(*)::text from policies", true, "0"},
      {"Insert", "insert into things values ('acme', 90, 'new') returning note", true, "new"},
      {"WithInsert",
       "with s as (select 91 as i) insert into things select 'acme', i, 'cte' from s "
       "returning note",
       true, "cte"},
      {"InsertInWith",
       "with s as (insert into things values ('acme', 92, 'in') returning note) "
       "select note from s",
       true, "in"},
      {"Qualified", "select pg_catalog.upper(note) from public.things where id = 1", true, "MINE 1"},
      {"Lock", "select pg_advisory_xact_lock(7)::text", true, ""},
      {"Values", "values ('v')", true, "v"},
      {"Parentheses", "((select 'p'))", true, "p"},
      {"LabelledSet", "select note as set from things where id = 1", true, "mine 1"},
  };
  for (const Attack& one : honest) {
    const Outcome outcome = run(*engine_, one, true);
    EXPECT_EQ(outcome.error, "") << one;
    EXPECT_EQ(outcome.rows, *one.expected) << one;
  }
}

TEST_F(HonestRaw, AreRefusedWithABackslashWhereTextsAreNotStandard) {
  admin("alter database " + database_ + " set standard_conforming_strings = off");
  const auto engine = open_one();
  const Attack hidden{"Hidden", "select '\\', set_config(''app.tenant_id'', ''globex'', true), '"};
  EXPECT_EQ(run(*engine, hidden, true).kind, Error::Kind::permission_denied);
  EXPECT_EQ(run(*engine, {"Plain", "select note from things where id = 1"}, true).rows, "mine 1");
}

}  // namespace

}  // namespace tenon::postgres::testing
