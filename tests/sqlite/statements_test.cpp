#include "support.hpp"

namespace tenon::test {
namespace {

class SqliteStatements : public SqliteTest {
 protected:
  Error failure(const Sql& sql, std::vector<Value> values = {}) {
    return error_of([&] { run(*engine, sql, std::move(values)); });
  }
};

TEST_F(SqliteStatements, CountChangedAndReturnedRows) {
  for (int i = 0; i < 5; ++i) put("k" + std::to_string(i), i);
  EXPECT_EQ(run(*engine, writing("UPDATE items SET amount = amount + 1 WHERE amount >= 3")), 2U);
  EXPECT_EQ(run(*engine, reading("SELECT id FROM items", {Type::text})), 5U);
  EXPECT_EQ(run(*engine, writing("DELETE FROM items WHERE amount > 100")), 0U);
  EXPECT_EQ(run(*engine, writing("DELETE FROM items RETURNING id", {}, {Type::text})), 5U);
}

TEST_F(SqliteStatements, EndWhenTheRowCallbackSaysSo) {
  for (int i = 0; i < 5; ++i) put("k" + std::to_string(i), i);
  int seen = 0;
  const RowHandler two = [&seen](Values) { return ++seen < 2; };
  EXPECT_EQ(run(*engine, reading("SELECT id FROM items", {Type::text}), {}, Deadline::max(), two), 2U);
  seen = 0;
  EXPECT_EQ(
      run(*engine, writing("DELETE FROM items RETURNING id", {}, {Type::text}), {}, Deadline::max(), two),
      5U);
  EXPECT_EQ(count(), 0);
}

TEST_F(SqliteStatements, PassOnWhatTheRowCallbackThrows) {
  put("a", 1);
  const RowHandler thrower = [](Values) -> bool { throw std::runtime_error("from the host"); };
  EXPECT_THROW(run(*engine, reading("SELECT id FROM items", {Type::text}), {}, Deadline::max(), thrower),
               std::runtime_error);
  EXPECT_THROW(run(*engine, writing("DELETE FROM items RETURNING id", {}, {Type::text}), {},
                   Deadline::max(), thrower),
               std::runtime_error);
  EXPECT_EQ(count(), 1);
  put("b", 2);
  EXPECT_EQ(count(), 2);
}

TEST_F(SqliteStatements, RunWithinTheRowCallbackOfTheSameStatement) {
  for (int i = 0; i < 3; ++i) put("k" + std::to_string(i), i);
  const auto session = engine->begin(customer, {.access = Access::read});
  const Sql all = reading("SELECT amount FROM items", {Type::int64});
  std::int64_t pairs = 0;
  run(*session, all, {}, Deadline::max(), [&](Values) {
    pairs += static_cast<std::int64_t>(run(*session, all));
    return true;
  });
  EXPECT_EQ(pairs, 9);
}

TEST_F(SqliteStatements, TellConstraintsByName) {
  put("a", 1);
  const Error taken = failure(insert_item, {Value::text("a"), Value::integral(Type::int64, 2)});
  EXPECT_EQ(taken.kind(), Error::Kind::already_exists);
  EXPECT_EQ(taken.sqlstate(), "23505");
  EXPECT_EQ(taken.detail().constraint, "items(id)");
  const Error negative = failure(insert_item, {Value::text("b"), Value::integral(Type::int64, -2)});
  EXPECT_EQ(negative.kind(), Error::Kind::constraint_violation);
  EXPECT_EQ(negative.sqlstate(), "23514");
  EXPECT_EQ(negative.detail().constraint, "items_amount_not_negative");
  const Error missing = failure(insert_item, {Value::text("b"), Value::null(Type::int64)});
  EXPECT_EQ(missing.sqlstate(), "23502");
  EXPECT_EQ(missing.detail().constraint, "items(amount)");
}

TEST_F(SqliteStatements, TellForeignKeysAndManyColumns) {
  engine->maintenance()->execute(
      "CREATE TABLE parent (a TEXT, b TEXT, UNIQUE (a, b)) STRICT;"
      "CREATE TABLE child (a TEXT, b TEXT, FOREIGN KEY (a, b) REFERENCES parent (a, b)) STRICT;"
      "INSERT INTO parent VALUES ('x', 'y');");
  EXPECT_EQ(failure(writing("INSERT INTO parent VALUES ('x', 'y')")).detail().constraint, "parent(a, b)");
  const Error orphan = failure(writing("INSERT INTO child VALUES ('n', 'n')"));
  EXPECT_EQ(orphan.kind(), Error::Kind::constraint_violation);
  EXPECT_EQ(orphan.sqlstate(), "23503");
}

TEST_F(SqliteStatements, TellAMissingTableOrColumn) {
  EXPECT_EQ(failure(reading("SELECT a FROM nowhere", {Type::text})).sqlstate(), "42P01");
  EXPECT_EQ(failure(reading("SELECT absent FROM items", {Type::text})).sqlstate(), "42703");
  EXPECT_EQ(failure(reading("SELECT absent FROM items", {Type::text})).kind(),
            Error::Kind::schema_mismatch);
  EXPECT_EQ(failure(writing("INSERT INTO items (absent) VALUES (1)")).kind(), Error::Kind::schema_mismatch);
}

TEST_F(SqliteStatements, TakeQuotedNamesAsNamesOnly) {
  put("a", 1);
  EXPECT_EQ(number(*engine, R"(SELECT "amount" FROM "items")"), 1);
  EXPECT_EQ(failure(reading(R"(SELECT "amuont" FROM "items")", {Type::int64})).sqlstate(), "42703");
}

TEST_F(SqliteStatements, MustBeOneAndKeepToData) {
  EXPECT_EQ(failure(writing("DELETE FROM items; DELETE FROM items")).kind(), Error::Kind::invalid_argument);
  EXPECT_EQ(failure(writing("-- nothing")).kind(), Error::Kind::invalid_argument);
  EXPECT_EQ(failure(writing("DELETE FORM items")).sqlstate(), "42601");
  for (const char* text :
       {"BEGIN", "COMMIT", "SAVEPOINT x", "PRAGMA foreign_keys=OFF", "ATTACH ':memory:' AS x",
        "DROP TABLE items", "CREATE TABLE t (a)", "ALTER TABLE items ADD COLUMN b", "VACUUM"}) {
    EXPECT_EQ(failure(writing(text)).kind(), Error::Kind::permission_denied) << text;
  }
}

TEST_F(SqliteStatements, DeclaredAsReadingMustNotWrite) {
  EXPECT_EQ(failure(reading("DELETE FROM items RETURNING amount", {Type::int64})).kind(),
            Error::Kind::invalid_argument);
  EXPECT_EQ(failure(reading("SELECT id, amount FROM items", {Type::text})).kind(),
            Error::Kind::invalid_argument);
}

TEST_F(SqliteStatements, AreRefusedToRolesThatOnlyRead) {
  auto sink = [](Values) { return true; };
  const Sql removal = writing("DELETE FROM items");
  const backend::Statement statement = removal.statement();
  for (const Role role : {Role::read_only, Role::administrator}) {
    const backend::Principal principal{"acme", role, ""};
    EXPECT_EQ(kind_of([&] {
                (void)engine->execute(principal, {statement, {}, sink});
              }),
              Error::Kind::permission_denied);
    EXPECT_EQ(kind_of([&] { (void)engine->begin(principal, {}); }), Error::Kind::permission_denied);
    EXPECT_NO_THROW((void)engine->begin(principal, {.access = Access::read}));
  }
}

TEST_F(SqliteStatements, SurviveSchemaChanges) {
  put("a", 1);
  const Sql all = reading("SELECT * FROM items", {Type::text, Type::int64});
  EXPECT_EQ(run(*engine, all), 1U);
  engine->maintenance()->execute("CREATE INDEX by_amount ON items (amount)");
  EXPECT_EQ(run(*engine, all), 1U);
  put("b", 2);
  engine->maintenance()->execute("ALTER TABLE items ADD COLUMN note TEXT");
  put("c", 3);
  EXPECT_EQ(failure(all).kind(), Error::Kind::schema_mismatch);
  EXPECT_EQ(count(), 3);
}

TEST_F(SqliteStatements, BeyondTheCacheStillRun) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 600; ++i) EXPECT_EQ(number(*engine, "SELECT " + std::to_string(i)), i);
  }
}

TEST_F(SqliteStatements, OfOneIdAndTwoTextsAreKeptApart) {
  auto sink = [](Values) { return true; };
  Sql first = reading("SELECT 1", {Type::int64});
  Sql second = reading("SELECT 2 WHERE 0", {Type::int64});
  backend::Statement a = first.statement();
  backend::Statement b = second.statement();
  a.id = b.id = 42;
  EXPECT_EQ(engine->execute(customer, {a, {}, sink}), 1U);
  EXPECT_EQ(engine->execute(customer, {b, {}, sink}), 0U);
  EXPECT_EQ(engine->execute(customer, {a, {}, sink}), 1U);
}

TEST_F(SqliteStatements, InsertBatchesAllOrNothing) {
  const backend::Statement row = insert_item.statement();
  const std::vector<std::string_view> columns{"id", "amount"};
  std::string id;
  int made = 0;
  const auto batch = [&](int rows, int bad) {
    made = 0;
    auto next = [&, rows, bad](std::span<Value> values) {
      if (made == rows) return false;
      id = "k" + std::to_string(made);
      values[0] = Value::text(id);
      values[1] = Value::integral(Type::int64, made == bad ? -1 : made);
      ++made;
      return true;
    };
    return engine->insert(customer, {row, "items", columns, "", static_cast<std::size_t>(rows), next});
  };
  EXPECT_EQ(kind_of([&] { batch(50, 30); }), Error::Kind::constraint_violation);
  EXPECT_EQ(kind_of([&] { batch(5000, 4000); }), Error::Kind::constraint_violation);
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(batch(5000, -1), 5000U);
  EXPECT_EQ(count(), 5000);
}

}  // namespace
}  // namespace tenon::test
