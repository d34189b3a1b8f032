#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "attack_fixture.hpp"

namespace tenon::postgres::testing {

namespace {

class Threads : public AttackTest {
 protected:
  // Every row that comes back must be of the tenant that asked. Returns the number of those that are not.
  static int wrong_rows(backend::Engine& engine, int calls, bool raw) {
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (int call = 0; call < calls / 4; ++call) {
          const std::string_view tenant = (call + thread) % 2 == 0 ? attacker : victim;
          std::size_t count = 0;
          const auto keep = [&](backend::Values row) {
            ++count;
            if (row[0].bytes() != tenant) ++wrong;
            return true;
          };
          engine.execute({tenant, Role::customer, ""},
                         {all_things(), {}, keep, backend::Deadline::max(), false, raw});
          if (count != (tenant == attacker ? 2U : 3U)) ++wrong;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    return wrong;
  }
};

TEST_F(Threads, ShareOneConnectionBetweenTwoTenantsTenThousandTimes) {
  EXPECT_EQ(wrong_rows(*open_one(), 10'000, false), 0);
}

TEST_F(Threads, ShareOneConnectionForRawStatements) {
  EXPECT_EQ(wrong_rows(*open_one(), 2'000, true), 0);
}

TEST_F(Threads, ShareOneConnectionWithoutPreparedStatements) {
  Config unnamed = config();
  unnamed.pool.size = 1;
  unnamed.pool.max_overflow = 0;
  unnamed.postgres.prepared_statements = false;
  EXPECT_EQ(wrong_rows(*open(unnamed), 2'000, false), 0);
}

TEST_F(Threads, ShareOneConnectionWhileStatementsFail) {
  const auto engine = open_one();
  const Sql bad("bad", "SELECT 1 / (id - id) FROM things", {}, {Type::int64});
  std::atomic<bool> stop{false};
  std::thread noise([&] {
    while (!stop) {
      EXPECT_KIND(Error::Kind::invalid_argument, rows(*engine, victim, bad));
      const auto session = engine->begin({victim, Role::customer, ""}, {});
      rows(*session, all_things());
    }
  });
  EXPECT_EQ(wrong_rows(*engine, 1'000, false), 0);
  stop = true;
  noise.join();
}

}  // namespace

}  // namespace tenon::postgres::testing
