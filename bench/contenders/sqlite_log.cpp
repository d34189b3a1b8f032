#include "sqlite_log.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

#ifdef TENON_BENCH_SQLITE
#include <sqlite3.h>

namespace tenon_bench {

void SqliteLog::Close::operator()(sqlite3* db) const noexcept {
  sqlite3_close(db);
}

sqlite3* SqliteLog::connection() {
  if (connection_) return connection_.get();
  sqlite3* db = nullptr;
  const int code =
      sqlite3_open_v2(file_.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  connection_.reset(db);
  // The first statement finds out that the file has a log; before it a checkpoint would do nothing.
  if (code != SQLITE_OK || sqlite3_exec(db, "PRAGMA user_version", nullptr, nullptr, nullptr) != SQLITE_OK)
    throw std::runtime_error("the log of " + file_ + " cannot be opened: " + sqlite3_errmsg(db));
  return db;
}

void SqliteLog::empty() {
  if (file_.empty()) return;
  sqlite3* const db = connection();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < end) {
    int pages = 0;
    int moved = 0;
    const int code = sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
    if (code == SQLITE_OK && pages == moved) return;
    if (code != SQLITE_OK && code != SQLITE_BUSY)
      throw std::runtime_error("the log of " + file_ + " cannot be emptied: " + sqlite3_errmsg(db));
    std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
  throw std::runtime_error("the log of " + file_ + " cannot be emptied: somebody still reads an old state");
}

}  // namespace tenon_bench

#else

namespace tenon_bench {

void SqliteLog::Close::operator()(sqlite3*) const noexcept {}
void SqliteLog::empty() {}

}  // namespace tenon_bench

#endif
