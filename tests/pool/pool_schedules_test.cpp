#include <chrono>
#include <cstddef>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "pool/pool_state.hpp"
#include "pool_model.hpp"

namespace tenon::backend::pool {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::vector<PoolOptions> small_pools() {
  std::vector<PoolOptions> pools;
  for (const auto& [size, overflow] : {std::pair{1U, 0U}, {1U, 1U}, {2U, 1U}, {0U, 1U}}) {
    PoolOptions pool;
    pool.size = size;
    pool.max_overflow = overflow;
    pool.max_lifetime = seconds(2);
    pool.idle_timeout = milliseconds(700);
    pool.overflow_linger = milliseconds(pools.size() % 2 == 0 ? 300 : 0);
    pool.leak_after = milliseconds(500);
    pool.min_idle = pools.size() == 2 ? 1 : 0;
    pool.max_connecting = 2;
    pools.push_back(pool);
  }
  return pools;
}

std::size_t explore(const Model& model, unsigned depth) {
  if (depth == 0) return 1;
  std::size_t states = 1;
  for (int event = 0; event < Model::event_count; ++event) {
    Model next = model;
    if (!next.apply(static_cast<Model::Event>(event), 0.5)) continue;
    if (::testing::Test::HasFailure()) return states;
    states += explore(next, depth - 1);
  }
  return states;
}

TEST(PoolSchedules, KeepsItsPromisesInEverySequenceOfEvents) {
  for (const PoolOptions& pool : small_pools()) {
    EXPECT_GT(explore(Model(pool), 6), 10'000U);
    ASSERT_FALSE(HasFailure()) << "size " << pool.size << ", overflow " << pool.max_overflow;
  }
}

TEST(PoolSchedules, KeepsItsPromisesInLongRandomSchedules) {
  std::vector<PoolOptions> pools = small_pools();
  PoolOptions large;
  large.size = 4;
  large.max_overflow = 4;
  large.min_idle = 2;
  large.max_lifetime = seconds(5);
  large.idle_timeout = seconds(2);
  pools.push_back(large);
  using Event = Model::Event;
  const std::vector<Event> everyday = {Event::arrive, Event::give_back, Event::work, Event::connected,
                                       Event::closed};
  for (std::size_t pool = 0; pool < pools.size(); ++pool) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
      std::mt19937 random(seed);
      std::uniform_real_distribution<double> part(0.0, 0.999);
      std::uniform_int_distribution<int> any(0, static_cast<int>(Model::Event::outdate));
      Model model(pools[pool]);
      for (int step = 0; step < 3'000; ++step) {
        const bool usual = part(random) < 0.6;
        model.apply(usual ? everyday[static_cast<std::size_t>(any(random)) % everyday.size()]
                          : static_cast<Model::Event>(any(random)),
                    part(random));
        // A schedule of many arrivals would only ever see a long queue.
        if (model.state().waiting() > 12) model.apply(Model::Event::leave, part(random));
        ASSERT_FALSE(HasFailure()) << "pool " << pool << ", seed " << seed << ", step " << step;
      }
      EXPECT_GT(model.served(), 100U);
      EXPECT_TRUE(model.serves_everybody()) << "pool " << pool << ", seed " << seed;
      model.apply(Model::Event::close, 0.5);
    }
  }
}

}  // namespace

}  // namespace tenon::backend::pool
