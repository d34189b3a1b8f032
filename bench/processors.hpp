#pragma once

#include <sched.h>

#include <sys/types.h>

namespace tenon_bench {

/// Keeps this process where it is, so that the scheduler's moves are not measured.
class Processors {
 public:
  /// Keeps this process on the last processor.
  static void keep();
  /// Gives all processors back.
  static void release();
};

/// The same for a PostgreSQL server on this machine and for what it forks. When it ends, the server is as
/// it was.
class KeptServer {
 public:
  /// Where it answers this process.
  enum class Place {
    apart,  ///< on the other processors, as in operation
    beside  ///< on this process's own: times are those of the processor, without the wait for a wake-up
  };

  /// `process` is its first one. Nothing is done to a process that is not PostgreSQL's.
  KeptServer(pid_t process, Place place);
  KeptServer(const KeptServer&) = delete;
  KeptServer& operator=(const KeptServer&) = delete;
  ~KeptServer() { release(); }

  /// False where that is not allowed.
  [[nodiscard]] bool keep();
  /// Gives back the processors that it had.
  void release();

 private:
  pid_t process_;
  Place place_;
  cpu_set_t before_{};
  bool known_;
  bool kept_ = false;
};

}  // namespace tenon_bench
