#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include <tenon/migration_progress.hpp>

namespace tenon::cli {

/// Shows how far a migrator is: a line on standard output for every file that is done, and on a terminal
/// that is not dumb, meanwhile, one changing line on standard error with the file, its statement and the
/// time.
class MigrateProgress {
 public:
  explicit MigrateProgress(bool quiet);
  MigrateProgress(const MigrateProgress&) = delete;
  MigrateProgress& operator=(const MigrateProgress&) = delete;
  ~MigrateProgress();

  [[nodiscard]] MigrationObserver observer();

 private:
  void see(const MigrationProgress& progress);
  void tell(const MigrationProgress& progress);
  void paint();
  void wipe();
  void tick(std::stop_token stop);

  bool quiet_;
  bool terminal_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string line_;  // what is under way; empty: nothing
  std::chrono::steady_clock::time_point since_{};
  bool painted_ = false;
  bool output_failed_ = false;
  std::jthread ticker_;
};

}  // namespace tenon::cli
