#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "splitting.hpp"

namespace tenon::test {
namespace {

using detail::split_script;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(Splitter, CutsAtSemicolonsOnly) {
  EXPECT_THAT(texts("SELECT 1; SELECT 2;\n;;\nSELECT 3", postgres),
              ElementsAre("SELECT 1", "SELECT 2", "SELECT 3"));
  EXPECT_THAT(texts("SELECT 1; SELECT 2;\n;;\nSELECT 3", sqlite),
              ElementsAre("SELECT 1", "SELECT 2", "SELECT 3"));
}

TEST(Splitter, FindsNoStatementInBlanksAndComments) {
  for (const auto flavour : {postgres, sqlite}) {
    EXPECT_THAT(texts("", flavour), IsEmpty());
    EXPECT_THAT(texts(" \t\r\n", flavour), IsEmpty());
    EXPECT_THAT(texts("-- nothing; at all\n/* nor; here */ ; -- end", flavour), IsEmpty());
    EXPECT_THAT(texts("\xEF\xBB\xBF-- only a mark\n", flavour), IsEmpty());
  }
}

TEST(Splitter, TakesStatementsFromFirstTokenToLast) {
  EXPECT_THAT(texts("-- about\n  SELECT /* ; */ 1 -- one\n ; /* two */ SELECT 2 -- end", postgres),
              ElementsAre("SELECT /* ; */ 1", "SELECT 2"));
}

TEST(Splitter, KnowsLineAndColumnInCharacters) {
  const auto found = split_script("-- ü\r\n/* ä\n*/ SELECT 'é'; SELECT 2;\n\n\tSELECT 3", postgres, {}, 11);
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[0].line, 13U);
  EXPECT_EQ(found[0].column, 4U);
  EXPECT_EQ(found[1].line, 13U);
  EXPECT_EQ(found[1].column, 16U);
  EXPECT_EQ(found[2].line, 15U);
  EXPECT_EQ(found[2].column, 2U);
}

TEST(Splitter, DropsAByteOrderMarkBeforeTheFirstStatement) {
  EXPECT_THAT(texts("\xEF\xBB\xBFSELECT 1", postgres), ElementsAre("SELECT 1"));
  EXPECT_THAT(texts("\xEF\xBB\xBFSELECT 1", sqlite), ElementsAre("SELECT 1"));
}

TEST(PostgresSplitter, KeepsDollarQuotesWhole) {
  EXPECT_THAT(texts("DO $$ BEGIN; END; $$; SELECT 1", postgres),
              ElementsAre("DO $$ BEGIN; END; $$", "SELECT 1"));
  EXPECT_THAT(texts("DO $f$ a; $$ b; $$ $g$ c; $f$; SELECT 1", postgres),
              ElementsAre("DO $f$ a; $$ b; $$ $g$ c; $f$", "SELECT 1"));
  EXPECT_THAT(texts("DO $ä1$ a; $ä1$; SELECT 1", postgres), SizeIs(2));
  EXPECT_THAT(texts("SELECT $1; SELECT a$$b; SELECT 2", postgres), SizeIs(3));  // a$$b is a name
}

TEST(PostgresSplitter, KeepsTextsWhole) {
  EXPECT_THAT(texts("SELECT 'a;''b;', 'c\\'; SELECT 1", postgres), SizeIs(2));
  EXPECT_THAT(texts("SELECT E'a\\';b', e'\\\\'; SELECT 1", postgres), SizeIs(2));
  EXPECT_THAT(texts("SELECT U&'d!0061;\\' UESCAPE '!'; SELECT U&\"a;\"; SELECT 1", postgres), SizeIs(3));
  EXPECT_THAT(texts("SELECT B';', X';', N';'; SELECT 1", postgres), SizeIs(2));
  EXPECT_THAT(texts("SELECT \"a;\"\"b;\"; SELECT 1", postgres), SizeIs(2));
  EXPECT_THAT(texts("CREATE FUNCTION f() RETURNS int AS 'SELECT 1; SELECT ''x;''' LANGUAGE sql; SELECT 1",
                    postgres),
              SizeIs(2));
}

TEST(PostgresSplitter, GoesOnEscapingWhereATextGoesOnOnTheNextLine) {
  EXPECT_THAT(texts("SELECT E'a'\n'b\\';c'; SELECT 1", postgres), SizeIs(2));
  EXPECT_THAT(texts("SELECT E'a'\n'b'\n-- c\n'd\\';e'; SELECT 1", postgres), SizeIs(2));
  EXPECT_THAT(texts("SELECT E'a', 'b\\'; SELECT 1", postgres), SizeIs(2));
  EXPECT_THAT(texts("SELECT E'a'; SELECT 'b\\'; SELECT 1", postgres), SizeIs(3));
}

TEST(PostgresSplitter, NestsComments) {
  EXPECT_THAT(texts("SELECT /* a /* b; */ c; */ 1; SELECT 2", postgres), SizeIs(2));
  EXPECT_THAT(texts("SELECT 2 */* a; */ 3; SELECT 2", postgres), SizeIs(2));
}

TEST(PostgresSplitter, KeepsParenthesesWhole) {
  EXPECT_THAT(
      texts("CREATE RULE r AS ON DELETE TO t DO ALSO (DELETE FROM a; DELETE FROM b); SELECT 1", postgres),
      SizeIs(2));
  EXPECT_THAT(texts("SELECT ')'; SELECT 1) ; SELECT 2", postgres), SizeIs(3));
}

TEST(PostgresSplitter, KeepsRoutineBodiesWhole) {
  const std::vector<std::string> routines{
      "CREATE FUNCTION f(begin int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END",
      "create or replace procedure p() begin atomic insert into t values (1); delete from t; end",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN CASE 1 WHEN 1 THEN 2 END "
      "ELSE 3 END; SELECT 2; END",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.end, 1 AS end, 2 AS case FROM t; SELECT 2; "
      "END",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT begin, atomic FROM t; SELECT 2; END",
      "CREATE PROCEDURE p() BEGIN ATOMIC BEGIN ATOMIC SELECT 1; END; SELECT 2; END",
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN CASE WHEN true THEN 1 END"};
  for (const std::string& routine : routines)
    EXPECT_THAT(texts(routine + "; SELECT 9;", postgres), ElementsAre(routine, "SELECT 9"));
}

TEST(PostgresSplitter, OpensABodyOnlyWhereARoutineIsCreated) {
  EXPECT_THAT(texts("CREATE TABLE function (begin int, atomic int); SELECT begin atomic FROM t; SELECT 1",
                    postgres),
              SizeIs(3));
  EXPECT_THAT(
      texts("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN ATOMIC; $$; SELECT 1", postgres),
      SizeIs(2));
}

TEST(PostgresSplitter, HandsOverTheDataOfCopy) {
  const auto found = split_script(
      "COPY public.t (a, \"from stdin\") FROM stdin;\n1\tx;'\n2\t\\N\n\\.\n\nSELECT 1;", postgres);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].text, "COPY public.t (a, \"from stdin\") FROM stdin");
  EXPECT_EQ(found[0].copy_data, "1\tx;'\n2\t\\N\n");
  EXPECT_EQ(found[1].line, 6U);
  EXPECT_FALSE(found[1].copy_data);
}

TEST(PostgresSplitter, TakesTheDataOfCopyWithAnyLineEndAndUpToTheEnd) {
  EXPECT_EQ(split_script("COPY t FROM STDIN; -- data\r\n1\r\n\\.\r\n", postgres).at(0).copy_data, "1\r\n");
  EXPECT_EQ(split_script("COPY t FROM STDIN WITH (FORMAT csv);\n\\.", postgres).at(0).copy_data, "");
  EXPECT_FALSE(split_script("COPY t FROM '/tmp/from stdin'", postgres).at(0).copy_data);
  EXPECT_FALSE(split_script("COPY (SELECT 1 FROM stdin) TO '/tmp/x'", postgres).at(0).copy_data);
}

TEST(PostgresSplitter, RefusesCopyWithoutItsData) {
  EXPECT_THAT(refusal("SELECT 1;\nCOPY t FROM STDIN;\n1\n", postgres),
              StartsWith("f.sql:2:1: the data of COPY … FROM STDIN has no end"));
  EXPECT_THAT(refusal("COPY t FROM STDIN", postgres), HasSubstr("is missing"));
  EXPECT_THAT(refusal("COPY t FROM STDIN; SELECT 1;\n1\n\\.\n", postgres),
              StartsWith("f.sql:1:20: the data of COPY … FROM STDIN begins on the line below"));
  EXPECT_THAT(refusal("COPY t TO STDOUT;", postgres), HasSubstr("nobody reads"));
}

TEST(PostgresSplitter, RefusesCommandsOfPsql) {
  EXPECT_THAT(refusal("SELECT 1;\n  \\set x 1\nSELECT 2;", postgres),
              StartsWith("f.sql:2:3: \\set is a command of psql, not SQL\n  2 |   \\set x 1\n    |   ^"));
  EXPECT_THAT(refusal("\\restrict abc\nSELECT 1;", postgres), HasSubstr("pg_dump writes it"));
  EXPECT_THAT(refusal("SELECT 1 \\gexec", postgres), HasSubstr("\\gexec is a command of psql"));
  EXPECT_EQ(refusal("SELECT '\\set', $$\\d$$, E'\\\\' -- \\x\n/* \\y */", postgres), "");
}

TEST(PostgresSplitter, RefusesTextsThatWouldBeReadAnotherWay) {
  EXPECT_THAT(refusal("SET standard_conforming_strings = off;", postgres), HasSubstr("E'…'"));
  EXPECT_THAT(refusal("set session Standard_Conforming_Strings to 'off';", postgres), HasSubstr("E'…'"));
  EXPECT_THAT(refusal("SET LOCAL standard_conforming_strings TO DEFAULT;", postgres), HasSubstr("E'…'"));
  EXPECT_THAT(
      refusal("SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false)", postgres),
      HasSubstr("standard_conforming_strings"));
  EXPECT_EQ(
      refusal("SET standard_conforming_strings = on; SET SESSION standard_conforming_strings TO 'on';",
              postgres),
      "");
  for (const char* sql :
       {"SET client_encoding = 'LATIN1'", "SET NAMES 'sjis'", "SET LOCAL client_encoding TO big5"})
    EXPECT_THAT(refusal(sql, postgres), HasSubstr("may not set another client_encoding")) << sql;
  EXPECT_EQ(refusal("SET client_encoding = 'UTF8'; SET NAMES 'UTF-8'; SET search_path TO names", postgres),
            "");
  EXPECT_EQ(refusal("SELECT pg_catalog.set_config('search_path', '', false)", postgres), "");
}

TEST(PostgresSplitter, NamesThePlaceWhereSomethingWithoutEndBegins) {
  EXPECT_THAT(
      refusal("SELECT 1;\nSELECT 'a;\nb", postgres),
      StartsWith("f.sql:2:8: a text that begins here has no end\n  2 | SELECT 'a;\n    |        ^"));
  EXPECT_THAT(refusal("SELECT E'a\\'", postgres), StartsWith("f.sql:1:8: a text"));
  EXPECT_THAT(refusal("DO $f$ a $g$", postgres),
              StartsWith("f.sql:1:4: a text that begins here with $f$ has"));
  EXPECT_THAT(refusal("SELECT 1\n  /* /* */", postgres), StartsWith("f.sql:2:3: a comment"));
  EXPECT_THAT(refusal("SELECT \"a", postgres), StartsWith("f.sql:1:8: a quoted name"));
  EXPECT_THAT(refusal("CREATE FUNCTION f() RETURNS int\nBEGIN ATOMIC SELECT 1;", postgres),
              StartsWith("f.sql:2:1: the body that begins here has no END"));
}

TEST(SqliteSplitter, KeepsTriggersWhole) {
  const std::vector<std::string> triggers{
      "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET n = 1; DELETE FROM c; END",
      "create temp trigger if not exists t after insert on a begin select 1; end",
      "CREATE TEMPORARY TRIGGER t UPDATE OF x ON a WHEN CASE WHEN 1 THEN 2 END BEGIN SELECT CASE 1 WHEN 1 "
      "THEN 2 END; SELECT CASE WHEN 1 THEN 2 END FROM (SELECT 3); END",
      "CREATE TRIGGER t DELETE ON a BEGIN SELECT ';', \"END\", [x; END;]; SELECT `;` -- ; END;\n; /* ; */ "
      "END",
      "EXPLAIN CREATE TRIGGER t DELETE ON a BEGIN SELECT 1; END"};
  for (const std::string& trigger : triggers) {
    EXPECT_THAT(texts(trigger + ";\nSELECT 9;", sqlite), ElementsAre(trigger, "SELECT 9"));
    EXPECT_THAT(texts(trigger, sqlite), ElementsAre(trigger));
  }
}

TEST(SqliteSplitter, OpensABodyOnlyForATrigger) {
  EXPECT_THAT(
      texts("CREATE TABLE trigger (a); DROP TRIGGER t; CREATE VIEW v AS SELECT 1; SELECT 1", sqlite),
      SizeIs(4));
}

TEST(SqliteSplitter, KeepsQuotedNamesAndTextsWhole) {
  EXPECT_THAT(texts("SELECT [a;], `b;``c`, \"d;\"\"e\", 'f;''g', x'00'; SELECT 1", sqlite), SizeIs(2));
  EXPECT_THAT(texts("SELECT 'a\\'; SELECT E'b'; SELECT 1", sqlite), SizeIs(3));
  EXPECT_THAT(texts("SELECT $a, :b, @c, ?1, $d::e(';'); SELECT $$; SELECT 1", sqlite), SizeIs(3));
}

TEST(SqliteSplitter, KeepsCommentsBehindAStatementAsTheSchemaDoes) {
  EXPECT_THAT(texts("CREATE VIEW v AS SELECT 1 /* one */ ;\n-- two\nSELECT 2 -- end\n", sqlite),
              ElementsAre("CREATE VIEW v AS SELECT 1 /* one */ ", "SELECT 2 -- end\n"));
}

TEST(SqliteSplitter, DoesNotNestComments) {
  EXPECT_THAT(texts("SELECT /* a /* b; */ 1; SELECT 2 -- c\r; SELECT 3", sqlite), SizeIs(2));
}

TEST(SqliteSplitter, RefusesWhatHasNoEnd) {
  EXPECT_THAT(refusal("SELECT [a", sqlite), StartsWith("f.sql:1:8: a quoted name"));
  EXPECT_THAT(refusal("SELECT `a", sqlite), StartsWith("f.sql:1:8: a quoted name"));
  EXPECT_THAT(refusal("SELECT 1 /* a", sqlite), StartsWith("f.sql:1:10: a comment"));
  EXPECT_THAT(refusal("CREATE TRIGGER t DELETE ON a BEGIN SELECT 1;", sqlite),
              StartsWith("f.sql:1:8: the body that begins here has no END"));
}

TEST(SqliteSplitter, RefusesCommandsOfTheShell) {
  EXPECT_THAT(refusal("SELECT 1;\n.mode csv\n", sqlite),
              StartsWith("f.sql:2:1: a line that begins with a dot is a command of the sqlite3 shell"));
  EXPECT_EQ(refusal("SELECT .5 + main.t.x FROM main.t", sqlite), "");
}

TEST(Splitter, RefusesNul) {
  const std::string text("SELECT 1;\0DROP TABLE t;", 23);
  EXPECT_THAT(refusal(text, postgres), StartsWith("f.sql:1:10: the text has a NUL byte"));
  EXPECT_THAT(refusal(text, sqlite), StartsWith("f.sql:1:10: the text has a NUL byte"));
}

}  // namespace
}  // namespace tenon::test
