#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include <gtest/gtest.h>

#include <tenon/repository.hpp>

// The texts of statements, all of them known to the compiler.

namespace tenon {
namespace {

struct Site {
  std::string region;
  std::int32_t number = 0;
  std::string name;
  std::optional<std::string> order_;
  std::int64_t version = 1;
  Timestamp created_at{};
  Timestamp updated_at{};
};
BOOST_DESCRIBE_STRUCT(Site, (), (region, number, name, order_, version, created_at, updated_at))

struct SiteName {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(SiteName, (), (name))

struct Odd {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Odd, (), (id))

}  // namespace

template <>
struct Table<Site> {
  static constexpr auto name = "hosting.sites";
  static constexpr auto key = std::tuple{&Site::region, &Site::number};
};
template <>
struct Table<Odd> {
  static constexpr auto name = "a\"b";
  static constexpr auto key = std::tuple{&Odd::id};
  static constexpr auto tenant_column = "customer";
};

namespace {

using backend::Flavour;

template <class Operation, Flavour flavour = Flavour::postgres>
constexpr std::string_view sql = detail::StaticStatement<Operation, flavour>::sql;

static_assert(sql<detail::GetRow<Site>> ==
              R"(SELECT "region", "number", "name", "order", "version", "created_at", "updated_at")"
              R"( FROM "hosting"."sites" WHERE "tenant_id" = $1 AND "region" = $2 AND "number" = $3)");
static_assert(sql<detail::GetRow<Site>, Flavour::sqlite> ==
              R"(SELECT "region", "number", "name", "order", "version", "created_at", "updated_at")"
              R"( FROM "main"."hosting_sites" WHERE "tenant_id" = $1 AND "region" = $2 AND "number" = $3)");
static_assert(sql<detail::RowExists<Site>> == R"(SELECT 1 FROM "hosting"."sites" WHERE "tenant_id" = $1)"
                                              R"( AND "region" = $2 AND "number" = $3)");
static_assert(sql<detail::RemoveRow<Site>> == R"(DELETE FROM "hosting"."sites" WHERE "tenant_id" = $1)"
                                              R"( AND "region" = $2 AND "number" = $3)");
static_assert(sql<detail::InsertRow<Site>> ==
              R"(INSERT INTO "hosting"."sites" AS "t" ("tenant_id", "region", "number", "name", "order",)"
              R"( "version", "created_at", "updated_at") VALUES ($1, $2, $3, $4, $5, $6, $7, $8))");
static_assert(sql<detail::UpsertRow<Site>>.ends_with(
    R"( ON CONFLICT ("tenant_id", "region", "number") DO UPDATE SET "name" = excluded."name",)"
    R"( "order" = excluded."order", "version" = "t"."version" + 1, "updated_at" = excluded."updated_at")"));
static_assert(sql<detail::UpdateRow<Site, 2>> ==
              R"(UPDATE "hosting"."sites" SET "name" = $1, "updated_at" = $2, "version" = "version" + 1)"
              R"( WHERE "tenant_id" = $3 AND "region" = $4 AND "number" = $5 AND "version" = $6)");
static_assert(sql<detail::PatchRow<Site, decltype(set<&Site::order_>({}))>> ==
              R"(UPDATE "hosting"."sites" SET "order" = $1, "updated_at" = $2, "version" = "version" + 1)"
              R"( WHERE "tenant_id" = $3 AND "region" = $4 AND "number" = $5)");
// A key is all there is: nothing to update on conflict; a name cannot break out of its quotes.
static_assert(sql<detail::UpsertRow<Odd>> ==
              R"(INSERT INTO "a""b" AS "t" ("customer", "id") VALUES ($1, $2))"
              R"( ON CONFLICT ("customer", "id") DO NOTHING)");

using NameIs = decltype(field<&Site::name> == std::string());
using Contains = decltype(field<&Site::name>.contains({}));
using Both = decltype((field<&Site::number> > 1 && field<&Site::order_>.is_null()) || !NameIs(""));

static_assert(sql<detail::CountRows<Site, NameIs, detail::Reach::own_tenant>> ==
              R"(SELECT count(*) FROM "hosting"."sites" WHERE "tenant_id" = $1 AND "name" = $2)");
static_assert(sql<detail::CountRows<Site, NameIs, detail::Reach::all_tenants>> ==
              R"(SELECT count(*) FROM "hosting"."sites" WHERE "name" = $1)");
static_assert(sql<detail::RemoveRows<Site, Both>> ==
              R"(DELETE FROM "hosting"."sites" WHERE "tenant_id" = $1 AND)"
              R"( (("number" > $2 AND "order" IS NULL) OR NOT ("name" = $3)))");
static_assert(sql<detail::RemoveRows<Site, Contains>>.ends_with(R"(strpos("name", $2) > 0)"));
static_assert(
    sql<detail::RemoveRows<Site, Contains>, Flavour::sqlite>.ends_with(R"(instr("name", $2) > 0)"));

template <bool continued, class... Orders>
using Find =
    detail::FindPage<Site, SiteName, detail::Everything, detail::Reach::own_tenant, continued, Orders...>;
using ByName = detail::Order<&Site::name, true>;
using ByVersion = detail::Order<&Site::version, false>;

static_assert(sql<Find<false, ByName>> ==
              R"(SELECT "name", "region", "number" FROM "hosting"."sites" WHERE "tenant_id" = $1 AND TRUE)"
              R"( ORDER BY "name" DESC, "region" DESC, "number" DESC LIMIT $2)");

// A stream of all of a tenant's rows: SQLite would go through whichever index begins with the tenant, and
// search the table for each row.
template <class C, class... Orders>
using Stream = detail::StreamRows<Site, SiteName, C, detail::Reach::own_tenant, Orders...>;
static_assert(sql<Stream<detail::Everything>, Flavour::sqlite>.ends_with(
    R"( WHERE "tenant_id" = $1 AND TRUE ORDER BY "region", "number")"));
static_assert(sql<Stream<detail::Everything>>.ends_with(R"( WHERE "tenant_id" = $1 AND TRUE)"));
static_assert(sql<Stream<NameIs>, Flavour::sqlite>.ends_with(R"( AND "name" = $2)"));
static_assert(sql<Stream<NameIs, ByName>, Flavour::sqlite>.ends_with(
    R"( ORDER BY "name" DESC, "region" DESC, "number" DESC)"));

TEST(SqlText, OfANextPageComparesWholeRows) {
  const std::string_view text = sql<Find<true, ByName>>;
  EXPECT_NE(text.find(R"(("name", "region", "number") < ($2, $3, $4))"), std::string_view::npos);
}

// At run time: g++ 12 takes no pointer comparison for a constant under -fsanitize=undefined.
bool ascending(std::string_view text) {
  std::size_t last = 0;
  for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
    std::size_t number = 0;
    for (std::size_t i = at + 1; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i)
      number = number * 10 + static_cast<std::size_t>(text[i] - '0');
    if (number > last + 1) return false;
    if (number == last + 1) last = number;
  }
  return true;
}

TEST(SqlText, NumbersPlaceholdersInTheOrderOfTheirAppearance) {
  EXPECT_TRUE((ascending(sql<Find<true, ByVersion, ByName>>)));
  EXPECT_TRUE((ascending(sql<detail::UpdateRow<Site, 2, 3>>)));
  EXPECT_TRUE(ascending(sql<detail::InsertRow<Site>>));
}

TEST(SqlText, OfAFilterIsMadeAtRunTimeFromTheSameParts) {
  Filter<Site> filter;
  filter.add(NameIs("x"));
  filter.add(field<&Site::number>.in({1, 2, 3}));
  using Count = detail::CountRows<Site, Filter<Site>, detail::Reach::own_tenant>;
  const std::vector<backend::Value> values(filter.parameter_count() + 1);
  const detail::DynamicStatement<Count> statement(Flavour::sqlite, filter, values);
  EXPECT_EQ(statement.get().sql,
            R"(SELECT count(*) FROM "main"."hosting_sites" WHERE "tenant_id" = $1 AND "name" = $2)"
            R"( AND "number" IN ($3, $4, $5, $6))");
  EXPECT_EQ(statement.get().name, "sites.count");
}

TEST(SqlText, HasNoMoreTextsThanPowersOfTwoForLists) {
  for (const auto& [size, parameters] : {std::pair{0U, 0U}, {1U, 1U}, {3U, 4U}, {5U, 8U}, {100U, 128U}}) {
    const auto condition = field<&Site::number>.in(std::vector<std::int32_t>(size, 7));
    EXPECT_EQ(condition.parameter_count(), parameters);
  }
}

TEST(SqlText, HasTheSameIdInEveryProcess) {
  constexpr std::string_view text = "SELECT 1 FROM t";
  constexpr std::array types{backend::Type::text};
  static_assert(backend::statement_id(text, types) == 12988475017148017846ULL);
  const std::string at_run_time(text);
  EXPECT_EQ(backend::statement_id(at_run_time, types), 12988475017148017846ULL);
  EXPECT_NE(backend::statement_id(text, {}), backend::statement_id(text, types));
}

TEST(SqlText, HasAnotherIdForEveryPrefix) {
  const std::string text(40, '\0');
  std::set<std::uint64_t> seen;
  for (std::size_t length = 0; length <= text.size(); ++length)
    seen.insert(backend::statement_id(std::string_view(text).substr(0, length), {}));
  EXPECT_EQ(seen.size(), text.size() + 1);
}

}  // namespace
}  // namespace tenon
