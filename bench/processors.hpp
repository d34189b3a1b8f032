#pragma once

#include <sys/types.h>

namespace tenon_bench {

/// Two processes that answer each other in turn, on one processor. On two, each waits for the other's
/// processor to wake up, which takes a virtual machine 0 to 30 us as the mood is and hides what a call
/// costs.
class OneProcessor {
 public:
  /// Takes this process and those that `server` will fork; false where that is not allowed, or the server
  /// is on another machine.
  [[nodiscard]] static bool take(pid_t server);
  /// Gives all processors back.
  static void leave(pid_t server);
};

}  // namespace tenon_bench
