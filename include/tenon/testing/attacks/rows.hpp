#pragma once

#include <array>
#include <string>
#include <vector>

#include <tenon/testing/attacks/meeting.hpp>

// Reading and writing the victim's rows by key, by condition and by batch.

namespace tenon::testing::detail {

template <class T>
struct RowAttacks {
  using M = Meeting<T>;
  using Kind = Error::Kind;
  static constexpr auto text = AttackTarget<T>::text;

  static void get(M& m) {
    m.expect(!m.own().get(SceneOf<T>::key_of(m.victims_row())), "get finds the victim's row");
    m.expect(!m.own().exists(SceneOf<T>::key_of(m.victims_row())), "exists finds the victim's row");
  }
  static void list_all(M& m) {
    m.expect(m.own().count() == 2, "count counts the victim's rows");
    m.all_own(m.own().find().items, "find");
    std::size_t seen = 0;
    m.own().for_each(all(), [&](T& row) {
      ++seen;
      m.all_own({row}, "for_each");
    });
    m.expect(seen == 2, "for_each visits the victim's rows");
  }
  static void conditions(M& m) {
    const std::string marker(victims_marker);
    m.expect(m.own().count(field<text>.starts_with(marker)) == 0, "starts_with finds the victim");
    m.expect(m.own().count(field<text>.contains("MARKER")) == 0, "contains finds the victim");
    m.expect(m.own().count(field<text> >= marker && field<text> < marker + "~") == 0,
             "a comparison finds the victim");
    m.expect(m.own().count(field<text> != "own 1" && field<text> != "own 2") == 0, "!= finds the victim");
    m.expect(m.own().find(where(field<text> == marker || field<text> >= "")).items.size() == 2,
             "a condition that always holds finds the victim");
  }
  static void update(M& m) {
    m.refused({Kind::not_found}, "update", [&] { m.own().update(m.victims_row()); });
    m.refused({Kind::not_found}, "patch",
              [&] { m.own().patch(SceneOf<T>::key_of(m.victims_row()), set<text>("planted")); });
  }
  static void update_everything(M& m) {
    m.expect(m.own().patch_where(field<text> >= "", set<text>("changed")) == 2, "patch_where goes further");
  }
  static void update_by_marker(M& m) {
    m.expect(m.own().patch_where(field<text>.contains("MARKER"), set<text>("changed")) == 0,
             "patch_where finds the victim");
  }
  static void remove(M& m) {
    m.expect(!m.own().remove(SceneOf<T>::key_of(m.victims_row())), "remove finds the victim's row");
  }
  static void remove_everything(M& m) {
    m.expect(m.own().remove_where(field<text> >= "") == 2, "remove_where goes further");
  }
  static void remove_by_marker(M& m) {
    m.expect(m.own().remove_where(field<text>.contains("MARKER")) == 0, "remove_where finds the victim");
  }
  static void insert_at_victims_key(M& m) {
    m.own().insert(m.victims_row());  // a duplicate would tell that the victim has it
    m.expect(m.own().get(SceneOf<T>::key_of(m.victims_row())).has_value(), "the own row is not there");
  }
  static void upsert_at_victims_key(M& m) {
    m.own().upsert(m.victims_row());
    m.expect(m.own().count() == 3, "the upsert went elsewhere");
  }
  // Where a key is taken for all tenants, neither must touch the row that has it.
  static void write_at_a_taken_key(M& m) {
    for (const bool upsert : {false, true}) {
      try {
        if (upsert) {
          m.own().upsert(m.victims_row());
        } else {
          m.own().insert(m.victims_row());
        }
      } catch (const Error& error) {
        m.no_leak(error.what() + error.detail().constraint);
      }
    }
  }

  // Rows of the attacker's with the victim's key in their middle.
  template <std::size_t count, bool upsert>
  static void batch(M& m) {
    std::vector<T> rows = m.new_rows(count, "batch");
    rows[count / 2] = m.victims_row("batch");
    const auto send = [&] { return upsert ? m.own().upsert_all(rows) : m.own().insert_all(rows); };
    if (m.scene().table().keys_span_tenants) {
      try {
        send();
      } catch (const Error& error) {
        m.no_leak(error.what());
        m.expect(m.own().count() == 2, "half a batch is kept");
      }
      return;
    }
    m.expect(send() == count, "the batch is not whole");
    m.expect(m.own().count() == count + 2, "the batch went elsewhere");
  }
  template <std::size_t count>
  static void batch_in_a_transaction(M& m) {
    std::vector<T> rows = m.new_rows(count, "batch");
    Transaction tx = m.attacker().begin();
    Repository<T>(tx).insert_all(rows);
    m.expect(Repository<T>(tx).count() == count + 2, "the batch is not there");
    tx.rollback();
    m.expect(m.own().count() == 2, "a batch outlives its transaction");
  }
  static void staged_rows(M& m) {
    m.theirs().insert_all(m.new_rows(3000, std::string(victims_marker) + " staged"));
    m.own().insert_all(std::vector<T>{m.scene().row(m.numbers().free + 5000, "own 3")});
    m.expect(m.own().count() == 3, "staged rows of the victim came along");
    m.expect(m.theirs().remove_where(field<text>.contains("staged")) == 3000, "staged rows were lost");
  }

  static constexpr auto list = std::to_array<ApiAttack<T>>({
      {"get of the victim's key", &get},
      {"all rows", &list_all},
      {"conditions that name the victim's text", &conditions},
      {"update of the victim's key", &update},
      {"update of everything", &update_everything},
      {"update by the victim's text", &update_by_marker},
      {"remove of the victim's key", &remove},
      {"remove of everything", &remove_everything},
      {"remove by the victim's text", &remove_by_marker},
      {"insert at the victim's key as an oracle", &insert_at_victims_key, Needs::keys_per_tenant},
      {"upsert at the victim's key", &upsert_at_victims_key, Needs::keys_per_tenant},
      {"writes at a key that may be taken", &write_at_a_taken_key},
      {"a small batch with the victim's key", &batch<5, false>},
      {"an array batch with the victim's key", &batch<200, false>},
      {"a staged batch with the victim's key", &batch<3000, false>},
      {"a small upsert with the victim's key", &batch<5, true>},
      {"an array upsert with the victim's key", &batch<200, true>},
      {"a staged upsert with the victim's key", &batch<3000, true>},
      {"a small batch rolled back", &batch_in_a_transaction<5>},
      {"an array batch rolled back", &batch_in_a_transaction<200>},
      {"a staged batch rolled back", &batch_in_a_transaction<3000>},
      {"rows that the victim staged before", &staged_rows},
  });
};

}  // namespace tenon::testing::detail
