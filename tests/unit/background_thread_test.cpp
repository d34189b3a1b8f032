#include <csignal>

#include <gtest/gtest.h>

#include <tenon/detail/background_thread.hpp>

namespace {

sigset_t blocked_here() {
  sigset_t now;
  pthread_sigmask(SIG_BLOCK, nullptr, &now);
  return now;
}

TEST(BackgroundThread, LeavesSignalsToTheThreadsOfTheHost) {
  const sigset_t before = blocked_here();
  sigset_t in_thread;
  sigemptyset(&in_thread);
  tenon::detail::background_thread([&] { in_thread = blocked_here(); }).join();
  const sigset_t after = blocked_here();
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGALRM, SIGPROF, SIGUSR1}) {
    EXPECT_EQ(sigismember(&in_thread, signal), 1) << signal;
    EXPECT_EQ(sigismember(&after, signal), sigismember(&before, signal)) << signal;
  }
}

}  // namespace
