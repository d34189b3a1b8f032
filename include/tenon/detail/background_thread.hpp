#pragma once

#include <csignal>
#include <thread>
#include <utility>

namespace tenon::detail {

/// A thread of the library's own, which leaves all signals to the host's (signal(7): one that is for the
/// process goes to any thread that does not block it). Throws std::system_error where there is none to be
/// had.
template <class Work>
[[nodiscard]] std::thread background_thread(Work&& work) {
  struct SignalsBlocked {
    SignalsBlocked() {
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_SETMASK, &all, &before);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before, nullptr); }
    sigset_t before{};
  };
  const SignalsBlocked inherited;
  return std::thread(std::forward<Work>(work));
}

}  // namespace tenon::detail
