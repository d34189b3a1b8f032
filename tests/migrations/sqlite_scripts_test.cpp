#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <tenon/migration_source.hpp>

#include "random_script.hpp"
#include "splitting.hpp"

namespace tenon::test {
namespace {

class MemoryDatabase {
 public:
  MemoryDatabase() {
    sqlite3* raw = nullptr;
    EXPECT_EQ(sqlite3_open(":memory:", &raw), SQLITE_OK);
    database_.reset(raw);
  }

  // As the sqlite3 shell or golang-migrate would: the whole text at once.
  void execute(const std::string& sql) {
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
        << message << "\n"
        << sql;
    sqlite3_free(message);
  }

  // One statement and nothing behind it.
  void execute_alone(std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    const int prepared =
        sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &raw, &rest);
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(raw, &sqlite3_finalize);
    ASSERT_EQ(prepared, SQLITE_OK) << sqlite3_errmsg(database_.get()) << "\n" << sql;
    ASSERT_EQ(rest, sql.data() + sql.size()) << "not one statement: " << sql;
    int step = SQLITE_ROW;
    while (step == SQLITE_ROW) step = sqlite3_step(raw);
    ASSERT_EQ(step, SQLITE_DONE) << sqlite3_errmsg(database_.get()) << "\n" << sql;
  }

  // As the migrator would, here without a history.
  void run(const detail::Script& script) {
    if (script.foreign_keys_off) execute("PRAGMA foreign_keys = OFF");
    if (script.transactional) execute("BEGIN IMMEDIATE");
    for (const auto& statement : script.statements) execute_alone(statement.text);
    if (script.foreign_keys_off) {
      EXPECT_TRUE(rows("PRAGMA foreign_key_check").empty());
    }
    if (script.transactional) execute("COMMIT");
    execute("PRAGMA foreign_keys = ON");
  }

  // What describe() tells about the first statement that fails.
  [[nodiscard]] std::string failure_of(const detail::Script& script) {
    for (std::size_t i = 0; i < script.statements.size(); ++i) {
      const std::string sql(script.statements[i].text);
      if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) continue;
      const int offset = sqlite3_error_offset(database_.get());
      return describe(script, {i, offset < 0 ? std::nullopt : std::optional<std::size_t>(offset),
                               sqlite3_errmsg(database_.get()), ""});
    }
    return "";
  }

  [[nodiscard]] std::vector<std::string> rows(const std::string& sql) {
    std::vector<std::string> result;
    const auto take = [](void* target, int count, char** values, char**) {
      std::string row;
      for (int i = 0; i < count; ++i) row += std::string(values[i] == nullptr ? "NULL" : values[i]) + "|";
      static_cast<std::vector<std::string>*>(target)->push_back(row);
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database_.get(), sql.c_str(), take, &result, nullptr), SQLITE_OK) << sql;
    return result;
  }

  // Everything that a script of the generator made.
  [[nodiscard]] std::vector<std::string> dump(std::size_t tables) {
    std::vector<std::string> all = rows("SELECT type, name, sql FROM sqlite_schema");
    for (std::string& row : rows("SELECT type, name, sql FROM sqlite_temp_schema"))
      all.push_back(std::move(row));
    for (std::size_t i = 0; i < tables; ++i)
      for (std::string& row : rows("SELECT * FROM t" + std::to_string(i))) all.push_back(std::move(row));
    return all;
  }

 private:
  std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database_{nullptr, &sqlite3_close};
};

TEST(SqliteScripts, MakeTheSameInPiecesAsAsAWhole) {
  Random random(3);
  for (int i = 0; i < 300; ++i) {
    const std::string script = valid_script(random, sqlite, 6);
    MemoryDatabase whole;
    whole.execute(script);
    MemoryDatabase pieces;
    for (const auto& statement : detail::split_script(script, sqlite)) pieces.execute_alone(statement.text);
    ASSERT_FALSE(::testing::Test::HasFailure()) << script;
    ASSERT_GE(whole.dump(6).size(), 6U);
    ASSERT_EQ(whole.dump(6), pieces.dump(6)) << script;
  }
}

TEST(SqliteScripts, RebuildTablesInTwelveStepsThereAndBack) {
  MemoryDatabase database;
  database.execute("PRAGMA foreign_keys = ON");
  const auto migrations = read_migrations(MIGRATIONS_DATA "/sqlite_twelve_step");
  ASSERT_EQ(migrations.size(), 4U);
  const auto schema = [&] {
    return database.rows("SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name");
  };
  std::vector<std::vector<std::string>> before;
  for (const Migration& migration : migrations) {
    before.push_back(schema());
    database.run(detail::up_script(migration, sqlite));
  }
  EXPECT_EQ(database.rows("SELECT id, customer_id, cents FROM orders"),
            (std::vector<std::string>{"1|1|1050|", "2|2|20000|", "3|2|725|"}));
  for (std::size_t i = migrations.size(); i-- > 0;) {
    database.run(detail::down_script(migrations[i], sqlite));
    EXPECT_EQ(schema(), before[i]) << migrations[i].name;
  }
}

TEST(SqliteScripts, ShowWhereTheirErrorsAre) {
  MemoryDatabase database;
  const auto failure = [&](std::string_view sql) {
    return database.failure_of(detail::read_script(sql, sqlite, "1_a.up.sql"));
  };
  EXPECT_EQ(failure("CREATE TABLE a (x);\n-- ü\nINSERT INTO a\n  VALUES ('ä', y);\n"),
            "1_a.up.sql:4:16: no such column: y\n"
            "  in statement 2 of 2, which begins on line 3: INSERT INTO a\n"
            "  4 |   VALUES ('ä', y);\n"
            "    |                ^");
  EXPECT_EQ(failure("SELECT 1;\nINSERT INTO a VALUES (1, 2);"),
            "1_a.up.sql:2:1: table a has 1 columns but 2 values were supplied\n  in statement 2 of 2\n"
            "  2 | INSERT INTO a VALUES (1, 2);\n    | ^");
}

// Where statements end in the text, as sqlite3_complete() has it.
std::vector<std::size_t> ends_by_sqlite(const std::string& text) {
  std::vector<std::size_t> ends;
  std::size_t start = 0;
  for (std::size_t at = text.find(';'); at != std::string::npos; at = text.find(';', at + 1))
    if (sqlite3_complete(text.substr(start, at + 1 - start).c_str()) != 0) {
      ends.push_back(at);
      start = at + 1;
    }
  return ends;
}

TEST(SqliteScripts, EndTheirStatementsWhereSqliteDoes) {
  Random random(11);
  std::size_t compared = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = token_soup(random, sqlite, 1 + static_cast<std::size_t>(i) % 16);
    // sqlite3_complete() knows no variables.
    if (text.find_first_of("$:@#") != std::string::npos || !refusal(text, sqlite).empty()) continue;
    std::vector<std::size_t> ends = ends_by_sqlite(text);
    for (const auto& statement : detail::split_script(text, sqlite)) {
      const std::size_t last = statement.offset + statement.text.size();
      // No end lies within a statement.
      for (const std::size_t end : ends)
        ASSERT_TRUE(end < statement.offset || end >= last) << text << "\n" << statement.text;
      ASSERT_NE(sqlite3_complete((std::string(statement.text) + "\n;").c_str()), 0) << statement.text;
      ++compared;
    }
  }
  EXPECT_GT(compared, 2'500U);
}

}  // namespace
}  // namespace tenon::test
