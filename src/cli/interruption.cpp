#include "interruption.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <stop_token>
#include <thread>
#include <utility>

namespace tenon::cli {
namespace {

std::atomic<bool> noted = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal's handler may set no other");

void watch(const std::stop_token& stop, const std::function<void()>& end) {
  constexpr std::chrono::milliseconds look{50};
  for (; !stop.stop_requested(); std::this_thread::sleep_for(look)) {
    if (interrupted()) return end();
  }
}

}  // namespace

void note_interruptions() noexcept {
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) {
    if (std::signal(signal, [](int) { noted = true; }) == SIG_IGN) std::signal(signal, SIG_IGN);
  }
}

bool interrupted() noexcept {
  return noted;
}

WhenInterrupted::WhenInterrupted(std::function<void()> end)
    : watcher_([end = std::move(end)](const std::stop_token& stop) { watch(stop, end); }) {}

}  // namespace tenon::cli
