// How SQL text is cut into tokens, and which statements the guard of raw SQL lets pass.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/backend/sql_lexer.hpp>
#include <tenon/error.hpp>

#include "statement_guard.hpp"

namespace tenon::postgres {
namespace {

using backend::SqlLexer;
using Token = backend::SqlToken;
using Kind = Token::Kind;
using Texts = std::vector<std::string>;

const char* name_of(Kind kind) {
  static constexpr std::array names{"word",      "quoted", "unicode",      "text", "escaped",
                                    "parameter", "symbol", "unterminated", "end"};
  return names[static_cast<std::size_t>(kind)];
}

// "word select", "symbol (", …
Texts tokens(std::string_view sql) {
  Texts all;
  SqlLexer lexer(sql);
  for (Token token = lexer.next(); token.kind != Kind::end; token = lexer.next()) {
    all.push_back(std::string(name_of(token.kind)) + " " + std::string(token.text));
    if (token.kind == Kind::unterminated) break;
  }
  return all;
}

TEST(SqlLexer, CutsWordsNumbersAndOperators) {
  EXPECT_EQ(tokens("SELECT a_1$, 42.5e3 <> b"),
            (Texts{"word SELECT", "word a_1$", "symbol ,", "symbol 4", "symbol 2", "symbol .", "symbol 5",
                   "word e3", "symbol <", "symbol >", "word b"}));
  EXPECT_EQ(tokens("x::text[]"),
            (Texts{"word x", "symbol :", "symbol :", "word text", "symbol [", "symbol ]"}));
}

TEST(SqlLexer, CutsWhereOneOfTheVersionsDoes) {
  // Up to 14 a number may run into a word: 1and is 1 AND.
  EXPECT_EQ(tokens("1and set_config"), (Texts{"symbol 1", "word and", "word set_config"}));
  EXPECT_EQ(tokens("$1or"), (Texts{"parameter $1", "word or"}));
  EXPECT_EQ(tokens("0x1F"), (Texts{"symbol 0", "word x1F"}));
}

TEST(SqlLexer, TakesBytesBeyondAsciiForLetters) {
  EXPECT_EQ(tokens("n\xC3\xA4me\xC2\xA0x"), (Texts{"word n\xC3\xA4me\xC2\xA0x"}));  // no-break space too
  EXPECT_EQ(tokens("a\xFFz b"), (Texts{"word a\xFFz", "word b"}));
}

TEST(SqlLexer, KnowsAllBlanksAndNoOther) {
  EXPECT_EQ(tokens("a\tb\nc\rd\fe\vf"),
            (Texts{"word a", "word b", "word c", "word d", "word e", "word f"}));
  EXPECT_EQ(tokens(""), Texts{});
  EXPECT_EQ(tokens(" \n"), Texts{});
  EXPECT_EQ(tokens(std::string_view("a\0b", 3)).size(), 3U);
}

TEST(SqlLexer, EndsALineCommentAtEitherLineEnd) {
  EXPECT_EQ(tokens("a -- b\nc"), (Texts{"word a", "word c"}));
  EXPECT_EQ(tokens("a -- b\rc"), (Texts{"word a", "word c"}));
  EXPECT_EQ(tokens("a -- b"), Texts{"word a"});
  EXPECT_EQ(tokens("a - -b"), (Texts{"word a", "symbol -", "symbol -", "word b"}));
}

TEST(SqlLexer, NestsBlockComments) {
  EXPECT_EQ(tokens("a /* /* b */ c */ d"), (Texts{"word a", "word d"}));
  EXPECT_EQ(tokens("a /* ' */ b /* \" */ c"), (Texts{"word a", "word b", "word c"}));
  EXPECT_EQ(tokens("a /*/ b */ c"), (Texts{"word a", "word c"}));
  EXPECT_EQ(tokens("a /* /* b */ c"), (Texts{"word a", "unterminated /* /* b */ c"}));
  EXPECT_EQ(tokens("a */ b"), (Texts{"word a", "symbol *", "symbol /", "word b"}));
  EXPECT_EQ(tokens("a /* -- */ b"), (Texts{"word a", "word b"}));
}

TEST(SqlLexer, ReadsTexts) {
  EXPECT_EQ(tokens("'a''b' c"), (Texts{"text 'a''b'", "word c"}));
  EXPECT_EQ(tokens("'/* -- $$' c"), (Texts{"text '/* -- $$'", "word c"}));
  EXPECT_EQ(tokens("''"), Texts{"text ''"});
  EXPECT_EQ(tokens("'a\nb'"), Texts{"text 'a\nb'"});
  EXPECT_EQ(tokens("'a' 'b'"), (Texts{"text 'a'", "text 'b'"}));
  EXPECT_EQ(tokens("'a"), Texts{"unterminated 'a"});
  EXPECT_EQ(tokens("'a''"), Texts{"unterminated 'a''"});
}

TEST(SqlLexer, LetsABackslashEscapeOnlyInEscapedTexts) {
  EXPECT_EQ(tokens(R"('a\' b)"), (Texts{R"(text 'a\')", "word b"}));
  EXPECT_EQ(tokens(R"(E'a\'b' c)"), (Texts{R"(escaped E'a\'b')", "word c"}));
  EXPECT_EQ(tokens(R"(e'\\' c)"), (Texts{R"(escaped e'\\')", "word c"}));
  EXPECT_EQ(tokens(R"(E'a''\'b' c)"), (Texts{R"(escaped E'a''\'b')", "word c"}));
  EXPECT_EQ(tokens("E'a\\"), Texts{"unterminated E'a\\"});
  EXPECT_EQ(tokens("E 'a'"), (Texts{"word E", "text 'a'"}));
  EXPECT_EQ(tokens(R"(the'a\' b)"), (Texts{"word the", R"(text 'a\')", "word b"})) << "no E of its own";
  EXPECT_EQ(tokens(R"(N'a\' B'01' X'ff')"),
            (Texts{"word N", R"(text 'a\')", "word B", "text '01'", "word X", "text 'ff'"}));
}

TEST(SqlLexer, ReadsQuotedNames) {
  EXPECT_EQ(tokens("\"a\"\"b\".\"c'd\""), (Texts{"quoted \"a\"\"b\"", "symbol .", "quoted \"c'd\""}));
  EXPECT_EQ(tokens(R"("a\" b)"), (Texts{R"(quoted "a\")", "word b"}));
  EXPECT_EQ(tokens("\"a"), Texts{"unterminated \"a"});
}

TEST(SqlLexer, TellsUnicodeNamesFromUnicodeTexts) {
  EXPECT_EQ(tokens("U&\"d\\0061t\" u&'x'"), (Texts{"unicode U&\"d\\0061t\"", "text u&'x'"}));
  EXPECT_EQ(tokens("u & \"x\""), (Texts{"word u", "symbol &", "quoted \"x\""}));
  EXPECT_EQ(tokens("xu&\"x\""), (Texts{"word xu", "symbol &", "quoted \"x\""}));
}

TEST(SqlLexer, ReadsDollarQuotes) {
  EXPECT_EQ(tokens("$$a'b$$ c"), (Texts{"text $$a'b$$", "word c"}));
  EXPECT_EQ(tokens("$t$a $$ b $x$ $t$ c"), (Texts{"text $t$a $$ b $x$ $t$", "word c"}));
  EXPECT_EQ(tokens("$\xC3\xA4$ ' $\xC3\xA4$"), Texts{"text $\xC3\xA4$ ' $\xC3\xA4$"});
  EXPECT_EQ(tokens("$t1$ ' $t1$"), Texts{"text $t1$ ' $t1$"});
  EXPECT_EQ(tokens("$T$ $t$"), Texts{"unterminated $T$ $t$"}) << "a tag minds its case";
  EXPECT_EQ(tokens("$$a"), Texts{"unterminated $$a"});
}

TEST(SqlLexer, TakesADollarWithinAWordForALetter) {
  EXPECT_EQ(tokens("a$b$ 'x' c$b$"), (Texts{"word a$b$", "text 'x'", "word c$b$"}));
  EXPECT_EQ(tokens("a$$b"), Texts{"word a$$b"});
  EXPECT_EQ(tokens("$1$2"), (Texts{"parameter $1", "parameter $2"}));
  EXPECT_EQ(tokens("$ $a b"), (Texts{"symbol $", "symbol $", "word a", "word b"}));
}

TEST(SqlLexer, LosesNoByteOfAnyTextAndEnds) {
  // Every text of up to five of these pieces: tokens lie in the text, in order, with blanks and comments
  // only between them.
  static constexpr std::array<std::string_view, 11> pieces{"'",  "\"", "$",  "a",  "E", "\\",
                                                           "/*", "*/", "--", "\n", "1"};
  for (std::size_t number = 0; number < 11 * 11 * 11 * 11 * 11; ++number) {
    std::string sql;
    for (std::size_t rest = number, i = 0; i < 5; ++i, rest /= pieces.size())
      sql += pieces[rest % pieces.size()];
    SqlLexer lexer(sql);
    const char* at = sql.data();
    std::size_t count = 0;
    for (Token token = lexer.next(); token.kind != Kind::end; token = lexer.next()) {
      ASSERT_GE(token.text.data(), at) << sql;
      at = token.text.data() + token.text.size();
      ASSERT_LE(at, sql.data() + sql.size()) << sql;
      ASSERT_LE(++count, sql.size() + 1) << sql;
      if (token.kind == Kind::unterminated) break;
    }
  }
}

std::string refusal(std::string_view sql, bool standard_strings = true, bool utf8_server = true) {
  try {
    check_raw_statement("raw", sql, standard_strings, utf8_server);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::permission_denied) << sql;
    EXPECT_EQ(error.sqlstate(), "42501") << sql;
    return error.what();
  }
  return "";
}

struct Refused {
  std::string_view sql;
  std::string_view rule;  // part of the message
};

class StatementGuard : public ::testing::TestWithParam<Refused> {};

TEST_P(StatementGuard, RefusesWithTheRuleItBroke) {
  const std::string message = refusal(GetParam().sql);
  EXPECT_NE(message.find(GetParam().rule), std::string::npos)
      << GetParam().sql << (message.empty() ? " passed" : ": " + message);
}

INSTANTIATE_TEST_SUITE_P(
    Statements, StatementGuard,
    ::testing::Values(
        Refused{"", "is one SELECT"}, Refused{"-- nothing", "is one SELECT"}, Refused{";", "is one SELECT"},
        Refused{"(BEGIN)", "is one SELECT"}, Refused{"\"select\" 1", "is one SELECT"},
        Refused{"EXPLAIN SELECT 1", "is one SELECT"}, Refused{"COPY t TO STDOUT", "is one SELECT"},
        Refused{"SET ROLE x", "is one SELECT"}, Refused{"ANALYZE", "is one SELECT"},
        Refused{"SELECT 1; SELECT 2", "is one statement"}, Refused{"SELECT 1;;", "is one statement"},
        Refused{"SELECT 'a", "has no end"}, Refused{"SELECT 1 /* /* */", "has no end"},
        Refused{"SELECT $$a", "has no end"}, Refused{"SELECT \"a", "has no end"},
        Refused{"SELECT U&\"a\"", "Unicode"}, Refused{"SELECT 'a' 'b'", "adjacent"},
        Refused{"SELECT E'a'\n'b'", "adjacent"}, Refused{"SELECT * INTO x FROM y", "SELECT INTO"},
        Refused{"WITH insert AS (SELECT 1) SELECT 1 insert INTO x", "SELECT INTO"},
        Refused{"(SELECT 1 INTO x)", "SELECT INTO"},
        Refused{"WITH a AS (SELECT 1) (SELECT 1 AS insert INTO TEMP x)", "SELECT INTO"},
        Refused{"WITH a AS (SELECT 1) (SELECT 1 merge INTO x)", "SELECT INTO"},
        Refused{"WITH a AS (SELECT 1) ((SELECT 1 AS insert INTO x)) UNION SELECT 2", "SELECT INTO"},
        Refused{"WITH a AS (SELECT 1) (insert INTO x VALUES (1))", "SELECT INTO"},
        Refused{"WITH a AS (WITH b AS (SELECT 1) (SELECT (1) insert INTO x)) SELECT 1", "SELECT INTO"},
        Refused{"WITH a AS (SELECT (1) insert INTO x) SELECT 1", "SELECT INTO"},
        Refused{"WITH a AS ((SELECT 1 AS insert INTO x)) SELECT 1", "SELECT INTO"},
        Refused{"WITH a AS (SELECT 1) SELECT (SELECT 1 AS insert INTO x)", "SELECT INTO"},
        Refused{"SELECT set_limit(0.1)", "set_limit"}, Refused{"SELECT isn_weak(true)", "isn_weak"},
        Refused{"SELECT * FROM pgrowlocks('t')", "pgrowlocks"},
        Refused{"SELECT * FROM t TABLESAMPLE system_rows(50)", "system_rows"},
        Refused{"SELECT Set_Config('a', 'b', true)", "set_config"},
        Refused{"SELECT set_config FROM t", "set_config"},
        Refused{"SELECT \"set_config\"('a')", "set_config"}, Refused{"SELECT * FROM pg_roles", "pg_roles"},
        Refused{"SELECT * FROM \"pg_authid\"", "pg_authid"},
        Refused{"SELECT pg_read_file('x')", "pg_read_file"}, Refused{"SELECT pg_sleep", "pg_sleep"},
        Refused{"SELECT pg_try_advisory_xact_lock(1)", "pg_try_advisory_xact_lock"},
        Refused{"SELECT pg_catalog FROM t", "pg_catalog"}, Refused{"SELECT lo_import('x')", "lo_import"},
        Refused{"SELECT query_to_xml('x')", "query_to_xml"}, Refused{"SELECT * FROM dblink('x')", "dblink"},
        Refused{"SELECT SetSeed(0.5)", "setseed"}, Refused{"SELECT currval('s')", "currval"},
        Refused{"SELECT \"ts_stat\"('x')", "ts_stat"},
        Refused{"SELECT (('x'::text).ts_stat).word", "ts_stat"},
        Refused{"SELECT (('x'::text) . /* */ \"ts_stat\").word", "ts_stat"},
        Refused{"SELECT ($1.TS_Stat).word", "ts_stat"}, Refused{"SELECT (a[1].ts_stat).word", "ts_stat"},
        Refused{"SELECT (q.ts_stat).word FROM unnest(ARRAY['x']) q", "ts_stat"},
        Refused{"SELECT ('s'::regclass).currval", "currval"},
        Refused{"SELECT (16385::oid).lo_get", "lo_get"},
        Refused{"SELECT q.lo_unlink FROM unnest(ARRAY[1::oid]) q", "lo_unlink"},
        Refused{"SELECT q.dblink_exec FROM unnest(ARRAY['x']) q", "dblink_exec"},
        Refused{"SELECT ('x'::text).worker_nothing_known", "worker_nothing_known"},
        Refused{"SELECT q.worker_create_or_replace_object FROM unnest(ARRAY['x']) q",
                "worker_create_or_replace_object"}),
    [](const auto& refused) { return "Statement" + std::to_string(refused.index); });

TEST(StatementGuardPasses, WhatNeedsNoRefusal) {
  for (const std::string_view sql :
       {"TABLE things", "VALUES (1)", "((SELECT 1))", "SELECT 1;", "SELECT 1 -- ; BEGIN",
        "INSERT INTO t SELECT 1", "WITH x AS (INSERT INTO t VALUES (1) RETURNING 1) SELECT * FROM x",
        "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x",
        "WITH x (a) AS (SELECT 1), y AS NOT MATERIALIZED (INSERT INTO t VALUES (1) RETURNING 1) "
        "INSERT INTO t SELECT a FROM x",
        "WITH x AS (WITH y AS (SELECT (1)) INSERT INTO t SELECT * FROM y RETURNING 1), z AS MATERIALIZED "
        "(MERGE INTO t USING s ON (true) WHEN MATCHED THEN DELETE) SELECT (1) FROM x",
        "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE", "SELECT 'set_config(' || $1",
        "SELECT \"into\" FROM t", "SELECT pg_catalog.now(), pg_typeof(1)",
        "SELECT 'pg_roles', $$set_config$$, E'dblink('", "SELECT currval FROM t", "SELECT a.b::text || 'x'",
        "SELECT j.worker_id, l.lo_price, l.citus_node, l.exported_to_xml FROM jobs j JOIN lines l USING "
        "(id)"})
    EXPECT_EQ(refusal(sql), "") << sql;
}

TEST(StatementGuardPasses, NoBackslashWhereItsMeaningDependsOnASetting) {
  EXPECT_EQ(refusal(R"(SELECT 'a\b')", true), "");
  EXPECT_NE(refusal(R"(SELECT 'a\b')", false).find("standard_conforming_strings"), std::string::npos);
  EXPECT_EQ(refusal(R"(SELECT E'a\\b', 'c')", false), "");
}

// In LATIN5 with a Turkish locale the server makes set_config of it.
TEST(StatementGuardPasses, NoLetterThatTheServerLowersByItsLocale) {
  const std::string_view sql = "SELECT set_conf\xC4\xB0g('role', 'none', true)";
  EXPECT_EQ(refusal(sql, true, true), "");  // a name of its own in UTF-8
  EXPECT_NE(refusal(sql, true, false).find("UTF-8"), std::string::npos);
  EXPECT_EQ(refusal("SELECT \"\xC4\xB0\" FROM t WHERE x = '\xC4\xB0'", true, false), "");
}

}  // namespace
}  // namespace tenon::postgres
