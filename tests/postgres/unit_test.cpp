#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/error.hpp>

#include "error_map.hpp"
#include "flight.hpp"
#include "numeric.hpp"
#include "outcome.hpp"
#include "statement_cache.hpp"
#include "statement_guard.hpp"

namespace tenon::postgres {

namespace {

TEST(Numeric, ComesBackAsItWentIn) {
  for (const std::string text : {"0", "0.000", "1", "-1", "9999", "10000", "10001.0001", "0.00010", "-0.5",
                                 "123456789.987654321", "100000000", "0.00000001"}) {
    std::string binary;
    encode_numeric(binary, text);
    std::string back = "old";
    ASSERT_TRUE(decode_numeric(back, binary)) << text;
    EXPECT_EQ(back, text);
  }
}

TEST(Numeric, RefusesWhatIsNone) {
  for (const std::string_view text : {"", "-", ".5", "1e3", "NaN", "1.2.3", "+1"}) {
    std::string binary;
    EXPECT_THROW(encode_numeric(binary, text), Error) << text;
  }
  std::string back;
  EXPECT_FALSE(decode_numeric(back, std::string_view("\0\0\0\0\xC0\0\0\0", 8))) << "NaN";
  EXPECT_FALSE(decode_numeric(back, "short"));
}

TEST(ErrorMap, KnowsTheStates) {
  using Kind = Error::Kind;
  const std::pair<const char*, Kind> expected[] = {
      {"23505", Kind::already_exists},    {"23503", Kind::constraint_violation},
      {"22P02", Kind::invalid_argument},  {"42501", Kind::permission_denied},
      {"28P01", Kind::permission_denied}, {"42P01", Kind::schema_mismatch},
      {"42703", Kind::schema_mismatch},   {"40001", Kind::serialization_failure},
      {"40P01", Kind::deadlock},          {"55P03", Kind::busy},
      {"57014", Kind::cancelled},         {"53300", Kind::unavailable},
      {"57P01", Kind::unavailable},       {"08006", Kind::unavailable},
      {"08007", Kind::outcome_unknown},   {"40003", Kind::outcome_unknown},
      {"25006", Kind::read_only},         {"53100", Kind::limit_exceeded},
      {"54000", Kind::limit_exceeded},    {"XX001", Kind::corrupt},
      {"0A000", Kind::unsupported},       {"42804", Kind::invalid_argument},
      {"ZZ999", Kind::internal},          {"", Kind::unavailable}};
  for (const auto& [state, kind] : expected) {
    ServerError error;
    error.sqlstate = state;
    EXPECT_EQ(to_string(kind_of(error)), to_string(kind)) << state;
  }
}

TEST(ErrorMap, StripsTheShardOfAConstraint) {
  EXPECT_EQ(without_shard_suffix("analyses_request_id_key_102008"), "analyses_request_id_key");
  EXPECT_EQ(without_shard_suffix("things_2024"), "things_2024");
  EXPECT_EQ(without_shard_suffix("plain"), "plain");
}

TEST(ErrorMap, ReadsVerboseTextInAnyLanguage) {
  const ServerError error = read_verbose_text(
      "FEHLER:  42601: Syntaxfehler bei »x«\nLINE 2: x\n        ^\nHINT:  try y\nLOCATION:  "
      "scanner_yyerror, scan.l:1241\n");
  EXPECT_EQ(error.sqlstate, "42601");
  EXPECT_EQ(error.message, "Syntaxfehler bei »x«");
  EXPECT_EQ(error.position, "LINE 2: x");
  EXPECT_EQ(error.hint, "try y");
  EXPECT_EQ(error.function, "scanner_yyerror");
}

// PgBouncer's word for a server that is away was taken for a defect, and for one that lasts.
TEST(ErrorMap, TakesWhatAPoolerSaysForAnOutageAndTheServersOwnForADefect) {
  const ServerError pooler = read_verbose_text(
      "connection to server at \"127.0.0.1\", port 6432 failed: FATAL:  08P01: no more connections allowed "
      "(max_client_conn)\n");
  EXPECT_EQ(pooler.sqlstate, "08P01");
  EXPECT_EQ(kind_of(pooler), Error::Kind::unavailable);
  const ServerError server = read_verbose_text(
      "FATAL:  08P01: invalid startup packet layout\nLOCATION:  ProcessStartupPacket, postmaster.c:2259\n");
  EXPECT_EQ(server.function, "ProcessStartupPacket");
  EXPECT_EQ(kind_of(server), Error::Kind::internal);
}

TEST(StatementCache, ForgetsTheLeastRecentlyUsed) {
  StatementCache cache(2);
  using Lookup = StatementCache::Lookup;
  const auto add = [&](std::uint64_t id, const char* sql) {
    cache.add(id, sql, StatementCache::name_of(id));
  };
  EXPECT_EQ(cache.find(1, "a").lookup, Lookup::absent);
  add(1, "a");
  add(2, "b");
  EXPECT_EQ(cache.find(1, "a").lookup, Lookup::prepared);
  add(3, "c");
  // The server has it until it is deallocated, which it is not within a transaction. Preparing it again
  // there once failed the transaction, and made the cache believe in what was then deallocated.
  EXPECT_EQ(cache.find(2, "b").lookup, Lookup::unnamed);
  EXPECT_EQ(cache.take_evicted(), (std::vector<StatementCache::Name>{StatementCache::name_of(2)}));
  EXPECT_EQ(cache.find(2, "b").lookup, Lookup::absent);
  EXPECT_EQ(cache.find(1, "another text of the same hash").lookup, Lookup::unnamed);
  EXPECT_STREQ(StatementCache::name_of(0xabc).data(), "tenon_0000000000000abc");
}

// PgBouncer 1.25 ended every connection that prepared again what it had let go.
TEST(StatementCache, PreparesWhatWasLetGoUnderAnotherName) {
  StatementCache cache(1);
  const StatementCache::Name name = StatementCache::name_of(1);
  EXPECT_EQ(cache.unused(name), name);
  cache.add(1, "a", name);
  cache.add(2, "b", StatementCache::name_of(2));  // 1 goes
  EXPECT_STREQ(cache.unused(name).data(), "tenon_0000000000000001_1");
  cache.discard_all();
  EXPECT_STREQ(cache.unused(name).data(), "tenon_0000000000000001_2");
  EXPECT_LE(std::string_view(cache.unused(StatementCache::name_of("SELECT 1", {})).data()).size(), 63U);
  EXPECT_EQ(cache.take_evicted().size(), 2U);
  cache.add(1, "a", cache.unused(name));
  cache.stop_deallocating();
  cache.discard(1);
  EXPECT_FALSE(cache.has_evicted());
  EXPECT_EQ(cache.find(1, "a").lookup, StatementCache::Lookup::absent);
}

// PgBouncer 1.25 ended the connection of whoever corrected a statement and sent it again.
TEST(StatementCache, PreparesWhatCouldNotBePreparedUnderAnotherName) {
  StatementCache cache(2);
  const StatementCache::Name name = StatementCache::name_of(1);
  cache.burn();
  EXPECT_EQ(cache.find(1, "a").lookup, StatementCache::Lookup::absent);
  EXPECT_STREQ(cache.unused(name).data(), "tenon_0000000000000001_1");
  cache.burn();
  EXPECT_STREQ(cache.unused(name).data(), "tenon_0000000000000001_2");
}

TEST(StatementCache, RunsUnnamedWhatIsOfNoUseAtItsFirstUse) {
  using Lookup = StatementCache::Lookup;
  StatementCache cache(2);
  cache.stop_deallocating();
  const auto add = [&](std::uint64_t id, const char* sql) {
    cache.add(id, sql, StatementCache::name_of(id));
  };
  add(1, "a");
  EXPECT_EQ(cache.find(1, "a").lookup, Lookup::prepared);
  EXPECT_TRUE(cache.outdate(1)) << "it was of use before";
  EXPECT_EQ(cache.find(1, "a").lookup, Lookup::absent);
  add(1, "a");
  EXPECT_FALSE(cache.outdate(1));
  EXPECT_EQ(cache.find(1, "a").lookup, Lookup::unnamed);
  add(2, "b");
  EXPECT_EQ(cache.find(2, "b").lookup, Lookup::prepared) << "others are not";
  EXPECT_TRUE(cache.outdate(3)) << "nor what is not known";
  EXPECT_EQ(cache.find(3, "c").lookup, Lookup::absent);
  for (const std::uint64_t id : {4, 5}) {  // no more of them than of the prepared
    add(id, "more");
    EXPECT_FALSE(cache.outdate(id));
  }
  EXPECT_EQ(cache.find(1, "a").lookup, Lookup::absent);
  EXPECT_EQ(cache.find(5, "more").lookup, Lookup::unnamed);
}

// A hash that can be turned around would let raw SQL take the name of the library's own statements.
TEST(StatementCache, GivesRawTextsNamesThatCannotBeForged) {
  constexpr std::array types{backend::Type::text};
  const StatementCache::Name name = StatementCache::name_of("SELECT $1", types);
  EXPECT_EQ(std::string_view(name.data()).substr(0, 10), "tenon_raw_");
  EXPECT_EQ(std::string_view(name.data()).size(), 42U);
  EXPECT_EQ(name, StatementCache::name_of("SELECT $1", types));
  EXPECT_NE(name, StatementCache::name_of("SELECT $1", {}));
  EXPECT_NE(name, StatementCache::name_of("SELECT  $1", types));
}

// A pooler answers in the server's place, at the first message, when the server may have done all of it.
// The write was once run again.
TEST(Outcome, IsUnknownWhenAPoolerAnswersForTheServer) {
  const Terms write{"things.insert", true, true};
  Landing landing;
  landing.failed_step = Step::bind;
  landing.first_step_failed = true;
  landing.error.emplace();
  landing.error->sqlstate = "08P01";
  landing.error->message = "query timeout";
  EXPECT_FALSE(untouched(landing));
  EXPECT_EQ(error_of(landing, write).kind(), Error::Kind::outcome_unknown);
  EXPECT_EQ(error_of(landing, {"things.all", false, true}).kind(), Error::Kind::unavailable);
  landing.error->message = "query_wait_timeout";  // no server was had
  EXPECT_TRUE(untouched(landing));
  EXPECT_EQ(error_of(landing, write).kind(), Error::Kind::unavailable);
  landing.error->sqlstate = "57P01";
  landing.error->message = "terminating connection due to administrator command";
  landing.error->function = "ProcessInterrupts";
  EXPECT_TRUE(untouched(landing));
  EXPECT_EQ(error_of(landing, write).kind(), Error::Kind::unavailable);
}

TEST(StatementGuard, TellsAQueryThatWritesInItsWith) {
  for (const char* sql :
       {"WITH x AS (INSERT INTO t VALUES (1) RETURNING a) SELECT a FROM x",
        "with x as materialized ( /* */ Delete from t returning a) table x",
        "WITH x AS (WITH y AS (SELECT 1) UPDATE t SET a = 1 RETURNING a) SELECT a FROM x"}) {
    EXPECT_TRUE(has_writing_query(sql)) << sql;
  }
  for (const char* sql :
       {"SELECT a FROM t WHERE id IN (SELECT 1) FOR UPDATE", "SELECT '(insert', \"delete\" FROM t",
        "SELECT count(*) AS update FROM t", "WITH x AS (SELECT 1) SELECT * FROM x"}) {
    EXPECT_FALSE(has_writing_query(sql)) << sql;
  }
}

TEST(StatementGuard, LetsOrdinaryStatementsPass) {
  for (const char* sql : {"SELECT 1", "  insert into things values ($1)", "(SELECT 1) UNION (SELECT 2)",
                          "WITH x AS (SELECT 1) DELETE FROM y", "/* a /* b */ */ VALUES (1)",
                          "SELECT temp FROM weather WHERE setting = 'reset'"}) {
    EXPECT_NO_THROW(check_raw_statement("raw", sql, true, true)) << sql;
  }
}

}  // namespace

}  // namespace tenon::postgres
