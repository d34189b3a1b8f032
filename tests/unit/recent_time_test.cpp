#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include <tenon/detail/recent_time.hpp>

namespace tenon::detail {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

TEST(RecentTime, IsNeverAheadOfTheSteadyClock) {
  for (int i = 0; i < 1'000; ++i) {
    const auto recent = recent_time();
    EXPECT_LE(recent, steady_clock::now());
  }
}

TEST(RecentTime, FollowsTheSteadyClock) {
  const auto before = steady_clock::now();
  std::this_thread::sleep_for(100ms);
  EXPECT_GE(recent_time(), before);
}

TEST(RecentTime, EndsShortLimitsExactly) {
  const auto before = steady_clock::now();
  const auto end = time_after(20ms);
  EXPECT_GE(end, before + 20ms);
  EXPECT_LE(end, steady_clock::now() + 20ms);
}

TEST(RecentTime, EndsLongLimitsWithinATick) {
  const auto before = recent_time();
  const auto end = time_after(30s);
  EXPECT_LE(end, steady_clock::now() + 30s + recent_time_lag);
  EXPECT_GE(end, before + 30s);
}

TEST(RecentTime, TellsExactlyWhatHasCome) {
  EXPECT_TRUE(has_come(steady_clock::now()));
  EXPECT_FALSE(has_come(steady_clock::now() + 1h));
  const auto soon = steady_clock::now() + recent_time_lag / 2;
  while (!has_come(soon)) {
  }
  EXPECT_GE(steady_clock::now(), soon);
}

}  // namespace
}  // namespace tenon::detail
