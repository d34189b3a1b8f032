#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <thread>

#include <tenon/testing/attacks/meeting.hpp>

// Scopes and transactions: nested, left by exceptions, moved to other threads, of the wrong role.

namespace tenon::testing::detail {

template <class T>
struct ScopeAttacks {
  using M = Meeting<T>;
  using Kind = Error::Kind;
  static constexpr auto text = AttackTarget<T>::text;
  struct Thrown : std::runtime_error {
    Thrown() : std::runtime_error("thrown by the attack suite") {}
  };

  static void nested_transaction(M& m) {
    Transaction outer = m.attacker().begin();
    m.refused({Kind::invalid_argument}, "a transaction of another tenant",
              [&] { (void)m.victim().begin(); });
    m.refused({Kind::invalid_argument}, "transact of another tenant",
              [&] { m.victim().transact([](Transaction&) {}); });
    m.expect(Repository<T>(outer).count() == 2, "the outer transaction does not go on");
    outer.commit();
  }
  static void nested_scope(M& m) {
    Transaction outer = m.attacker().begin();
    m.refused({Kind::invalid_argument}, "a read of another tenant", [&] { (void)m.theirs().count(); });
    m.refused({Kind::invalid_argument}, "a write of another tenant",
              [&] { m.theirs().insert(m.victims_row()); });
    m.refused({Kind::invalid_argument}, "raw SQL of another tenant", [&] {
      (void)m.victim().template query<std::int64_t>("SELECT count(*) FROM " + m.scene().table().spelling);
    });
    outer.commit();
  }
  static void exception_in_transact(M& m) {
    try {
      m.attacker().transact([&](Transaction& tx) {
        Repository<T>(tx).remove_where(field<text> >= "");
        throw Thrown();
      });
      m.expect(false, "the exception was swallowed");
    } catch (const Thrown&) {
    }
    m.expect(m.own().count() == 2, "an exception leaves half a transaction");
    m.expect(m.theirs().count() == 3, "the next tenant sees other rows");
  }
  static void exception_in_a_visitor(M& m) {
    try {
      m.own().for_each(all(), [](T&) { throw Thrown(); });
      m.expect(false, "the exception was swallowed");
    } catch (const Thrown&) {
    }
    m.expect(m.theirs().count() == 3 && m.own().count() == 2, "a broken stream leaves its tenant behind");
  }
  static void exception_in_a_batch(M& m) {
    try {
      m.attacker().transact([&](Transaction& tx) {
        Repository<T>(tx).insert_all(m.new_rows(300, "batch"));
        throw Thrown();
      });
    } catch (const Thrown&) {
    }
    m.expect(m.own().count() == 2, "a batch outlives an exception");
  }
  static void savepoint_undone(M& m) {
    Transaction tx = m.attacker().begin();
    {
      const Savepoint point = tx.savepoint();
      Repository<T>(tx).remove_where(field<text> >= "");
    }
    m.expect(Repository<T>(tx).count() == 2, "the savepoint was not undone");
    m.expect(tx.query<std::int64_t>("SELECT count(*) FROM " + m.scene().table().spelling).at(0) == 2,
             "raw SQL after a rollback to a savepoint has another tenant");
    tx.commit();
  }
  static void error_in_a_savepoint(M& m) {
    Transaction tx = m.attacker().begin();
    Savepoint point = tx.savepoint();
    m.refused({Kind::invalid_argument, Kind::schema_mismatch, Kind::permission_denied}, "broken SQL",
              [&] { (void)tx.query<std::int64_t>("SELECT nothing FROM nowhere"); });
    point.rollback();
    m.expect(Repository<T>(tx).count() == 2, "the tenant is another after an error in a savepoint");
    m.all_own(Repository<T>(tx).find().items, "a read after an error in a savepoint");
    tx.commit();
  }
  static void error_in_a_transaction(M& m) {
    {
      Transaction tx = m.attacker().begin();
      m.refused({Kind::invalid_argument, Kind::schema_mismatch, Kind::permission_denied}, "broken SQL",
                [&] { (void)tx.query<std::int64_t>("SELECT nothing FROM nowhere"); });
    }
    m.expect(m.theirs().count() == 3, "the connection serves the next tenant wrongly");
  }
  static void scope_on_another_thread(M& m) {
    const TenantScope scope = m.attacker();
    std::uint64_t counted = 0;
    std::thread([&] { counted = Repository<T>(scope).count(); }).join();
    m.expect(counted == 2 && m.theirs().count() == 3, "a scope is another tenant's on another thread");
  }
  static void threads_one_after_another(M& m) {
    for (int i = 0; i < 4; ++i) {
      const bool attacks = i % 2 == 0;
      std::uint64_t counted = 0;
      std::thread([&] {
        Transaction tx = attacks ? m.attacker().begin() : m.victim().begin();
        counted = Repository<T>(tx).count();
        if (i < 2) tx.commit();  // the others are rolled back when their thread ends
      }).join();
      m.expect(counted == (attacks ? 2U : 3U), "a thread takes over the tenant of the one before");
    }
  }
  static void transaction_moved(M& m) {
    Transaction first = m.attacker().begin();
    Transaction second = std::move(first);
    m.expect(Repository<T>(second).count() == 2, "a moved transaction has another tenant");
    second.rollback();
    m.expect(m.theirs().count() == 3, "the connection serves the next tenant wrongly");
  }
  static void store_after_the_end(M& m) {
    Transaction tx = m.attacker().begin();
    const Repository<T> rows(tx);
    tx.commit();
    m.refused({Kind::invalid_argument}, "a repository on an ended transaction",
              [&] { (void)rows.count(); });
    m.refused({Kind::invalid_argument}, "raw SQL on an ended transaction",
              [&] { (void)tx.query<std::int64_t>("SELECT 1"); });
  }
  static void reader_writes(M& m) {
    const Repository<T> reader(m.attacker(Role::read_only));
    const auto denied = [&](std::string_view what, auto work) {
      m.refused({Kind::permission_denied}, what, work);
    };
    denied("insert", [&] { reader.insert(m.new_rows(1, "x").front()); });
    denied("upsert", [&] { reader.upsert(m.own_row()); });
    denied("update", [&] { reader.update(m.own_row()); });
    denied("remove", [&] { reader.remove(SceneOf<T>::key_of(m.own_row())); });
    denied("remove_where", [&] { reader.remove_where(field<text> >= ""); });
    denied("insert_all", [&] { reader.insert_all(m.new_rows(300, "x")); });
    denied("raw SQL",
           [&] { m.attacker(Role::read_only).execute("DELETE FROM " + m.scene().table().spelling); });
    m.expect(m.own().count() == 2, "a reader wrote");
  }
  static void reader_in_a_transaction(M& m) {
    Transaction tx = m.attacker(Role::read_only).begin({.access = backend::Access::read});
    m.all_own(Repository<T>(tx).find().items, "a reader's transaction");
    m.refused({Kind::permission_denied}, "a write",
              [&] { Repository<T>(tx).remove_where(field<text> >= ""); });
  }
  static void reader_writes_at_the_backend(M& m) {
    const std::string sql = "DELETE FROM " + (m.scene().table().flavour == backend::Flavour::postgres
                                                  ? m.scene().table().spelling
                                                  : quoted_name(m.scene().table().base));
    const backend::Statement statement{"attack.delete",       sql, backend::statement_id(sql, {}), {}, {},
                                       backend::Access::write};
    for (const Role role : {Role::read_only, Role::administrator})
      m.refused({Kind::permission_denied}, "a write past the library", [&] {
        m.database().engine().execute({m.who().attacker, role, {}},
                                      {statement, {}, [](backend::Values) { return true; }});
      });
  }
  static void administrator_as_a_tenant(M& m) {
    m.refused({Kind::invalid_argument}, "a scope of the role administrator",
              [&] { (void)m.attacker(Role::administrator); });
  }

  static constexpr auto list = std::to_array<ApiAttack<T>>({
      {"a transaction of another tenant within one", &nested_transaction},
      {"a scope of another tenant within a transaction", &nested_scope},
      {"an exception within a transaction", &exception_in_transact},
      {"an exception within a stream", &exception_in_a_visitor},
      {"an exception after a batch", &exception_in_a_batch},
      {"a savepoint undone", &savepoint_undone},
      {"an error within a savepoint", &error_in_a_savepoint},
      {"an error within a transaction", &error_in_a_transaction},
      {"a scope used on another thread", &scope_on_another_thread},
      {"threads one after another", &threads_one_after_another},
      {"a transaction moved", &transaction_moved},
      {"a repository after its transaction's end", &store_after_the_end},
      {"writes of a reader", &reader_writes},
      {"writes of a reader in a transaction", &reader_in_a_transaction},
      {"writes of a reader past the library", &reader_writes_at_the_backend},
      {"the role administrator for a tenant", &administrator_as_a_tenant},
  });
};

}  // namespace tenon::testing::detail
