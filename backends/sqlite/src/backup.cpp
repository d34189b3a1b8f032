#include "backup.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include <tenon/detail/background_thread.hpp>
#include <tenon/detail/owner_only_file.hpp>
#include <tenon/detail/url_text.hpp>

#include "schema_query.hpp"

namespace tenon::sqlite {
namespace {

constexpr int pages_at_once = 1'024;
constexpr std::chrono::milliseconds pause_when_locked{5};

// SQLiteCpp has the extended code in the one place or in the other.
Error failed(const SQLite::Exception& failure) {
  const int extended = failure.getExtendedErrorCode();
  return make_error(nullptr, extended > 0 ? extended : failure.getErrorCode(), backup_subject, false);
}

// The transaction in which a connection of nobody else's reads.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection) : connection_(connection) {
    connection_.begin_deferred();
    try {
      const StatementHandle first =
          prepare_query(connection_.handle(), "SELECT count(*) FROM sqlite_schema", backup_subject);
      (void)next_row(connection_.handle(), first, backup_subject);
      // A file's name that was mistyped gives a new file, whose backups must not push out others.
      if (sqlite3_column_int64(first.get(), 0) == 0) {
        throw Error(
            Error::Kind::schema_mismatch,
            "backup: the database has no table, so that there is nothing to back up; is it the right "
            "one? (a new one: migrate it first)");
      }
    } catch (...) {
      connection_.rollback();
      throw;
    }
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot() { connection_.rollback(); }

 private:
  Connection& connection_;
};

// Asks while a connection works, in a thread of its own, for SQLite asks nobody while it walks through a
// tree (3.40: only whether it was interrupted), and interrupts it.
class Watch {
 public:
  Watch(sqlite3* db, GoOn go_on)
      : db_(db), go_on_(go_on), thread_(tenon::detail::background_thread([this] { watch(); })) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { (void)end(); }

  // What go_on() threw, if it did. Nothing is asked any more.
  [[nodiscard]] std::exception_ptr end() noexcept {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
    return thrown_;
  }

 private:
  void watch() noexcept {
    constexpr std::chrono::milliseconds look{10};
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, look, [this] { return ended_; })) {
      try {
        if (!thrown_) go_on_();
      } catch (...) {
        thrown_ = std::current_exception();
      }
      // Again and again: it is forgotten when no statement runs.
      if (thrown_) sqlite3_interrupt(db_);
    }
  }

  sqlite3* db_;
  GoOn go_on_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::exception_ptr thrown_{};
  std::thread thread_;  // last: it uses all others
};

std::string quick_check(const SQLite::Database& copy) {
  SQLite::Statement check(copy, "PRAGMA quick_check(1)");
  return check.executeStep() ? check.getColumn(0).getString() : "nothing could be read";
}

}  // namespace

void copy_database(Connection& source, const std::string& path, GoOn go_on) {
  tenon::detail::make_owner_only_file(path, backup_subject);  // empty: a database without tables
  const Snapshot snapshot(source);
  try {
    SQLite::Database copy(path, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX);
    // Whoever asked removes what was not finished, and syncs what was.
    copy.exec("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF");
    SQLite::Backup backup(copy, source.database());
    for (;;) {
      const int code = backup.executeStep(pages_at_once);
      if (code == SQLITE_DONE) return;
      go_on();
      if (code != SQLITE_OK) std::this_thread::sleep_for(pause_when_locked);
    }
  } catch (const SQLite::Exception& failure) {
    throw failed(failure);
  }
}

void check_copy(const std::string& path, GoOn go_on) {
  go_on();
  std::string found;
  try {
    // Immutable: the file says that it has a write-ahead log, and there is none
    // (https://sqlite.org/uri.html#uriimmutable).
    const SQLite::Database copy("file:" + tenon::detail::percent_encoded(path) + "?immutable=1",
                                SQLite::OPEN_READONLY | SQLite::OPEN_URI | SQLite::OPEN_NOMUTEX);
    Watch watch(copy.getHandle(), go_on);
    try {
      found = quick_check(copy);
    } catch (const SQLite::Exception&) {
      if (const std::exception_ptr ended = watch.end()) std::rethrow_exception(ended);
      throw;
    }
    // A walk that was interrupted may end with findings that are none.
    if (const std::exception_ptr ended = watch.end()) std::rethrow_exception(ended);
  } catch (const SQLite::Exception& failure) {
    throw failed(failure);
  }
  if (found == "ok") return;
  throw Error(Error::Kind::corrupt,
              "backup: the copy is damaged, and most likely the database, too: " + found);
}

}  // namespace tenon::sqlite
