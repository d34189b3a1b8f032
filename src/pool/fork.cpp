#include <atomic>
#include <pthread.h>

#include <tenon/detail/fork.hpp>

namespace tenon::detail {

namespace {

std::atomic<std::uint32_t> forks{0};

void count_fork() {
  forks.fetch_add(1, std::memory_order_relaxed);
}

const int registered = pthread_atfork(nullptr, nullptr, &count_fork);

}  // namespace

[[gnu::hot]] std::uint32_t fork_count() noexcept {
  (void)registered;
  return forks.load(std::memory_order_relaxed);
}

}  // namespace tenon::detail
