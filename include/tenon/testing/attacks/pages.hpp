#pragma once

#include <array>
#include <optional>
#include <string>

#include <tenon/testing/attacks/meeting.hpp>

// Cursors that are another's, edited or made up.

namespace tenon::testing::detail {

template <class T>
struct PageAttacks {
  using M = Meeting<T>;
  using Kind = Error::Kind;

  static auto by_text() { return all().order_by(asc<AttackTarget<T>::text>).limit(1); }

  // A cursor that the attacker did not get: it is refused, or leads to rows of the attacker's own.
  static void follow(M& m, const std::string& text, std::string_view what) {
    try {
      m.all_own(m.own().find(by_text().after(Cursor{text})).items, what);
    } catch (const Error& error) {
      m.expect(error.kind() == Kind::invalid_argument, std::string(what) + ": " + error.what());
      m.no_leak(error.what());
    }
  }
  static std::string victims_cursor(M& m) { return m.theirs().find(by_text()).next.value().text; }
  static std::string own_cursor(M& m) { return m.own().find(by_text()).next.value().text; }

  static void of_another_tenant(M& m) {
    const Cursor cursor{victims_cursor(m)};
    m.refused({Kind::invalid_argument}, "the cursor", [&] { (void)m.own().find(by_text().after(cursor)); });
  }
  static void within_a_transaction(M& m) {
    const Cursor cursor{victims_cursor(m)};
    Transaction tx = m.attacker().begin();
    m.refused({Kind::invalid_argument}, "the cursor",
              [&] { (void)Repository<T>(tx).find(by_text().after(cursor)); });
    m.expect(Repository<T>(tx).count() == 2, "the transaction does not go on");
    tx.commit();
  }
  static void of_the_administrator(M& m) {
    const auto page = m.database().administrator("auditor").template find<T>(all().limit(1));
    m.expect(page.next.has_value(), "the administrator has one page only");
    m.refused({Kind::invalid_argument}, "the cursor",
              [&] { (void)m.own().find(all().limit(1).after(page.next)); });
  }
  static void given_to_the_administrator(M& m) {
    const Cursor cursor{own_cursor(m)};
    m.refused({Kind::invalid_argument}, "the cursor", [&] {
      (void)m.database().administrator("auditor").template find<T>(by_text().after(cursor));
    });
  }
  static void of_another_order(M& m) {
    const Cursor cursor{own_cursor(m)};
    m.refused({Kind::invalid_argument}, "the cursor",
              [&] { (void)m.own().find(all().limit(1).after(cursor)); });
  }
  static void with_a_byte_changed(M& m) {
    const std::string cursor = own_cursor(m);
    for (std::size_t at = 0; at < cursor.size(); ++at) {
      for (const char change : {'\x01', '\x20', '\x7f'}) {
        std::string edited = cursor;
        edited[at] = static_cast<char>(edited[at] ^ change);
        follow(m, edited, "an edited cursor");
      }
    }
  }
  static void cut_short(M& m) {
    const std::string cursor = own_cursor(m);
    for (std::size_t length = 0; length < cursor.size(); ++length)
      follow(m, cursor.substr(0, length), "a cursor cut short");
  }
  static void lengthened(M& m) {
    const std::string cursor = own_cursor(m);
    for (const char* tail : {"0", "==", " ", "A", "\n", cursor.c_str()})
      follow(m, cursor + tail, "a cursor with a tail");
  }
  static void spliced(M& m) {
    const std::string mine = own_cursor(m);
    const std::string theirs = victims_cursor(m);
    for (std::size_t at = 0; at < std::min(mine.size(), theirs.size()); ++at) {
      follow(m, mine.substr(0, at) + theirs.substr(at), "a spliced cursor");
      follow(m, theirs.substr(0, at) + mine.substr(at), "a spliced cursor");
    }
  }
  static void made_up(M& m) {
    for (const std::string& text :
         {std::string(), std::string("x"), std::string("' OR 1=1 --"), std::string(3, '\0'),
          std::string("\xff\xfe"), std::string(1U << 20U, 'A'), m.who().victim})
      follow(m, text, "a cursor made up");
  }
  static void to_the_end(M& m) {
    std::optional<Cursor> next;
    int pages = 0;
    do {
      const Page<T> page = m.own().find(by_text().after(next));
      m.all_own(page.items, "a page");
      next = page.next;
    } while (next && ++pages < 10);
    m.expect(pages == 1, "two rows are not two pages");
  }

  static constexpr auto list = std::to_array<ApiAttack<T>>({
      {"a cursor continued under another tenant", &of_another_tenant},
      {"a cursor continued in another tenant's transaction", &within_a_transaction},
      {"the administrator's cursor continued by a tenant", &of_the_administrator},
      {"a tenant's cursor continued by the administrator", &given_to_the_administrator},
      {"a cursor continued in another order", &of_another_order},
      {"a cursor with any byte changed", &with_a_byte_changed},
      {"a cursor cut short anywhere", &cut_short},
      {"a cursor with a tail", &lengthened},
      {"a cursor spliced from two tenants'", &spliced},
      {"a cursor made up", &made_up},
      {"pages to the end and on", &to_the_end},
  });
};

}  // namespace tenon::testing::detail
