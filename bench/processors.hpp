#pragma once

#include <sys/types.h>

namespace tenon_bench {

/// Keeps who takes part where it is, so that the scheduler's moves are not measured.
class Processors {
 public:
  /// Where a database server answers this process.
  enum class Server {
    apart,  ///< on the other processors, as in operation
    beside  ///< on this process's own: times are those of the processor, without the wait for a wake-up
  };

  /// Keeps this process on the last processor.
  static void keep();
  /// And what `server` forks from now on where it is wanted; false where that is not allowed.
  [[nodiscard]] static bool keep(pid_t server, Server where);
  /// Gives all processors back.
  static void release();
  static void release(pid_t server);
};

}  // namespace tenon_bench
