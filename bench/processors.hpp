#pragma once

#include <sys/types.h>

namespace tenon_bench {

/// What one thread at a time does, on one processor. Where a client and a server answer each other in turn
/// on two, each waits for the other's to wake up, which takes a virtual machine 0 to 30 us as the mood is
/// and hides what a call costs.
class OneProcessor {
 public:
  /// Keeps this process there.
  static void take();
  /// And what `server` forks from now on; false where that is not allowed.
  [[nodiscard]] static bool take(pid_t server);
  /// Gives all processors back.
  static void leave();
  static void leave(pid_t server);
};

}  // namespace tenon_bench
