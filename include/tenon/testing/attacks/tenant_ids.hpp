#pragma once

#include <array>
#include <string>
#include <string_view>

#include <tenon/testing/attacks/meeting.hpp>

// Tenant ids that look like another, or like SQL, or are none.

namespace tenon::testing::detail {

template <class T>
struct TenantIdAttacks {
  using M = Meeting<T>;
  using Kind = Error::Kind;
  static constexpr auto text = AttackTarget<T>::text;

  // A tenant of this odd name sees its own rows, by repository and raw SQL, in a scope and a transaction.
  static void serve(M& m, const std::string& tenant) {
    const TenantScope scope = m.scene().scope(tenant);
    m.scene().admit(tenant);
    const Repository<T> rows(scope);
    const std::string raw =
        "SELECT " + quoted_name(m.scene().table().text) + " FROM " + m.scene().table().spelling;
    m.expect(rows.count() == 0 && scope.template query<std::string>(raw).empty(),
             "the tenant '" + tenant + "' begins with rows");
    rows.insert(m.scene().row(m.numbers().free + 1, "odd"));
    m.expect(scope.template query<std::string>(raw) == std::vector<std::string>{"odd"},
             "raw SQL of the tenant '" + tenant + "' sees other rows");
    scope.transact([&](Transaction& tx) {
      m.all_own(Repository<T>(tx).find().items, "a transaction");
      m.expect(tx.template query<std::string>(raw).size() == 1, "raw SQL in a transaction sees other rows");
    });
    m.expect(rows.remove_where(field<text> >= "") == 1, "the tenant '" + tenant + "' removes other rows");
  }

  template <std::size_t which>
  static void odd(M& m) {
    serve(m, m.who().victim.substr(0, 4) + std::string(odd_parts[which]) + m.who().victim);
  }
  template <std::size_t which>
  static void look_alike(M& m) {
    std::string tenant = m.who().victim;
    if (which == 0) tenant = upper(tenant);
    if (which == 1) tenant += ' ';
    if (which == 2) tenant = ' ' + tenant;
    if (which == 3) tenant.replace(0, 1, "\xd0\xb0");  // Cyrillic а
    if (which == 4) tenant.insert(1, "\xe2\x80\x8b");  // a space of no width
    if (which == 5) tenant += "\xcc\x81";              // a combining accent
    if (which == 6) tenant = "\xe2\x80\xae" + tenant;  // written from right to left
    if (which == 7) tenant.resize(TenantContext::max_length, 'x');
    if (which == 8) tenant.resize(tenant.size() / 2);
    if (which == 9) tenant += '\n';
    serve(m, tenant);
  }
  static void composed(M& m) {
    const std::string nfc = m.who().victim + "caf\xc3\xa9";
    const std::string nfd = m.who().victim + "cafe\xcc\x81";
    m.scene().admit(nfc);
    const Repository<T> one(m.scene().scope(nfc));
    one.insert(m.scene().row(m.numbers().free + 2, "nfc"));
    serve(m, nfd);
    m.expect(one.remove_where(field<text> == "nfc") == 1, "NFC and NFD are one tenant");
  }

  template <std::size_t which>
  static void none(M& m) {
    const std::string& victim = m.who().victim;
    static const auto made = [](const std::string& tenant) -> std::array<std::string, 12> {
      return {"",
              " ",
              "\t\n ",
              tenant + std::string(1, '\0'),
              std::string(1, '\0') + tenant,
              tenant + std::string(1, '\0') + "x",
              tenant + "\xff",
              tenant + "\xc3",
              tenant + "\xc0\xaf",
              tenant + "\xed\xa0\x80",
              std::string(TenantContext::max_length + 1, 'x'),
              std::string(std::size_t{1} << 20U, 'x')};
    };
    m.refused({Kind::invalid_argument}, "the tenant id",
              [&] { (void)Repository<T>(m.scene().scope(made(victim)[which])).count(); });
  }

  // Where tenants are numbers: other spellings of the victim's.
  template <std::size_t which>
  static void spelling(M& m) {
    const std::string& victim = m.who().victim;
    const std::array<std::string, 12> spelt{"0" + victim,  "+" + victim,          " " + victim,
                                            victim + " ",  victim + ".0",         victim + "e0",
                                            "0x" + victim, victim + "\n",         "\xef\xbc\x91" + victim,
                                            "-0",          "9223372036854775808", victim + " or true"};
    m.refused({Kind::invalid_argument}, "the spelling '" + spelt[which] + "'",
              [&] { (void)Repository<T>(m.scene().scope(spelt[which])).count(); });
    // Raw SQL must not take it for the victim either.
    try {
      const auto rows = m.scene()
                            .scope(spelt[which])
                            .template query<std::string>("SELECT " + quoted_name(m.scene().table().text) +
                                                         " FROM " + m.scene().table().spelling);
      m.expect(rows.empty(), "raw SQL takes '" + spelt[which] + "' for the victim");
    } catch (const Error& error) {
      m.no_leak(error.what());
    }
  }

  static constexpr std::array<std::string_view, 18> odd_parts{"'",
                                                              "''",
                                                              "\"",
                                                              "\\",
                                                              "\\'",
                                                              "%",
                                                              "_",
                                                              "*",
                                                              "$1",
                                                              "?1",
                                                              ":id",
                                                              ";--",
                                                              "/*",
                                                              "' OR '1'='1",
                                                              "\t",
                                                              "NULL(",
                                                              "\xf0\x9f\xa6\x8a",
                                                              "{}[],"};

  static constexpr auto list = std::to_array<ApiAttack<T>>({
      {"a tenant id with a quote", &odd<0>, Needs::text_tenants},
      {"a tenant id with two quotes", &odd<1>, Needs::text_tenants},
      {"a tenant id with a double quote", &odd<2>, Needs::text_tenants},
      {"a tenant id with a backslash", &odd<3>, Needs::text_tenants},
      {"a tenant id with an escaped quote", &odd<4>, Needs::text_tenants},
      {"a tenant id with a percent sign", &odd<5>, Needs::text_tenants},
      {"a tenant id with an underscore", &odd<6>, Needs::text_tenants},
      {"a tenant id with a star", &odd<7>, Needs::text_tenants},
      {"a tenant id with a placeholder", &odd<8>, Needs::text_tenants},
      {"a tenant id with SQLite's placeholder", &odd<9>, Needs::text_tenants},
      {"a tenant id with a named placeholder", &odd<10>, Needs::text_tenants},
      {"a tenant id with a second statement", &odd<11>, Needs::text_tenants},
      {"a tenant id with a comment", &odd<12>, Needs::text_tenants},
      {"a tenant id with a condition", &odd<13>, Needs::text_tenants},
      {"a tenant id with a tab", &odd<14>, Needs::text_tenants},
      {"a tenant id with NULL", &odd<15>, Needs::text_tenants},
      {"a tenant id with four bytes a letter", &odd<16>, Needs::text_tenants},
      {"a tenant id with brackets", &odd<17>, Needs::text_tenants},
      {"the victim's id in capitals", &look_alike<0>, Needs::text_tenants},
      {"the victim's id and a space", &look_alike<1>, Needs::text_tenants},
      {"a space and the victim's id", &look_alike<2>, Needs::text_tenants},
      {"the victim's id with a homoglyph", &look_alike<3>, Needs::text_tenants},
      {"the victim's id with a space of no width", &look_alike<4>, Needs::text_tenants},
      {"the victim's id with an accent", &look_alike<5>, Needs::text_tenants},
      {"the victim's id turned round", &look_alike<6>, Needs::text_tenants},
      {"the victim's id as long as may be", &look_alike<7>, Needs::text_tenants},
      {"the victim's id cut short", &look_alike<8>, Needs::text_tenants},
      {"the victim's id and a line feed", &look_alike<9>, Needs::text_tenants},
      {"composed and decomposed letters", &composed, Needs::text_tenants},
      {"no tenant id", &none<0>},
      {"a tenant id of a space", &none<1>},
      {"a tenant id of white space", &none<2>},
      {"the victim's id and NUL", &none<3>},
      {"NUL and the victim's id", &none<4>},
      {"the victim's id with NUL within", &none<5>},
      {"a tenant id that is not UTF-8", &none<6>},
      {"a tenant id with half a letter", &none<7>},
      {"a tenant id with an overlong letter", &none<8>},
      {"a tenant id with a surrogate", &none<9>},
      {"a tenant id of 256 bytes", &none<10>},
      {"a tenant id of a megabyte", &none<11>},
      {"the victim's number with a zero", &spelling<0>, Needs::number_tenants},
      {"the victim's number with a plus sign", &spelling<1>, Needs::number_tenants},
      {"the victim's number after a space", &spelling<2>, Needs::number_tenants},
      {"the victim's number before a space", &spelling<3>, Needs::number_tenants},
      {"the victim's number with a fraction", &spelling<4>, Needs::number_tenants},
      {"the victim's number with an exponent", &spelling<5>, Needs::number_tenants},
      {"the victim's number as if of base 16", &spelling<6>, Needs::number_tenants},
      {"the victim's number and a line feed", &spelling<7>, Needs::number_tenants},
      {"the victim's number with a wide digit", &spelling<8>, Needs::number_tenants},
      {"a negative zero", &spelling<9>, Needs::number_tenants},
      {"a number beyond 64 bits", &spelling<10>, Needs::number_tenants},
      {"the victim's number and a condition", &spelling<11>, Needs::number_tenants},
  });
};

}  // namespace tenon::testing::detail
