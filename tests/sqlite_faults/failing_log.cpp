#include "failing_log.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include <sqlite3.h>

namespace tenon::test {
namespace {

std::atomic<bool> next_write_fails{false};
std::atomic<bool> next_sync_fails{false};
std::atomic<bool> syncs_are_slow{false};
sqlite3_vfs* below = nullptr;
sqlite3_vfs vfs{};
sqlite3_io_methods log_methods{};
const sqlite3_io_methods* log_methods_below = nullptr;

int write_log(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  if (next_write_fails.exchange(false)) return SQLITE_FULL;
  return log_methods_below->xWrite(file, data, size, offset);
}

int sync_log(sqlite3_file* file, int flags) {
  if (next_sync_fails.exchange(false)) return SQLITE_IOERR_FSYNC;
  if (syncs_are_slow) std::this_thread::sleep_for(std::chrono::milliseconds(3));
  return log_methods_below->xSync(file, flags);
}

int open_file(sqlite3_vfs* /*self*/, const char* name, sqlite3_file* file, int flags, int* flags_used) {
  const int code = below->xOpen(below, name, file, flags, flags_used);
  if (code == SQLITE_OK && (flags & SQLITE_OPEN_WAL) != 0) {
    if (log_methods_below == nullptr) {
      log_methods_below = file->pMethods;
      log_methods = *log_methods_below;
      log_methods.xWrite = &write_log;
      log_methods.xSync = &sync_log;
    }
    file->pMethods = &log_methods;
  }
  return code;
}

}  // namespace

void FailingLog::install() {
  below = sqlite3_vfs_find(nullptr);
  vfs = *below;
  vfs.zName = "unix-failing-log";
  vfs.pNext = nullptr;
  vfs.xOpen = &open_file;
  if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK) throw std::runtime_error("the VFS was not registered");
}

FailingLog::OneFailedSync::OneFailedSync() {
  next_sync_fails = true;
}

FailingLog::OneFailedSync::~OneFailedSync() {
  next_sync_fails = false;
}

FailingLog::SlowSyncs::SlowSyncs() {
  syncs_are_slow = true;
}

FailingLog::SlowSyncs::~SlowSyncs() {
  syncs_are_slow = false;
}

FailingLog::OneFullDisk::OneFullDisk() {
  next_write_fails = true;
}

FailingLog::OneFullDisk::~OneFullDisk() {
  next_write_fails = false;
}

bool FailingLog::OneFullDisk::met() const {
  return !next_write_fails;
}

}  // namespace tenon::test
