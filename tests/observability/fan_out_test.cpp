#include <stdexcept>

#include <tenon/observers/fan_out.hpp>

#include "events.hpp"

namespace tenon::test {
namespace {

struct Counting final : Observer {
  int heard = 0;
  void opened(const DatabaseIdentity&, std::function<std::optional<PoolStats>()>) override { ++heard; }
  void statement(const StatementEvent&) override { ++heard; }
  void pool(const DatabaseIdentity&, const PoolEvent&) override { ++heard; }
  void migration(const MigrationRun&) override { ++heard; }
};

struct Failing final : Observer {
  void statement(const StatementEvent&) override { throw std::runtime_error("no"); }
};

TEST(FanOut, TellsEveryOneWhateverAnotherThrows) {
  const auto first = std::make_shared<Counting>(), last = std::make_shared<Counting>();
  FanOut all({first, std::make_shared<Failing>(), nullptr, last});
  all.opened(ops(), {});
  all.statement(event("policies.get"));
  all.pool(ops(), PoolEvent{});
  all.migration(migrated());
  EXPECT_EQ(first->heard, 4);
  EXPECT_EQ(last->heard, 4);
}

}  // namespace
}  // namespace tenon::test
