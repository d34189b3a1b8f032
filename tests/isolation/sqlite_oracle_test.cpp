// What a tenant's SQL gives, errors included, must be what it gives in a file that holds that tenant alone.

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include <tenon/raw_sql.hpp>

#include "sqlite_scene.hpp"

namespace tenon::test {
namespace {

// A table whose indexes SQLite may enter at every column, and many rows of few tenants: with statistics it
// then goes through all tenants to find a value of a later column ("skip-scan",
// https://sqlite.org/optoverview.html).
std::string wide_table(bool others) {
  std::string sql =
      "CREATE TABLE wide (tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT, tag TEXT, n INTEGER,"
      " PRIMARY KEY (tenant_id, id)) STRICT;"
      "CREATE INDEX wide_by_tag ON wide (tenant_id, tag, n, body);"
      "CREATE TABLE numbered (id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, body TEXT, tag TEXT,"
      " n INTEGER) STRICT; CREATE INDEX numbered_by_tenant ON numbered (tenant_id, n);";
  for (const char* tenant : {"attacker", "victim"}) {
    const std::string text = tenant == std::string("victim") ? marker : "own";
    const std::string rows =
        "WITH r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 1000) INSERT INTO ";
    if (text != "own" && !others) break;
    sql += rows + "wide SELECT '" + tenant + "', 'k' || i, '" + text + "', 't' || (i % 3), i FROM r;";
    sql += rows + "numbered SELECT i * 2 + " + (text == "own" ? "0" : "1") + ", '" + tenant + "', '" +
           text + "', 't' || (i % 3), i FROM r;";
  }
  return sql;
}

class Questions {
 public:
  explicit Questions(unsigned seed) : random_(seed) {}

  std::string next() {
    table_ = one_of({"wide", "wide", "numbered", "numbered", "policies", "sites", "notes", "tagged_notes",
                     "loose_notes", "packed_notes", "counters"});
    const std::string from = "(SELECT 'victim' AS t, 'shared' AS i, 5 AS n) x ";
    const std::string on = condition();
    switch (number(5)) {
      case 0:
        return "SELECT count(*) FROM " + from + ", " + table_ + " b WHERE " + on;
      case 1:
        return "SELECT count(*) FROM " + from + "JOIN " + table_ + " b ON " + on;
      case 2:
        return "SELECT count(*) FROM " + table_ + " b, " + from + "WHERE " + on;
      case 3:
        return "SELECT count(*) FROM " + from + "WHERE EXISTS (SELECT 1 FROM " + table_ + " b WHERE " + on +
               ")";
      default:
        return "SELECT count(b.tenant_id) FROM " + from + "LEFT JOIN " + table_ + " b ON " + on;
    }
  }

 private:
  unsigned number(unsigned below) { return std::uniform_int_distribution<unsigned>(0, below - 1)(random_); }
  std::string one_of(std::initializer_list<const char*> choices) {
    return choices.begin()[number(static_cast<unsigned>(choices.size()))];
  }
  [[nodiscard]] std::string text_column() const {
    if (table_ == "policies" || table_ == "sites") return "b.name";
    return table_ == "counters" ? "b.label" : "b.body";
  }
  [[nodiscard]] bool has_numbers() const { return table_ == "wide" || table_ == "numbered"; }
  [[nodiscard]] bool has_number_key() const { return table_ == "numbered" || table_ == "counters"; }

  // Fails at a row of the victim's.
  std::string trap() {
    const std::string at =
        number(2) == 0 ? text_column() + " LIKE '%" + marker + "%'" : "b.tenant_id <> 'attacker'";
    return "abs(CASE WHEN " + at + " THEN -9223372036854775807 - 1 ELSE 1 END) = 1";
  }
  std::string term() {
    if (number(3) == 0)
      return one_of({"b.tenant_id = 'victim'", "b.tenant_id > 'b'", "b.tenant_id = x.t",
                     "b.tenant_id IN ('victim', 'zzz')", "b.tenant_id LIKE 'vic%'"});
    if (has_numbers() && number(2) == 0)
      return one_of({"b.n = 43", "b.n BETWEEN 43 AND 45", "b.n = x.n", "b.tag = 't1'", "b.n > 998"});
    if (has_number_key())
      return one_of({"b.id = 3", "b.id = 43", "b.id = -1", "b.id BETWEEN 3 AND 4", "b.id > 1999"});
    return one_of(
        {"b.id = 'shared'", "b.id = 'k43'", "b.id = x.i", "b.id IN ('shared', 'second')", "b.id > 'l'"});
  }
  std::string branch() {
    std::string text = term();
    if (number(2) == 0) text += " AND " + term();
    return "(" +
           (number(4) == 0   ? text
            : number(2) == 0 ? trap() + " AND " + text
                             : text + " AND " + trap()) +
           ")";
  }
  std::string condition() {
    std::string text = branch();
    for (unsigned more = number(3); more > 0; --more) text += " OR " + branch();
    return text;
  }

  std::mt19937 random_;
  std::string table_;
};

std::string answer(const TenantScope& scope, const std::string& sql) {
  try {
    return std::to_string(scope.query<std::int64_t>(sql).at(0));
  } catch (const Error& error) {
    return error.what();
  }
}

void expect_the_same_answers(bool statistics) {
  const Scene crowded;
  const Scene alone;
  crowded.run_as_stranger(wide_table(true));
  alone.run_as_stranger(wide_table(false));
  for (const char* table : {"tenon_policies", "tenon_analyses", "hosting_sites", "hosting_counters",
                            "notes", "tagged_notes", "loose_notes", "packed_notes"})
    alone.run_as_stranger(std::string("DELETE FROM ") + table + " WHERE tenant_id <> 'attacker'");
  if (statistics) {
    crowded.run_as_stranger("ANALYZE");
    alone.run_as_stranger("ANALYZE; ATTACH '" + crowded.file() +
                          "' AS crowded; DELETE FROM main.sqlite_stat1;"
                          "INSERT INTO main.sqlite_stat1 SELECT * FROM crowded.sqlite_stat1");
  }
  const TenantScope among_others = crowded.attacker();
  const TenantScope by_itself = alone.attacker();
  Questions questions(statistics ? 1 : 2);
  int errors = 0;
  for (int i = 0; i < 1'500; ++i) {
    const std::string sql = questions.next();
    const std::string expected = answer(by_itself, sql);
    ASSERT_EQ(answer(among_others, sql), expected) << sql;
    if (expected.size() > 20) ++errors;
  }
  EXPECT_LT(errors, 750) << "too many of the questions are none";
}

TEST(SqliteOracle, GivesNoAnswerThatOthersRowsHaveAPartIn) {
  expect_the_same_answers(false);
}

TEST(SqliteOracle, GivesNoneWithStatisticsEither) {
  expect_the_same_answers(true);
}

// The views that a change of the schema had made anew were open again, and the error of the run behind them
// was told.
TEST(SqliteOracle, GivesNoneWhileTheSchemaChanges) {
  const Scene scene;
  const std::string victims =
      scene.read_as_stranger("SELECT max(id) FROM hosting_counters WHERE tenant_id = 'victim'");
  const std::string sql =
      "SELECT count(*) FROM counters WHERE (id = " + victims +
      " AND $1 = 7 AND (WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
      "WHERE x < 2000000) SELECT count(*) FROM c) > 0 AND abs(CASE WHEN label LIKE '%" +
      marker + "%' THEN -9223372036854775807 - 1 ELSE 0 END) = 0) OR id = -1";
  const TenantScope attacker = scene.attacker();
  for (int round = 0; round < 4; ++round) {
    const auto ask = [&](std::int64_t flag) { return attacker.query_one<std::int64_t>(sql, flag); };
    EXPECT_EQ(ask(1), 0) << "prepared";
    std::thread stranger([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + 40 * round));
      scene.run_as_stranger("CREATE TABLE other_" + std::to_string(round) + " (x INTEGER)");
    });
    EXPECT_NO_THROW(EXPECT_EQ(ask(7), 0));
    stranger.join();
  }
}

// A condition that is slow at the victim's row: with the fence it never meets one, so it ends in time.
TEST(SqliteOracle, TellsNothingByItsTimeBehindTheFence) {
  for (const bool fenced : {false, true}) {
    Scene scene;
    const std::string victims =
        scene.read_as_stranger("SELECT max(id) FROM hosting_counters WHERE tenant_id = 'victim'");
    const std::string sql = "SELECT count(*) FROM counters WHERE (id = " + victims +
                            " AND CASE WHEN label LIKE '%" + marker +
                            "%' THEN (WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
                            "WHERE x < 500000000) SELECT "
                            "count(*) FROM c) > 0 ELSE 0 END) OR id = -1";
    scene.database->close(std::chrono::milliseconds(0));
    Config config = scene_config("sqlite:" + scene.file());
    config.sqlite.fence_raw_sql = fenced;
    config.call_timeout = std::chrono::milliseconds(300);
    const Database database = Database::open(config);
    const std::string told = answer(database.scope(TenantContext{"attacker"}), sql);
    EXPECT_EQ(told == "0", fenced) << told;
  }
}

}  // namespace
}  // namespace tenon::test
