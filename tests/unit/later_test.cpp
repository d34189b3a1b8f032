#include <chrono>

#include <gtest/gtest.h>

#include <tenon/detail/later.hpp>
#include <tenon/detail/recent_time.hpp>

namespace tenon::detail {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using Never = steady_clock::time_point;

TEST(Later, IsThatMuchLater) {
  const auto now = steady_clock::now();
  EXPECT_EQ(later(now, 20ms), now + 20ms);
  EXPECT_EQ(later(now, 0s), now);
  EXPECT_EQ(later(now, 364 * 24h), now + 364 * 24h);
}

TEST(Later, NeverComesWhereAddingWouldOverflow) {
  const auto now = steady_clock::now();
  EXPECT_EQ(later(now, std::chrono::nanoseconds::max()), Never::max());
  EXPECT_EQ(later(now, std::chrono::milliseconds::max()), Never::max());
  EXPECT_EQ(later(now, std::chrono::seconds::max()), Never::max());
  EXPECT_EQ(later(now, 365 * 24h), Never::max());
  EXPECT_EQ(later(Never::max(), 1s), Never::max());
  EXPECT_EQ(time_after(std::chrono::milliseconds::max()), Never::max());
}

}  // namespace
}  // namespace tenon::detail
