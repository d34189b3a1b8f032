#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <boost/describe/class.hpp>

#include <tenon/administrator_scope.hpp>
#include <tenon/raw_sql.hpp>
#include <tenon/repository.hpp>
#include <tenon/secure_table.hpp>
#include <tenon/testing/fixture.hpp>

namespace tenon::testing {

/// Notes of tenants that are UUIDs.
struct UuidNote {
  std::int64_t id = 0;
  std::string words;
  friend bool operator==(const UuidNote&, const UuidNote&) = default;
};
BOOST_DESCRIBE_STRUCT(UuidNote, (), (id, words))

/// Notes of tenants that are integers of 32 bits.
struct NumberNote {
  std::int64_t id = 0;
  std::string words;
  friend bool operator==(const NumberNote&, const NumberNote&) = default;
};
BOOST_DESCRIBE_STRUCT(NumberNote, (), (id, words))

}  // namespace tenon::testing

/// \cond
template <>
struct tenon::Table<tenon::testing::UuidNote> {
  static constexpr auto name = "kit.uuid_notes";
  static constexpr auto key = std::tuple{&tenon::testing::UuidNote::id};
  using tenant_type = tenon::Uuid;
};
template <>
struct tenon::Table<tenon::testing::NumberNote> {
  static constexpr auto name = "kit.number_notes";
  static constexpr auto key = std::tuple{&tenon::testing::NumberNote::id};
  using tenant_type = std::int32_t;
};
/// \endcond

namespace tenon::testing {

/// Tenants that are no text: their ids are written as the database writes them, and no other spelling
/// reaches a row.
class TypedTenants : public ConformanceTest {
 protected:
  void SetUp() override {
    ConformanceTest::SetUp();
    if (IsSkipped()) return;
    const auto flavour = database().engine().dialect().flavour();
    database()
        .migrator("kit_typed", {{1, "typed",
                                 notes(flavour, "kit.uuid_notes", backend::Type::uuid, "uuid") +
                                     notes(flavour, "kit.number_notes", backend::Type::int32, "integer"),
                                 ""}})
        .up();
  }

  // Two tenants keep to themselves, and whoever is spelt otherwise is refused, whatever he tries.
  template <class Note>
  void keep_apart(const std::string& own, const std::string& other,
                  const std::vector<std::string>& misspelt) const {
    const Repository<Note> rows(database().scope(TenantContext(own)));
    const Repository<Note> theirs(database().scope(TenantContext(other)));
    rows.insert({1, "own"});
    rows.insert_all(std::vector<Note>{{2, "own"}, {3, "own"}});
    theirs.insert({1, "new"});
    theirs.insert_or_patch({1, "planted"}, set<&Note::words>(std::string("patched")));
    EXPECT_EQ(theirs.get(1).value().words, "patched");
    EXPECT_EQ(theirs.patch_where(field<&Note::id> == 1, set<&Note::words>(std::string("theirs"))), 1U);
    EXPECT_EQ(theirs.get(1).value().words, "theirs");
    const std::vector<Note> whole{{1, "own"}, {2, "own"}, {3, "own"}};
    for (const std::string& tenant : misspelt) {
      SCOPED_TRACE("tenant '" + tenant + "'");
      const TenantScope scope = database().scope(TenantContext(tenant));
      refuse_everything<Note>(Repository<Note>(scope));
      Transaction tx = scope.begin();
      refuse_everything<Note>(Repository<Note>(tx));
      tx.rollback();
    }
    EXPECT_EQ(rows.find(all().order_by(asc<&Note::id>)).items, whole);
    EXPECT_EQ(theirs.count(), 1U);
    EXPECT_EQ(tenants_of<Note>(), (std::vector<std::string>{own, own, own}));
    rows.remove_where(field<&Note::id> >= 0);
    theirs.remove_where(field<&Note::id> >= 0);
  }

  void refuse_scopes(TenantIds ids, const std::vector<std::string>& written,
                     const std::vector<std::string>& misspelt) const {
    const std::unique_ptr<TestDatabase> place = backend().create();
    Config config = backend().config(place->url());
    config.tenant_ids = ids;
    Database strict = Database::open(config);
    for (const std::string& tenant : written) EXPECT_NO_THROW((void)strict.scope(TenantContext(tenant)));
    for (const std::string& tenant : misspelt)
      EXPECT_TRUE(fails_with(Error::Kind::invalid_argument, [&] {
        (void)strict.scope(TenantContext(tenant));
      })) << tenant;
    strict.close();
  }

 private:
  [[nodiscard]] std::string notes(backend::Flavour flavour, std::string_view name, backend::Type tenant,
                                  const std::string& cast) const {
    const auto column = [&](backend::Type type) { return backend().column_type(flavour, type); };
    const std::string table = detail::spelt(flavour, name);
    std::string sql = "CREATE TABLE " + table + " (tenant_id " + column(tenant) + " NOT NULL, id " +
                      column(backend::Type::int64) + " NOT NULL, words " + column(backend::Type::text) +
                      " NOT NULL, PRIMARY KEY (tenant_id, id))";
    if (flavour == backend::Flavour::sqlite) return sql + " STRICT;\n";
    SecureTableOptions options;
    options.tenant = "cast(tenon.tenant() as " + cast + ")";
    return sql + ";\n" + secure_table_sql(name, options);
  }

  template <class Note>
  static void refuse_everything(const Repository<Note>& rows) {
    Note note{1, "planted"};
    const std::vector<Note> several{{1, "planted"}, {9, "planted"}};
    TENON_EXPECT_ERROR(invalid_argument, rows.count());
    TENON_EXPECT_ERROR(invalid_argument, rows.get(1));
    TENON_EXPECT_ERROR(invalid_argument, rows.exists(1));
    TENON_EXPECT_ERROR(invalid_argument, rows.find());
    TENON_EXPECT_ERROR(invalid_argument, rows.insert({9, "planted"}));
    TENON_EXPECT_ERROR(invalid_argument, rows.insert_all(several));
    TENON_EXPECT_ERROR(invalid_argument, rows.upsert({1, "planted"}));
    TENON_EXPECT_ERROR(invalid_argument, rows.upsert_all(several));
    TENON_EXPECT_ERROR(invalid_argument, rows.update(note));
    const auto planting = set<&Note::words>(std::string("planted"));
    TENON_EXPECT_ERROR(invalid_argument, rows.patch(1, planting));
    TENON_EXPECT_ERROR(invalid_argument, rows.patch_where(field<&Note::id> == 1, planting));
    TENON_EXPECT_ERROR(invalid_argument, rows.insert_or_patch({1, "planted"}, planting));
    TENON_EXPECT_ERROR(invalid_argument, rows.remove(1));
    TENON_EXPECT_ERROR(invalid_argument, rows.remove_where(field<&Note::id> >= 0));
    EXPECT_TRUE(fails_with(Error::Kind::invalid_argument, [&] { rows.for_each(all(), [](Note&) {}); }));
  }

  // As an administrator sees them, of the rows "own".
  template <class Note>
  [[nodiscard]] std::vector<std::string> tenants_of() const {
    std::vector<std::string> tenants;
    database().administrator().template for_each<Note>(
        where(field<&Note::words> == "own"), [&](Owned<Note>& row) { tenants.push_back(row.tenant); });
    return tenants;
  }
};

TEST_P(TypedTenants, ThatAreUuidsAreInLowerCaseWithHyphens) {
  const std::string own = "0190b3a2-7c4d-7e5f-8a9b-0c1d2e3f4a5b";
  const std::vector<std::string> misspelt{"0190B3A2-7C4D-7E5F-8A9B-0C1D2E3F4A5B",
                                          "0190b3a2-7c4d-7e5f-8a9b-0c1d2e3f4a5B",
                                          "{" + own + "}",
                                          "urn:uuid:" + own,
                                          "0190b3a27c4d7e5f8a9b0c1d2e3f4a5b",
                                          " " + own,
                                          own + " ",
                                          own + "\n",
                                          own + "0",
                                          own.substr(1),
                                          "42"};
  keep_apart<UuidNote>(own, "0190b3a2-7c4d-7e5f-8a9b-0c1d2e3f4a5c", misspelt);
  refuse_scopes(TenantIds::uuid, {own, "00000000-0000-0000-0000-000000000000"}, misspelt);
}

TEST_P(TypedTenants, ThatAreNumbersAreInPlainDigits) {
  const std::vector<std::string> misspelt{"042",
                                          "+42",
                                          " 42",
                                          "42 ",
                                          "42\n",
                                          "42.0",
                                          "4e1",
                                          "0x2a",
                                          "-0",
                                          "4 2",
                                          "abc",
                                          "\uff14\uff12",
                                          "42;x",
                                          "'42'",
                                          "null",
                                          "42 or",
                                          "9223372036854775808"};
  std::vector<std::string> beyond = misspelt;  // of 32 bits; all but one would be 42 if they wrapped round
  for (const char* tenant : {"4294967338", "-4294967254", "2147483648", "9223372036854775807"})
    beyond.emplace_back(tenant);
  keep_apart<NumberNote>("42", "-42", beyond);
  keep_apart<NumberNote>("2147483647", "-2147483648", beyond);
  refuse_scopes(TenantIds::integer, {"42", "0", "-42", "9223372036854775807"}, misspelt);
}

TEST_P(TypedTenants, AreTheSameInRawSql) {
  const std::string note = database().engine().dialect().flavour() == backend::Flavour::postgres
                               ? "kit.number_notes"
                               : "number_notes";
  const TenantScope own = database().scope(TenantContext("77"));
  const Repository<NumberNote> rows(own);
  rows.insert({1, "own"});
  EXPECT_EQ(own.query<std::string>("SELECT words FROM " + note), std::vector<std::string>{"own"});
  EXPECT_TRUE(
      database().scope(TenantContext("78")).query<std::string>("SELECT words FROM " + note).empty());
  TENON_EXPECT_ERROR(
      invalid_argument,
      database().scope(TenantContext("seventy-seven")).query<std::string>("SELECT words FROM " + note));
}

TENON_CONFORMANCE_SUITE(TypedTenants);

}  // namespace tenon::testing
