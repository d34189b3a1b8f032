#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <boost/describe/class.hpp>
#include <gtest/gtest.h>

#include <tenon/repository.hpp>

namespace tenon {

struct Gauge {
  std::int64_t id = 0;
  std::uint8_t tiny = 0;
  std::int16_t small = 0;
  std::uint32_t hits = 0;
  std::int64_t large = 0;
  double level = 0;
  float single = 0;
  bool on = false;
  std::string name;
  std::optional<std::string> note;
  std::optional<std::int16_t> limit;
  Timestamp at{};
};
BOOST_DESCRIBE_STRUCT(Gauge, (), (id, tiny, small, hits, large, level, single, on, name, note, limit, at))
template <>
struct Table<Gauge> {
  static constexpr auto name = "gauges";
  static constexpr auto key = std::tuple{&Gauge::id};
};

namespace {

using backend::Flavour;

template <auto Member, Flavour flavour>
constexpr std::string_view increased =
    detail::StaticStatement<detail::PatchRow<Gauge, detail::Increase<Member>>, flavour>::sql;

// Where the column holds what its member does, or the database refuses more by itself, it is a plain sum.
static_assert(increased<&Gauge::small, Flavour::postgres> ==
              R"(UPDATE "gauges" SET "small" = "small" + $1 WHERE "tenant_id" = $2 AND "id" = $3)");
static_assert(increased<&Gauge::large, Flavour::postgres> ==
              R"(UPDATE "gauges" SET "large" = "large" + $1 WHERE "tenant_id" = $2 AND "id" = $3)");
static_assert(increased<&Gauge::level, Flavour::postgres> ==
              R"(UPDATE "gauges" SET "level" = "level" + $1 WHERE "tenant_id" = $2 AND "id" = $3)");
static_assert(increased<&Gauge::large, Flavour::sqlite> ==
              R"(UPDATE "main"."gauges" SET "large" = "large" + $1 WHERE "tenant_id" = $2 AND "id" = $3)");
static_assert(increased<&Gauge::hits, Flavour::postgres> ==
              R"(UPDATE "gauges" SET "hits" = CASE WHEN "hits" + $1 BETWEEN 0 AND 4294967295 THEN)"
              R"( "hits" + $1 ELSE abs(CAST("hits" * 0 AS INTEGER) - 9223372036854775807 - 1) END)"
              R"( WHERE "tenant_id" = $2 AND "id" = $3)");

template <auto Member, class V>
constexpr bool can_be_set =
    detail::takes_value<typename detail::member_pointer<decltype(Member)>::type, V>();

static_assert(can_be_set<&Gauge::small, std::int64_t> && can_be_set<&Gauge::level, int>);
static_assert(can_be_set<&Gauge::name, std::string_view> && can_be_set<&Gauge::name, const char (&)[2]>);
static_assert(can_be_set<&Gauge::at, std::chrono::sys_days> && can_be_set<&Gauge::on, bool>);
static_assert(can_be_set<&Gauge::note, std::nullopt_t> && can_be_set<&Gauge::note, const char*>);
static_assert(can_be_set<&Gauge::limit, std::optional<std::int64_t>> && can_be_set<&Gauge::limit, int>);
static_assert(!can_be_set<&Gauge::small, double> && !can_be_set<&Gauge::limit, std::optional<double>>);
static_assert(!can_be_set<&Gauge::on, const char*> && !can_be_set<&Gauge::on, int>);
static_assert(!can_be_set<&Gauge::name, std::optional<std::string>>);
static_assert(!can_be_set<&Gauge::small, std::nullopt_t> && !can_be_set<&Gauge::name, int>);
static_assert(!detail::takes_value<std::vector<std::string>, int>());

template <class Work>
void expect_refused(Work&& work) {
  try {
    work();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::invalid_argument);
  }
}

TEST(Assignment, RefusesAnIntegerThatItsMemberCannotHold) {
  expect_refused([] { (void)set<&Gauge::small>(70'000); });
  expect_refused([] { (void)set<&Gauge::hits>(-1); });
  expect_refused([] { (void)set<&Gauge::limit>(std::int64_t{1} << 40U); });
  expect_refused([] { (void)set<&Gauge::limit>(std::optional<int>(70'000)); });
  EXPECT_EQ(set<&Gauge::small>(std::int64_t{-5}).value, -5);
  EXPECT_EQ(set<&Gauge::limit>(std::uint64_t{5}).value, std::int16_t{5});
}

TEST(Assignment, OfANullableMemberTakesAnOptionalOrNone) {
  EXPECT_EQ(set<&Gauge::note>(std::nullopt).value, std::nullopt);
  EXPECT_EQ(set<&Gauge::note>({}).value, std::nullopt);
  EXPECT_EQ(set<&Gauge::note>("a").value, "a");
  EXPECT_EQ(set<&Gauge::note>(std::optional<std::string>("b")).value, "b");
  EXPECT_EQ(set<&Gauge::limit>(std::optional<std::int64_t>()).value, std::nullopt);
  EXPECT_EQ(set<&Gauge::limit>(std::optional<std::int64_t>(7)).value, std::int16_t{7});
}

TEST(Assignment, IncreasesByAnIntegerOf64BitsWithASign) {
  EXPECT_EQ(increase<&Gauge::hits>(-1).value, -1);
  EXPECT_EQ(increase<&Gauge::small>((std::int64_t{1} << 32U) + 1).value, 4'294'967'297);
  expect_refused([] { (void)increase<&Gauge::large>(std::numeric_limits<std::uint64_t>::max()); });
}

}  // namespace
}  // namespace tenon
