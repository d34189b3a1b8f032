// Raw SQL that means no harm.

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/describe/class.hpp>
#include <gtest/gtest.h>

#include <tenon/policy_store.hpp>
#include <tenon/raw_sql.hpp>

#include "sqlite_scene.hpp"

namespace tenon::test {

struct Spend {
  std::string environment;
  double cost = 0;
  std::optional<std::string> policy;
};
BOOST_DESCRIBE_STRUCT(Spend, (), (environment, cost, policy))

struct Note {
  std::string id;
  std::optional<std::string> body;
};
BOOST_DESCRIBE_STRUCT(Note, (), (id, body))

}  // namespace tenon::test

template <>
struct tenon::Table<tenon::test::Note> {
  static constexpr auto name = "notes";
  static constexpr auto key = std::tuple{&tenon::test::Note::id};
};

namespace tenon::test {
namespace {

class SqliteRawSql : public ::testing::Test {
 protected:
  [[nodiscard]] std::int64_t number(const char* sql) const { return scope.query<std::int64_t>(sql).at(0); }

  Scene scene;
  TenantScope scope = scene.attacker();
};

// The cursor behind such a text was refused as a parameter, so that no page came after it.
TEST_F(SqliteRawSql, CanLeaveNoTextThatPagesStopAt) {
  const PolicyStore policies(scope);
  policies.remove_where(field<&Policy::id> != "");
  for (const char* id : {"a", "b", "c", "d"}) policies.insert({.id = id, .name = id});
  scope.execute("UPDATE policies SET name = 'b' || char(0) || 'z' WHERE id = 'b'");
  scope.execute("UPDATE policies SET name = CAST(x'63ff' AS TEXT) WHERE id = 'c'");
  auto query = where(field<&Policy::id> != "").order_by(asc<&Policy::name>).limit(1);
  std::string ids;
  std::optional<Cursor> next;
  do {
    const Page<Policy> page = policies.find(query.after(next));
    for (const Policy& policy : page) ids += policy.id;
    next = page.next;
  } while (next);
  EXPECT_EQ(ids, "abcd");
}

Error error_of(const auto& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {Error::Kind::internal, ""};
}

TEST_F(SqliteRawSql, JoinsPoliciesAndAnalyses) {
  const auto rows = scope.query<Spend>(
      "SELECT a.environment, a.estimated_monthly_cost, p.name FROM analyses a"
      " LEFT JOIN policies p ON p.id = a.policy_id WHERE a.estimated_monthly_cost >= $1",
      100.0);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].environment, "own");
  EXPECT_EQ(rows[0].cost, 100.0);
  EXPECT_EQ(rows[0].policy, "own policy shared");
}

TEST_F(SqliteRawSql, AggregatesWithACte) {
  const auto rows = scope.query<Spend>(
      "WITH spend AS (SELECT environment, sum(estimated_monthly_cost) AS cost FROM analyses GROUP BY 1)"
      " SELECT environment, cost, NULL FROM spend");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].policy, std::nullopt);
}

TEST_F(SqliteRawSql, BindsEveryKindOfValue) {
  const std::string text = "own policy shared";
  const char* const pointer = "shared";
  EXPECT_EQ(
      scope
          .query<std::int64_t>("SELECT count(*) FROM policies WHERE name = $1 AND id = $2 AND enabled = $3"
                               " AND budget > $4 AND version = $5 AND $6 IS NULL AND created_at = $7"
                               " AND $8 = '00000000-0000-0000-0000-000000000000'",
                               text, pointer, true, 10.25, 1, std::optional<int>(),
                               Timestamp{std::chrono::microseconds{1}}, Uuid{})
          .at(0),
      1);
  EXPECT_EQ(scope.query<std::string>("SELECT name FROM policies WHERE name LIKE $1", "%second").size(), 1U);
  EXPECT_EQ(scope.query<std::string>("SELECT name FROM policies WHERE name LIKE $1", "own%").size(), 2U);
}

TEST_F(SqliteRawSql, WritesWithDefaultsAndReturning) {
  const auto plans = scope.execute_returning<std::string>(
      "INSERT INTO sites (tenant_id, id, name) VALUES ($1, $2, $3) RETURNING id", "attacker", "new",
      "a site");
  EXPECT_EQ(plans, std::vector<std::string>{"new"});
  EXPECT_EQ(scope.query<std::string>("SELECT plan FROM sites WHERE id = 'new'").at(0), "free");
  EXPECT_EQ(scope.execute("UPDATE sites SET plan = $1 WHERE id <> $2", "paid", "new"), 2U);
  EXPECT_EQ(scope.execute("DELETE FROM sites WHERE plan = 'paid'"), 2U);
  EXPECT_EQ(number("SELECT count(*) FROM sites"), 1);
}

TEST_F(SqliteRawSql, SeesTheTransactionsOwnWrites) {
  {
    Transaction transaction = scope.begin();
    PolicyStore{transaction}.remove("second");
    EXPECT_EQ(transaction.query<std::int64_t>("SELECT count(*) FROM policies").at(0), 1);
    EXPECT_EQ(transaction.execute("UPDATE policies SET name = 'raw'"), 1U);
    EXPECT_EQ(PolicyStore{transaction}.get("shared")->name, "raw");
  }
  EXPECT_EQ(number("SELECT count(*) FROM policies WHERE name LIKE 'own%'"), 2);
  Transaction again = scope.begin();
  EXPECT_EQ(again.execute("DELETE FROM policies"), 2U);
  again.commit();
  EXPECT_EQ(number("SELECT count(*) FROM policies"), 0);
}

TEST_F(SqliteRawSql, IsUndoneWithItsSavepoint) {
  Transaction transaction = scope.begin();
  {
    const Savepoint point = transaction.savepoint();
    EXPECT_EQ(transaction.execute("DELETE FROM policies"), 2U);
  }
  EXPECT_EQ(transaction.query<std::int64_t>("SELECT count(*) FROM policies").at(0), 2);
  EXPECT_EQ(transaction.execute("DELETE FROM sites"), 2U);
  transaction.commit();
  EXPECT_EQ(number("SELECT count(*) FROM sites"), 0);
}

TEST_F(SqliteRawSql, RunsWithinTheRowsOfAScopeButNotOfItsOwnTransaction) {
  int seen = 0;
  Repository<Note>{scope}.for_each(where(field<&Note::id> != ""), [&](Note&) {
    seen += static_cast<int>(scope.query<std::int64_t>("SELECT count(*) FROM policies").at(0));
  });
  EXPECT_EQ(seen, 4);
  Transaction transaction = scope.begin();
  Repository<Note>{transaction}.for_each(where(field<&Note::id> != ""), [&](Note&) {
    EXPECT_THROW((void)transaction.query<std::int64_t>("SELECT count(*) FROM policies"), Error);
  });
  EXPECT_EQ(transaction.query<std::int64_t>("SELECT count(*) FROM notes").size(), 1U);
}

TEST_F(SqliteRawSql, LeavesARepositoryItsTableUnderAViewsName) {
  EXPECT_EQ(number("SELECT count(*) FROM notes"), 2);
  Repository<Note> notes{scope};
  notes.insert({.id = "third", .body = "kept"});
  EXPECT_EQ(notes.get("third")->body, "kept");
  EXPECT_EQ(number("SELECT count(*) FROM notes"), 3);
  scope.transact([](Transaction& transaction) {
    EXPECT_EQ(transaction.query<std::int64_t>("SELECT count(*) FROM notes").at(0), 3);
    Repository<Note>{transaction}.remove("third");
    EXPECT_EQ(transaction.query<std::int64_t>("SELECT count(*) FROM notes").at(0), 2);
  });
}

TEST_F(SqliteRawSql, MakesRoomForMigrations) {
  scope.transact(
      [](Transaction& transaction) { transaction.execute("DELETE FROM sites WHERE id = 'second'"); });
  EXPECT_EQ(number("SELECT count(*) FROM notes"), 2);
  Migrator migrator = scene.database->migrator(
      "host", {{.version = 1,
                .name = "notes",
                .up = "ALTER TABLE notes ADD COLUMN topic TEXT; UPDATE notes SET topic = 't'",
                .down = ""}});
  migrator.up();
  EXPECT_EQ(scope.query<std::string>("SELECT DISTINCT topic FROM notes").at(0), "t");
  scope.transact([](Transaction& transaction) { EXPECT_EQ(transaction.execute("DELETE FROM sites"), 1U); });
}

TEST_F(SqliteRawSql, FailsWithTheKindThatFits) {
  EXPECT_EQ(error_of([&] { (void)scope.query<std::string>("SELECT missing FROM policies"); }).kind(),
            Error::Kind::schema_mismatch);
  EXPECT_EQ(error_of([&] { (void)scope.query<std::int64_t>("SELECT name FROM policies"); }).kind(),
            Error::Kind::schema_mismatch);
  EXPECT_EQ(error_of([&] { (void)scope.query<std::string>("SELECT NULL"); }).kind(),
            Error::Kind::schema_mismatch);
  EXPECT_EQ(error_of([&] { (void)scope.query<std::string>("SELECT name, id FROM policies"); }).kind(),
            Error::Kind::invalid_argument);
  EXPECT_EQ(error_of([&] { scope.execute("SELECT name FROM policies"); }).kind(),
            Error::Kind::invalid_argument);
  EXPECT_EQ(error_of([&] { (void)scope.query<std::string>("DELETE FROM policies RETURNING id"); }).kind(),
            Error::Kind::invalid_argument);
  EXPECT_EQ(error_of([&] { scope.execute("UPDATE policies SET on_violation = 'x'"); }).kind(),
            Error::Kind::constraint_violation);
  EXPECT_EQ(error_of([&] { scope.execute("UPDATE policies SET id = 'same'"); }).kind(),
            Error::Kind::already_exists);
  const Error error = error_of([&] { scope.execute("DROP TABLE tenon_policies"); });
  EXPECT_EQ(error.kind(), Error::Kind::permission_denied);
  EXPECT_EQ(error.detail().statement, "raw.execute");
  EXPECT_EQ(number("SELECT count(*) FROM policies"), 2);
}

TEST_F(SqliteRawSql, LeavesTheTransactionUsableWhenRefused) {
  Transaction transaction = scope.begin();
  EXPECT_EQ(transaction.execute("UPDATE sites SET plan = 'paid'"), 2U);
  EXPECT_THROW((void)transaction.query<std::string>("SELECT name FROM main.tenon_policies"), Error);
  EXPECT_THROW(transaction.execute("UPDATE sites SET tenant_id = 'victim'"), Error);
  EXPECT_EQ(transaction.execute("DELETE FROM sites WHERE plan = 'paid' AND id = 'second'"), 1U);
  transaction.commit();
  EXPECT_EQ(number("SELECT count(*) FROM sites WHERE plan = 'paid'"), 1);
}

TEST_F(SqliteRawSql, RefusesWritesThatSetOffTheHostsOwnPrograms) {
  scene.run_as_stranger(
      "CREATE TABLE hosting_pages (tenant_id TEXT NOT NULL, id TEXT NOT NULL, site TEXT,"
      " PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, site) REFERENCES hosting_sites (tenant_id, id)"
      " ON DELETE CASCADE) STRICT;"
      "CREATE TRIGGER policy_log AFTER UPDATE ON tenon_policies BEGIN"
      " UPDATE settings SET value = 'seen'; END");
  EXPECT_EQ(error_of([&] { scope.execute("DELETE FROM sites"); }).kind(), Error::Kind::permission_denied);
  EXPECT_EQ(error_of([&] { scope.execute("UPDATE policies SET name = 'x'"); }).kind(),
            Error::Kind::permission_denied);
  EXPECT_EQ(scope.execute("INSERT INTO pages (id, site) VALUES ('p', 'shared')"), 1U);
  EXPECT_EQ(error_of([&] { scope.execute("INSERT INTO pages (id, site) VALUES ('q', 'none')"); }).kind(),
            Error::Kind::constraint_violation);
}

TEST_F(SqliteRawSql, SetsAnIndexedColumnToWhatOnlyLooksEqual) {
  scene.run_as_stranger(
      "CREATE TABLE hosting_tags (tenant_id TEXT NOT NULL, id TEXT COLLATE NOCASE, any, more TEXT,"
      " PRIMARY KEY (tenant_id, id)); CREATE INDEX tags_any ON hosting_tags (tenant_id, any);"
      "INSERT INTO hosting_tags VALUES ('attacker', 'a', 1, 'm')");
  EXPECT_EQ(scope.execute("UPDATE tags SET id = 'A', any = 1.0, more = 'n'"), 1U);
  EXPECT_EQ(scope.query<std::string>("SELECT id || typeof(any) || more FROM tags").at(0), "Arealn");
  EXPECT_EQ(scope.execute("UPDATE tags SET more = 'o'"), 1U);
  EXPECT_EQ(scope.query<std::string>("SELECT id || typeof(any) || more FROM tags").at(0), "Arealo");
}

TEST_F(SqliteRawSql, SetsIndexedColumnsTogetherThatAConstraintTiesTogether) {
  scene.run_as_stranger(
      "CREATE TABLE hosting_spans (tenant_id TEXT NOT NULL, id TEXT, low INTEGER, high INTEGER, CHECK (low "
      "< high),"
      " PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, low, high)); CREATE INDEX spans_low ON "
      "hosting_spans (tenant_id, low);"
      "CREATE TABLE hosting_names (tenant_id TEXT NOT NULL, id TEXT, PRIMARY KEY (tenant_id, id)) STRICT;"
      "INSERT INTO hosting_spans VALUES ('attacker', 'a', 1, 2), ('victim', 'a', 1, 2);"
      "INSERT INTO hosting_names VALUES ('attacker', 'n'), ('victim', 'n')");
  EXPECT_EQ(scope.execute("UPDATE spans SET low = 11, high = 12"), 1U);
  EXPECT_EQ(scope.execute("UPDATE spans SET low = 1, high = 2, id = 'b'"), 1U);
  EXPECT_EQ(scope.execute("UPDATE spans SET high = 3"), 1U);
  EXPECT_EQ(error_of([&] { scope.execute("UPDATE spans SET low = 4"); }).kind(),
            Error::Kind::constraint_violation);
  EXPECT_EQ(scope.query<std::string>("SELECT id || low || high FROM spans").at(0), "b13");
  EXPECT_EQ(scope.execute("UPDATE names SET id = 'm'"), 1U);
  EXPECT_EQ(scope.execute("UPDATE names SET id = id"), 1U) << "every column is part of the key";
  EXPECT_EQ(scene.read_as_stranger("SELECT id, low, high FROM hosting_spans WHERE tenant_id = 'victim';"
                                   "SELECT id FROM hosting_names WHERE tenant_id = 'victim'"),
            "a|1|2\nn\n");
}

// In one commit with a slow statement, a quick one that had run was undone when the slow one's time was
// over.
TEST_F(SqliteRawSql, ThatTakesLongCostsNoOtherCallerItsWrite) {
  using std::chrono::milliseconds;
  scene.database.reset();
  Config config = scene_config("sqlite:" + scene.file());
  config.call_timeout = milliseconds{1'000};
  scene.database = Database::open(config);
  const TenantScope acme = scene.attacker();
  std::optional<Transaction> holder(acme.begin());  // so that both wait, and come together
  std::thread quick([&] {
    std::this_thread::sleep_for(milliseconds{50});
    EXPECT_NO_THROW(PolicyStore(acme).insert({.id = "quick", .name = "quick"}));
  });
  std::thread slow([&] {
    std::this_thread::sleep_for(milliseconds{600});
    const Error error = error_of([&] {
      acme.execute(
          "UPDATE policies SET name = (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)"
          " SELECT count(*) FROM c)");
    });
    EXPECT_EQ(error.kind(), Error::Kind::timeout);
  });
  std::this_thread::sleep_for(milliseconds{700});
  holder.reset();
  quick.join();
  slow.join();
  EXPECT_TRUE(PolicyStore(acme).get("quick"));
  EXPECT_EQ(number("SELECT count(*) FROM policies WHERE id = 'quick' AND name = 'quick'"), 1);
}

TEST(SqliteRawSqlInMemory, WorksOnTheOneConnection) {
  Database database = Database::open("sqlite::memory:");
  database.migrate();
  const TenantScope scope = database.scope(TenantContext{"acme"});
  Policy policy;
  policy.id = "p";
  policy.name = "n";
  PolicyStore{scope}.insert(policy);
  EXPECT_EQ(scope.query<std::string>("SELECT name FROM policies").at(0), "n");
  EXPECT_EQ(database.scope(TenantContext{"other"}).query<std::string>("SELECT name FROM policies").size(),
            0U);
}

}  // namespace
}  // namespace tenon::test
