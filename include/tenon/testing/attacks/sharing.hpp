#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include <tenon/testing/attacks/meeting.hpp>

// One connection for both tenants: alternately, at the same time, killed in mid-scope.

namespace tenon::testing::detail {

template <class T>
struct SharingAttacks {
  using M = Meeting<T>;
  using Kind = Error::Kind;
  static constexpr auto text = AttackTarget<T>::text;

  // Runs `call(is_attacker)` so many times on four threads, for both tenants in turn.
  template <class Call>
  static void alternate(M& m, int calls, Call call) {
    std::atomic<int> wrong{0};
    std::vector<std::string> failures(4);
    std::vector<std::thread> threads;
    for (std::size_t thread = 0; thread < failures.size(); ++thread) {
      threads.emplace_back([&, thread] {
        try {
          for (int i = 0; i < calls / 4; ++i)
            if (!call((static_cast<std::size_t>(i) + thread) % 2 == 0)) ++wrong;
        } catch (const std::exception& error) {
          failures[thread] = error.what();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::string& failure : failures) m.expect(failure.empty(), failure);
    m.expect(wrong == 0,
             std::to_string(wrong) + " of " + std::to_string(calls) + " answers were another's");
  }
  static bool fits(const std::vector<std::string>& texts, bool attacks) {
    if (texts.size() != (attacks ? 2U : 3U)) return false;
    for (const std::string& one : texts)
      if (one.starts_with(victims_marker) == attacks) return false;
    return true;
  }

  static void ten_thousand_times(M& m) {
    const Repository<T> own = m.own();
    const Repository<T> theirs = m.theirs();
    alternate(m, 10'000, [&](bool attacks) {
      std::vector<std::string> texts;
      for (T& row : (attacks ? own : theirs).find().items) texts.push_back(SceneOf<T>::text_of(row));
      return fits(texts, attacks);
    });
  }
  static void raw_statements(M& m) {
    const std::string sql =
        "SELECT " + quoted_name(m.scene().table().text) + " FROM " + m.scene().table().spelling;
    const TenantScope own = m.attacker();
    const TenantScope theirs = m.victim();
    alternate(m, 2'000, [&](bool attacks) {
      return fits((attacks ? own : theirs).template query<std::string>(sql), attacks);
    });
  }
  static void transactions(M& m) {
    const TenantScope own = m.attacker();
    const TenantScope theirs = m.victim();
    alternate(m, 400, [&](bool attacks) {
      Transaction tx = (attacks ? own : theirs).begin();
      const std::uint64_t changed = Repository<T>(tx).patch_where(
          field<text> >= "", set<text>(std::string(attacks ? "own" : victims_marker)));
      if (changed % 2 == 0) tx.rollback();
      return changed == (attacks ? 2U : 3U);
    });
  }
  static void while_statements_fail(M& m) {
    const TenantScope own = m.attacker();
    const TenantScope theirs = m.victim();
    alternate(m, 400, [&](bool attacks) {
      if (attacks)
        return fits(own.template query<std::string>("SELECT " + quoted_name(m.scene().table().text) +
                                                    " FROM " + m.scene().table().spelling),
                    true);
      try {
        (void)theirs.template query<std::int64_t>("SELECT nothing FROM nowhere");
      } catch (const Error&) {
        return true;
      }
      return false;
    });
  }
  static void taken_by_a_transaction(M& m) {
    Transaction tx = m.attacker().begin();
    std::string failure;
    std::atomic<bool> done{false};
    std::uint64_t counted = 0;
    std::thread waiter([&] {
      try {
        counted = m.theirs().count();
      } catch (const std::exception& error) {
        failure = error.what();
      }
      done = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    m.expect(Repository<T>(tx).count() == 2, "a waiter changes the tenant of the one before it");
    tx.rollback();
    waiter.join();
    m.expect(failure.empty() && counted == 3, "a waiter sees other rows: " + failure);
  }
  static void killed_in_a_transaction(M& m) {
    {
      Transaction tx = m.attacker().begin();
      Repository<T>(tx).remove_where(field<text> >= "");
      m.expect(m.scene().backend().kill_connections(m.scene().url()), "nothing was killed");
      m.refused({Kind::unavailable, Kind::outcome_unknown, Kind::internal, Kind::timeout,
                 Kind::serialization_failure},
                "a statement on a killed connection", [&] {
                  (void)Repository<T>(tx).count();
                  tx.commit();
                });
    }
    m.expect(m.theirs().count() == 3, "the victim meets the attacker's connection");
    m.expect(m.own().count() == 2, "a transaction outlives its connection");
  }
  static void killed_between_statements(M& m) {
    m.expect(m.own().count() == 2, "the attacker sees other rows");
    m.expect(m.scene().backend().kill_connections(m.scene().url()), "nothing was killed");
    for (int attempt = 0; attempt < 3; ++attempt) {
      try {
        m.expect(m.theirs().count() == 3, "the victim meets the attacker's tenant");
        return;
      } catch (const Error&) {  // the loss may be told first
      }
    }
    m.expect(false, "the victim is not served any more");
  }

  static constexpr auto list = std::to_array<ApiAttack<T>>({
      {"one connection for two tenants 10,000 times under four threads", &ten_thousand_times},
      {"one connection for raw SQL of two tenants under four threads", &raw_statements},
      {"one connection for transactions of two tenants under four threads", &transactions},
      {"one connection on which the other's statements fail", &while_statements_fail},
      {"one connection that a transaction has taken", &taken_by_a_transaction},
      {"a connection killed in a transaction", &killed_in_a_transaction, Needs::killing},
      {"a connection killed between statements", &killed_between_statements, Needs::killing},
  });
};

}  // namespace tenon::testing::detail
