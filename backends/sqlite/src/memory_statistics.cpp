#include "memory_statistics.hpp"

#include <sqlite3.h>

namespace tenon::sqlite {

void stop_memory_statistics() noexcept {
  [[maybe_unused]] static const bool once = [] {
    // Once SQLite is initialized it refuses, and tells the host's error log of a misuse.
    if (sqlite3_memory_used() == 0) sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return true;
  }();
}

}  // namespace tenon::sqlite
