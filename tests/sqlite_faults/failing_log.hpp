#pragma once

#include <cstddef>

namespace tenon::test {

// A disk that is full or slow for write-ahead logs when a test says so.
class FailingLog {
 public:
  // Makes it SQLite's default VFS. Once, before the first database is opened.
  static void install();

  // While it lives, the first synchronization of a log that comes fails, with SQLITE_IOERR_FSYNC.
  class OneFailedSync {
   public:
    OneFailedSync();
    OneFailedSync(const OneFailedSync&) = delete;
    OneFailedSync& operator=(const OneFailedSync&) = delete;
    ~OneFailedSync();
  };

  // While it lives, each synchronization of a log takes 3 ms longer.
  class SlowSyncs {
   public:
    SlowSyncs();
    SlowSyncs(const SlowSyncs&) = delete;
    SlowSyncs& operator=(const SlowSyncs&) = delete;
    ~SlowSyncs();
  };

  // While it lives, the first of the logs' writes that comes fails, with SQLITE_FULL.
  class OneFullDisk {
   public:
    OneFullDisk();
    OneFullDisk(const OneFullDisk&) = delete;
    OneFullDisk& operator=(const OneFullDisk&) = delete;
    ~OneFullDisk();
    // Whether a write has failed.
    [[nodiscard]] bool met() const;
  };
};

}  // namespace tenon::test
