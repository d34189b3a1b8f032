#include <cmath>
#include <limits>

#include <tenon/database.hpp>
#include <tenon/incident_store.hpp>
#include <tenon/raw_sql.hpp>
#include <tenon/uuid.hpp>

#include "support.hpp"

namespace tenon::test {
namespace {

class SqliteValues : public SqliteTest {
 protected:
  SqliteValues() {
    engine->maintenance()->execute("CREATE TABLE v (i INTEGER, r REAL, t TEXT, b BLOB, a ANY) STRICT");
  }
  // Stores one value in the column and gives it to `check` as it is read back.
  void round_trip(const std::string& column, const Value& value,
                  const std::function<void(const Value&)>& check) {
    run(*engine, writing("DELETE FROM v"));
    run(*engine, writing("INSERT INTO v (" + column + ") VALUES ($1)", {value.type()}), {value});
    EXPECT_EQ(run(*engine, reading("SELECT " + column + " FROM v", {value.type()}), {}, Deadline::max(),
                  [&](Values row) {
                    check(row[0]);
                    return true;
                  }),
              1U);
  }
  void same_bytes(const std::string& column, Type type, const std::string& text) {
    round_trip(column, Value::bytes(type, text), [&](const Value& back) {
      ASSERT_FALSE(back.is_null());
      EXPECT_EQ(back.bytes(), text);
    });
  }
  void same_integral(Type type, std::int64_t integral) {
    round_trip("i", Value::integral(type, integral),
               [&](const Value& back) { EXPECT_EQ(back.integral(), integral); });
  }
  Error::Kind refusal(const std::string& column, const Value& value) {
    return kind_of([&] {
      run(*engine, writing("INSERT INTO v (" + column + ") VALUES ($1)", {value.type()}), {value});
    });
  }
  // What reading a foreign value as `type` throws.
  Error::Kind misread(const std::string& expression, Type type) {
    return kind_of([&] { run(*engine, reading("SELECT " + expression, {type})); });
  }
};

TEST_F(SqliteValues, ComeBackAsTheyWent) {
  same_integral(Type::boolean, 1);
  same_integral(Type::int16, -32768);
  same_integral(Type::int32, std::numeric_limits<std::int32_t>::max());
  same_integral(Type::int64, std::numeric_limits<std::int64_t>::min());
  same_integral(Type::timestamp, -1);
  same_integral(Type::date, -719'528);
  same_bytes("t", Type::text, "");
  same_bytes("t", Type::text, "plain, Grüße, 東京, 😀");
  same_bytes("t", Type::json, R"({"b": 1.0, "a": 1e400, "b": "\u0000"})");
  same_bytes("t", Type::decimal, "-1234567890123456789.50");
  same_bytes("b", Type::blob, "");
  same_bytes("b", Type::blob, std::string("\0\xff\x80", 3));
  for (const double real : {0.0, -1.5, 1e300, std::numeric_limits<double>::infinity()}) {
    round_trip("r", Value::real(real), [&](const Value& back) { EXPECT_EQ(back.real(), real); });
  }
  const Uuid id = Uuid::random();
  round_trip("t", Value::uuid(id.bytes), [&](const Value& back) { EXPECT_EQ(back.uuid(), id.bytes); });
}

TEST_F(SqliteValues, KeepNullApartFromEmpty) {
  for (const Type type : {Type::text, Type::json, Type::decimal, Type::uuid}) {
    round_trip("t", Value::null(type), [&](const Value& back) {
      EXPECT_TRUE(back.is_null());
      EXPECT_EQ(back.type(), type);
    });
  }
  round_trip("b", Value::null(Type::blob), [](const Value& back) { EXPECT_TRUE(back.is_null()); });
}

TEST_F(SqliteValues, StoreUuidsInLowerCase) {
  const auto id = Uuid::parse("ABCDEF01-2345-6789-ABCD-EF0123456789");
  run(*engine, writing("INSERT INTO v (t) VALUES ($1)", {Type::uuid}), {Value::uuid(id->bytes)});
  EXPECT_EQ(number(*engine, "SELECT t = 'abcdef01-2345-6789-abcd-ef0123456789' FROM v"), 1);
}

TEST_F(SqliteValues, RefuseTextThatIsNotUtf8) {
  for (const std::string& text :
       {std::string("nul\0here", 8), std::string("12345678\0", 9), std::string("\xff"),
        std::string("12345678\x80"), std::string("\xc0\xaf"), std::string("\xed\xa0\x80"),
        std::string("\xf4\x90\x80\x80"), std::string("\xe2\x82"), std::string("\xf0\x8f\xbf\xbf")}) {
    EXPECT_EQ(refusal("t", Value::text(text)), Error::Kind::invalid_argument);
  }
}

TEST_F(SqliteValues, RefuseJsonThatIsNotJson) {
  for (const std::string text : {"", "{", "[1,]", "nul", "{} {}", "\"\xff\""}) {
    EXPECT_EQ(refusal("t", Value::bytes(Type::json, text)), Error::Kind::invalid_argument) << text;
  }
}

TEST_F(SqliteValues, RefuseWhatNoBackendCouldKeep) {
  EXPECT_EQ(refusal("r", Value::real(std::nan(""))), Error::Kind::invalid_argument);
  EXPECT_EQ(refusal("t", Value::bytes(Type::decimal, "1e5")), Error::Kind::invalid_argument);
  EXPECT_EQ(refusal("i", Value::integral(Type::timestamp, std::numeric_limits<std::int64_t>::min())),
            Error::Kind::invalid_argument);
  EXPECT_EQ(refusal("i", Value::text("twelve")), Error::Kind::invalid_argument);  // STRICT
}

TEST_F(SqliteValues, NeverPutDataIntoMessages) {
  const Error error = error_of([&] {
    run(*engine, writing("INSERT INTO v (t) VALUES ($1)", {Type::text}), {Value::text("secret\xff")});
  });
  EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
  EXPECT_EQ(error.detail().statement, "test.statement");
}

TEST_F(SqliteValues, OfAnotherTypeThanDeclaredAreCorrupt) {
  EXPECT_EQ(misread("'x'", Type::int64), Error::Kind::corrupt);
  EXPECT_EQ(misread("1", Type::text), Error::Kind::corrupt);
  EXPECT_EQ(misread("2", Type::boolean), Error::Kind::corrupt);
  EXPECT_EQ(misread("40000", Type::int16), Error::Kind::corrupt);
  EXPECT_EQ(misread("3000000000", Type::int32), Error::Kind::corrupt);
  EXPECT_EQ(misread("1.5", Type::timestamp), Error::Kind::corrupt);
  EXPECT_EQ(misread("'not-a-uuid'", Type::uuid), Error::Kind::corrupt);
  EXPECT_EQ(misread("'1,5'", Type::decimal), Error::Kind::corrupt);
  EXPECT_EQ(misread("'text'", Type::blob), Error::Kind::corrupt);
  EXPECT_EQ(misread("'text'", Type::float64), Error::Kind::corrupt);
  EXPECT_EQ(number(*engine, "SELECT 7"), 7);
}

TEST_F(SqliteValues, MustMatchTheirPlaceholders) {
  EXPECT_EQ(kind_of([&] { run(*engine, writing("DELETE FROM v WHERE i = $1", {Type::int64}), {}); }),
            Error::Kind::invalid_argument);
  EXPECT_EQ(kind_of([&] {
              run(*engine, writing("DELETE FROM v WHERE i = $1", {Type::int64}), {Value::text("x")});
            }),
            Error::Kind::invalid_argument);
  EXPECT_EQ(kind_of([&] {
              run(*engine, writing("DELETE FROM v WHERE i = $2 AND t = $1", {Type::text, Type::int64}),
                  {Value::text("x"), Value::integral(Type::int64, 1)});
            }),
            Error::Kind::invalid_argument);
}

TEST_F(SqliteValues, FillVeryWideRows) {
  std::string columns = "1";
  for (int i = 2; i <= 200; ++i) columns += "," + std::to_string(i);
  std::int64_t sum = 0;
  run(*engine, reading("SELECT " + columns, std::vector<Type>(200, Type::int64)), {}, Deadline::max(),
      [&](Values row) {
        for (const Value& value : row) sum += value.integral();
        return true;
      });
  EXPECT_EQ(sum, 20'100);
}

// What a repository read is JSON, for it was looked at when it was stored. The host's SQL may put any text
// where a Json member is to be filled.
TEST(SqliteJson, OfTheHostsSqlIsLookedAtWhenItIsStored) {
  Database database = Database::open("sqlite::memory:");
  (void)database.migrate();
  const TenantScope scope = database.scope(TenantContext{"acme"});
  const IncidentStore incidents{scope};
  const Uuid id = incidents.create(Json(R"({"labels": {"alertname": "Down"}})")).incident_id;
  const std::vector<Json> name =
      scope.query<Json>("SELECT status FROM incidents WHERE incident_id = $1", id);
  ASSERT_EQ(name.size(), 1U);
  EXPECT_EQ(kind_of([&] { incidents.attach_primary_context(id, name[0]); }), Error::Kind::invalid_argument)
      << name[0].text();
}

}  // namespace
}  // namespace tenon::test
