#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <sqlite3.h>

#include <tenon/backend/statement.hpp>
#include <tenon/config.hpp>
#include <tenon/detail/later.hpp>

#include "error_map.hpp"
#include "file_identity.hpp"
#include "guard.hpp"
#include "statement_cache.hpp"

namespace tenon::sqlite {

struct ConnectionOptions {
  std::string path;  // empty: a database in memory
  bool writes = false;
  Synchronous synchronous = Synchronous::full;
  std::chrono::milliseconds busy_timeout{5'000};
  std::size_t cache_kibibytes = 0;  // most to keep pages in; 0: SQLite's own
  GuardOptions guard{};
  std::optional<FileIdentity> identity{};  // the file that the path must lead to
};

// One SQLite connection with its statements and the limits of the call that uses it.
//
// Calls of the data path may only read and change rows: schema changes, PRAGMA, ATTACH and transaction
// statements in their text are refused by an authorizer (asked when a statement is prepared, so it costs
// nothing later). Double-quoted text is always an identifier.
//
// The host's own SQL runs on the same connection, so that it takes part in the transaction, but behind the
// Guard: it is prepared, and stepped, in a mode of its own, for SQLite may prepare a statement again when
// it is stepped. Its prepared statements are kept apart from the library's.
//
// Thread safety: none; whoever holds the connection uses it alone.
class Connection {
 public:
  // Opens the file, for a writer creating it, and sets the pragmas. Throws Error.
  explicit Connection(const ConnectionOptions& options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  [[nodiscard]] sqlite3* handle() const noexcept { return db_.getHandle(); }
  // For SQLiteCpp's own classes.
  [[nodiscard]] SQLite::Database& database() noexcept { return db_; }
  // The statement, prepared as one of the data path.
  [[nodiscard]] BorrowedStatement borrow(const backend::Statement& statement);
  // The host's own statement, prepared behind the guard.
  [[nodiscard]] BorrowedStatement borrow_raw(const backend::Statement& statement);
  [[nodiscard]] int step_raw(BorrowedStatement& statement) noexcept;
  [[nodiscard]] Guard& guard() noexcept { return guard_; }

  [[nodiscard]] bool in_transaction() const noexcept { return sqlite3_get_autocommit(handle()) == 0; }
  void begin_immediate(backend::Deadline deadline);
  void begin_deferred();
  // Throws Error when it failed; the transaction is rolled back then.
  void commit();
  void rollback() noexcept;
  // Savepoints named by their depth; 0 is the one of a write within a group.
  void savepoint(unsigned depth);
  void release(unsigned depth);
  void rollback_to(unsigned depth);

  // Limits what runs while it lives: a statement past the deadline is cancelled, and so is a wait for
  // another process's lock.
  class Limit {
   public:
    Limit(Connection& connection, backend::Deadline deadline) noexcept
        : connection_(connection), outer_(connection.deadline_) {
      if (deadline < outer_) connection_.deadline_ = deadline;
    }
    Limit(const Limit&) = delete;
    Limit& operator=(const Limit&) = delete;
    ~Limit() { connection_.deadline_ = outer_; }

   private:
    Connection& connection_;
    backend::Deadline outer_;
  };
  // Lets a migration do what the data path may not; ends by setting the pragmas anew.
  class Privilege {
   public:
    explicit Privilege(Connection& connection);
    Privilege(const Privilege&) = delete;
    Privilege& operator=(const Privilege&) = delete;
    ~Privilege();
    // Sets the pragmas anew, drops what is temporary, and keeps the privilege. Outside a transaction.
    // Throws Error.
    void renew();

   private:
    Connection& connection_;
  };

  // The Error for a result code of this connection.
  [[nodiscard]] Error error(int code, std::string_view subject, Wording wording = Wording::data_path) const;

  // Pages in the write-ahead log after the newest commit; 0 before the first.
  [[nodiscard]] int wal_pages() const noexcept { return wal_pages_; }
  // SQLITE_CHECKPOINT_PASSIVE or _RESTART; waits for readers no longer than `patience`. Returns the frames
  // left over, or -1 when it could not run.
  int checkpoint(int mode, std::chrono::milliseconds patience) noexcept;
  [[nodiscard]] std::chrono::milliseconds busy_timeout() const noexcept { return busy_timeout_; }
  // For another's lock, instead of the timeout of the options where it is less.
  void wait_at_most(std::chrono::milliseconds longest) noexcept {
    busy_timeout_ =
        std::min({longest, options_.busy_timeout, std::chrono::milliseconds(tenon::detail::endless)});
  }
  // Raises the durability to FULL; between transactions only. Throws Error.
  void make_fully_synchronous();
  // Sets the pragmas that the end of a privilege could not. Throws Error.
  void renew_pragmas() {
    if (pragmas_outstanding_) set_pragmas();
  }
  [[nodiscard]] bool fully_synchronous() const noexcept {
    return options_.synchronous == Synchronous::full;
  }

 private:
  enum class Mode : std::uint8_t {
    own,        // this class's and the migrations' statements
    generated,  // a statement of the library is being prepared
    raw         // a statement of the host is being prepared, or stepped
  };
  class ModeChange;
  enum Fixed : std::uint8_t {
    fixed_begin_immediate,
    fixed_begin_deferred,
    fixed_commit,
    fixed_rollback,
    fixed_count
  };
  struct SavepointStatements {
    StatementHandle savepoint;
    StatementHandle release;
    StatementHandle rollback_to;
  };

  void configure();
  void set_pragmas();
  // What a migration attached.
  void detach_all();
  void write_ahead();
  void require_utf8();
  void pragma(const char* sql);
  void run_fixed(Fixed which, std::string_view subject);
  SavepointStatements& savepoint_statements(unsigned depth);
  [[nodiscard]] StatementHandle prepare_own(std::string_view sql);
  int step_own(sqlite3_stmt* statement) noexcept;

  static int on_busy(void* self, int calls);
  static int on_progress(void* self);
  static int on_authorize(void* self, int action, const char*, const char*, const char*, const char*);
  static int on_commit(void* self, sqlite3*, const char*, int pages);
  static void on_rollback(void* self);

  ConnectionOptions options_;
  SQLite::Database db_;
  backend::Deadline deadline_ = backend::Deadline::max();
  std::chrono::steady_clock::time_point busy_since_{};
  std::chrono::milliseconds busy_timeout_;
  Mode mode_ = Mode::own;
  bool pragmas_outstanding_ = false;
  bool touches_rows_ = false;  // the statement that is being prepared reads or changes rows
  int wal_pages_ = 0;
  std::array<StatementHandle, fixed_count> fixed_;
  std::vector<SavepointStatements> savepoints_;
  StatementCache statements_;
  StatementCache raw_statements_;
  Guard guard_;
};

}  // namespace tenon::sqlite
