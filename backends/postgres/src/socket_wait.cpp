#include "socket_wait.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <limits>

#include <poll.h>

namespace tenon::postgres {

[[gnu::hot]] Wait wait_socket(int socket, bool for_reading, bool for_writing,
                              backend::Deadline deadline) noexcept {
  using std::chrono::milliseconds;
  pollfd entry{socket, 0, 0};
  if (for_reading) entry.events = static_cast<short>(entry.events | POLLIN);
  if (for_writing) entry.events = static_cast<short>(entry.events | POLLOUT);
  for (;;) {
    int timeout = -1;
    if (deadline != backend::Deadline::max()) {
      const auto left =
          std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now()).count();
      timeout = static_cast<int>(std::clamp<milliseconds::rep>(left, 0, std::numeric_limits<int>::max()));
    }
    const int ready = poll(&entry, 1, timeout);
    if (ready > 0) return Wait::ready;
    if (ready == 0) return Wait::timed_out;
    if (errno != EINTR) return Wait::lost;
  }
}

}  // namespace tenon::postgres
