#include "types.hpp"

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include <tenon/secure_table.hpp>

#include "fixture.hpp"

namespace tenon::postgres::testing {

namespace {

class Types : public PostgresTest {
 protected:
  // Sends a value through a column of `column_type` and hands what comes back to `look`.
  void through(const std::string& column_type, const Value& value, Type wanted,
               const std::function<void(const Value&)>& look) {
    const Sql sql("types.through", "WITH v AS (SELECT ($1)::" + column_type + " AS v) SELECT v FROM v",
                  {value.type()}, {wanted});
    const auto sink = [&](backend::Values row) { return look(row[0]), true; };
    EXPECT_EQ(engine_->execute({"acme", Role::customer, ""}, {sql, {&value, 1}, sink}), 1U);
  }
  void expect_integral(Type type, std::int64_t number) {
    SCOPED_TRACE(number);
    through(type_info(type).sql, Value::integral(type, number), type,
            [&](const Value& back) { EXPECT_EQ(back.integral(), number); });
  }
  void expect_bytes(Type type, const std::string& column, std::string_view bytes) {
    SCOPED_TRACE(bytes.substr(0, 60));
    through(column, Value::bytes(type, bytes), type,
            [&](const Value& back) { EXPECT_EQ(back.bytes(), bytes); });
  }
  std::optional<Error> refuse(const Value& value) {
    return error_of(
        [&] { through(type_info(value.type()).sql, value, value.type(), [](const Value&) {}); });
  }
};

TEST_F(Types, KeepIntegersAtTheirLimits) {
  expect_integral(Type::boolean, 0);
  expect_integral(Type::boolean, 1);
  for (const std::int64_t number : {-32768L, -1L, 0L, 32767L}) expect_integral(Type::int16, number);
  for (const std::int64_t number : {-2147483648L, 2147483647L}) expect_integral(Type::int32, number);
  expect_integral(Type::int64, std::numeric_limits<std::int64_t>::min());
  expect_integral(Type::int64, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(refuse(Value::integral(Type::int16, 32768))->kind(), Error::Kind::invalid_argument);
}

TEST_F(Types, KeepTimesAtTheirLimits) {
  for (const std::int64_t us : {min_timestamp + epoch_shift_us, std::int64_t{-1}, std::int64_t{0},
                                std::numeric_limits<std::int64_t>::max()}) {
    if (us - epoch_shift_us < end_timestamp) expect_integral(Type::timestamp, us);
  }
  expect_integral(Type::date, min_date + epoch_shift_days);
  expect_integral(Type::date, end_date - 1 + epoch_shift_days);
  expect_integral(Type::date, 0);
  EXPECT_EQ(refuse(Value::integral(Type::timestamp, std::numeric_limits<std::int64_t>::min()))->kind(),
            Error::Kind::invalid_argument);
  EXPECT_EQ(refuse(Value::integral(Type::date, std::numeric_limits<std::int64_t>::max()))->kind(),
            Error::Kind::invalid_argument);
  const Sql infinite("infinite", "SELECT 'infinity'::timestamptz", {}, {Type::timestamp});
  EXPECT_KIND(Error::Kind::corrupt, rows(*engine_, "acme", infinite));
}

// A time went back by four hours whenever a row was read and written.
TEST_F(Types, KeepTimesInColumnsWithoutAZoneWhereverTheServerIs) {
  admin("alter database " + database_ + " set timezone = 'America/New_York'");
  admin("create table clocks (tenant_id text collate \"C\", at timestamp);" + secure_table_sql("clocks"));
  const auto engine = open(config());
  const Sql put("put", "INSERT INTO public.clocks VALUES ('acme', $1)", {Type::timestamp}, {},
                Access::write);
  const Sql get("get", "SELECT at FROM public.clocks", {}, {Type::timestamp});
  constexpr std::int64_t noon = 1'782'734'400'000'000;
  rows(*engine, "acme", put, {Value::integral(Type::timestamp, noon)});
  EXPECT_EQ(rows(*engine, "acme", get), (Rows{{std::to_string(noon)}}));
  EXPECT_EQ(admin_value("select extract(epoch from at)::bigint from clocks"), "1782734400");
  EXPECT_EQ(rows(*engine, "acme", Sql("zone", "SELECT current_setting('timezone')", {}, {Type::text})),
            (Rows{{"UTC"}}));
}

TEST_F(Types, KeepDoublesBitByBit) {
  for (const double number : {0.0, -0.0, 0.1, 1e308, 5e-324, std::numeric_limits<double>::infinity(),
                              -std::numeric_limits<double>::infinity()}) {
    through("double precision", Value::real(number), Type::float64, [&](const Value& back) {
      EXPECT_EQ(back.real(), number);
      EXPECT_EQ(std::signbit(back.real()), std::signbit(number));
    });
  }
  const Sql nan("nan", "SELECT 'NaN'::float8", {}, {Type::float64});
  EXPECT_KIND(Error::Kind::corrupt, rows(*engine_, "acme", nan));
}

TEST_F(Types, KeepTextsJsonAndBytes) {
  expect_bytes(Type::text, "text", "");
  expect_bytes(Type::text, "text", "Grüße 🙂\n");
  expect_bytes(Type::text, "text", std::string(3'000'000, 'x'));
  expect_bytes(Type::json, "json", R"({"a":1.0, "a" : 1e400,"z":"\u0000\u00e9","b":[ ]})");
  expect_bytes(Type::blob, "bytea", std::string_view("\0\1\xff\0", 4));
  expect_bytes(Type::blob, "bytea", "");
  EXPECT_EQ(refuse(Value::text(std::string_view("a\0b", 3)))->kind(), Error::Kind::invalid_argument);
  EXPECT_EQ(refuse(Value::text("\xff"))->kind(), Error::Kind::invalid_argument);
  EXPECT_EQ(refuse(Value::bytes(Type::json, "{nope"))->kind(), Error::Kind::invalid_argument);
}

TEST_F(Types, KeepDecimalsDigitByDigit) {
  for (const std::string& text :
       {std::string("0"), std::string("0.00"), std::string("1.50"), std::string("-0.0001"),
        std::string("10000"), std::string("99999999"), std::string("100000000.00000001"),
        std::string("-123456789012345678901234567890.12345"), std::string("0.000000000000000000000001"),
        std::string("1") + std::string(600, '0') + "." + std::string(399, '7'),
        std::string("0.") + std::string(900, '0') + "1", std::string("12340000"), std::string("0.10000")}) {
    expect_bytes(Type::decimal, "numeric", text);
    EXPECT_EQ(rows(*engine_, "acme", Sql("text", "SELECT $1::text", {Type::decimal}, {Type::text}),
                   {Value::bytes(Type::decimal, text)}),
              (Rows{{text}}));
    EXPECT_EQ(rows(*engine_, "acme", Sql("cast", "SELECT $1::numeric", {Type::text}, {Type::decimal}),
                   {Value::text(text)}),
              (Rows{{text}}));
  }
  const Sql nan("nan", "SELECT 'NaN'::numeric", {}, {Type::decimal});
  EXPECT_KIND(Error::Kind::corrupt, rows(*engine_, "acme", nan));
  EXPECT_EQ(refuse(Value::bytes(Type::decimal, "1e5"))->kind(), Error::Kind::invalid_argument);
}

TEST_F(Types, KeepUuids) {
  Value::UuidBytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 17);
  through("uuid", Value::uuid(bytes), Type::uuid,
          [&](const Value& back) { EXPECT_EQ(back.uuid(), bytes); });
}

TEST_F(Types, KeepNullsOfEveryType) {
  for (int type = 0; type <= static_cast<int>(Type::blob); ++type) {
    const auto each = static_cast<Type>(type);
    through(type_info(each).sql, Value::null(each), each, [&](const Value& back) {
      EXPECT_TRUE(back.is_null());
      EXPECT_EQ(back.type(), each);
    });
  }
}

TEST_F(Types, ReadTheHostsOwnColumnTypes) {
  admin("create type mood as enum ('fine', 'sad'); create domain short as varchar(10)");
  const auto read = [&](const std::string& expression, Type type) {
    return rows(*engine_, "acme", Sql("host", "SELECT " + expression, {}, {type}))[0][0];
  };
  EXPECT_EQ(read("'fine'::mood", Type::text), "fine");
  EXPECT_EQ(read("'abc'::short", Type::text), "abc");
  EXPECT_EQ(read("'abc'::char(5)", Type::text), "abc  ");
  EXPECT_EQ(read("'abc'::name", Type::text), "abc");
  EXPECT_EQ(read("'{\"b\": 1, \"a\": 2}'::jsonb", Type::json), R"({"a": 2, "b": 1})");
  EXPECT_EQ(read("7::int2", Type::int64), "7");
  EXPECT_EQ(read("7::int8", Type::int16), "7");
  EXPECT_EQ(read("12.75::numeric", Type::float64), std::to_string(12.75));
  EXPECT_EQ(read("sum(n) from generate_series(1, 3) n", Type::int64), "6");
  EXPECT_EQ(read("sum(n::bigint) from generate_series(1, 3) n", Type::int64), "6");
  EXPECT_EQ(read("0.5::float4", Type::float64), std::to_string(0.5));
  EXPECT_EQ(read("3::int4", Type::decimal), "3");
  EXPECT_EQ(read("timestamp '1970-01-01 00:00:01'", Type::timestamp), "1000000");
  EXPECT_KIND(Error::Kind::corrupt, read("70000", Type::int16));
  EXPECT_KIND(Error::Kind::corrupt, read("1.5::numeric", Type::int64));
}

TEST_F(Types, TruncateTimestampsToTheUnitInUtc) {
  const std::string week = engine_->dialect().start_of(backend::CalendarUnit::week, "t");
  EXPECT_EQ(
      rows(*engine_, "acme",
           Sql("week", "SELECT (" + week + ")::text FROM (SELECT timestamptz '2026-11-22 23:30+00' AS t) x",
               {}, {Type::text}))[0][0]
          .substr(0, 10),
      "2026-11-16");
}

}  // namespace

}  // namespace tenon::postgres::testing
