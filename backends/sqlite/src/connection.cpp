#include "connection.hpp"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <SQLiteCpp/Exception.h>

#include "log_gathering.hpp"
#include "schema_query.hpp"
#include "temporary.hpp"
#include "waiting.hpp"
#include "walls.hpp"

namespace tenon::sqlite {
namespace {

using backend::Deadline;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int progress_interval =
    2'000;  // virtual machine steps between two looks at the clock: some 20 µs

// Those that change what a statement checks, finds or gives, and that a migration may have left otherwise.
constexpr auto pragmas_of_statements = {
    "PRAGMA locking_mode=NORMAL",           "PRAGMA query_only=OFF",
    "PRAGMA ignore_check_constraints=OFF",  "PRAGMA recursive_triggers=OFF",
    "PRAGMA reverse_unordered_selects=OFF", "PRAGMA count_changes=OFF"};

SQLite::Database open_database(const ConnectionOptions& options) {
  // Each connection is used by one thread at a time, so SQLite's own mutex would only cost.
  const int access = options.path.empty() || options.writes ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE
                                                            : SQLite::OPEN_READONLY;
  const char* const vfs = !options.path.empty() && options.writes ? gathering_vfs() : nullptr;
  try {
    return {options.path.empty() ? ":memory:" : options.path, access | SQLite::OPEN_NOMUTEX, 0,
            vfs == nullptr ? "" : vfs};
  } catch (const SQLite::Exception& failure) {
    throw make_error(nullptr, failure.getErrorCode(), "open", false);
  }
}

}  // namespace

Connection::Connection(const ConnectionOptions& options)
    : options_(options),
      db_(open_database(options)),
      busy_timeout_(std::min<milliseconds>(options.busy_timeout, tenon::detail::endless)),
      statements_(handle(), touches_rows_),
      raw_statements_(handle(), touches_rows_, Wording::raw_sql),
      guard_(handle(), options.guard) {
  configure();
}

Connection::~Connection() {
  rollback();
}

void Connection::configure() {
  sqlite3* const db = handle();
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_handler(db, &on_busy, this);
  sqlite3_progress_handler(db, progress_interval, &on_progress, this);
  if (options_.writes && sqlite3_db_readonly(db, "main") == 1) {
    throw Error(Error::Kind::read_only, "open: the database file cannot be written; check its permissions",
                {.sqlstate = "25006", .statement = {}, .constraint = {}, .hint = {}});
  }
  if (options_.identity && file_identity(options_.path) != options_.identity) {
    throw Error(
        Error::Kind::corrupt,
        "open: the database file was replaced while it was open; close the database, then open it again",
        {.sqlstate = "58030", .statement = {}, .constraint = {}, .hint = {}});
  }
  if (options_.writes) require_utf8();
  set_pragmas();
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_rollback_hook(db, &on_rollback, this);
  sqlite3_set_authorizer(db, &on_authorize, this);
}

void Connection::set_pragmas() {
  sqlite3* const db = handle();
  pragmas_outstanding_ = true;
  sqlite3_busy_handler(db, &on_busy, this);  // PRAGMA busy_timeout takes its place
  for (const auto& [option, value] : {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                      {SQLITE_DBCONFIG_DQS_DML, 0},
                                      {SQLITE_DBCONFIG_DQS_DDL, 0},
                                      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                      {SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0},
                                      {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
                                      {SQLITE_DBCONFIG_ENABLE_FKEY, 1}}) {
    sqlite3_db_config(db, option, value, nullptr);
  }
  if (options_.cache_kibibytes > 0) {
    pragma(("PRAGMA cache_size=-" + std::to_string(options_.cache_kibibytes)).c_str());
  }
  if (!options_.writes) {
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    pragma("PRAGMA schema_version");  // reads the file's head: a file that is no database is told here
    pragmas_outstanding_ = false;
    return;
  }
  for (const char* const as_it_is_opened : pragmas_of_statements) pragma(as_it_is_opened);
  pragma(options_.synchronous == Synchronous::full ? "PRAGMA synchronous=FULL"
                                                   : "PRAGMA synchronous=NORMAL");
  if (!options_.path.empty()) write_ahead();
  pragma("PRAGMA schema_version");  // opens the log of a file that is new
  gather_log_writes(db, options_.synchronous == Synchronous::full);
  pragmas_outstanding_ = false;
  sqlite3_wal_hook(db, &on_commit, this);  // takes the place of SQLite's checkpoint within COMMIT
}

// In UTF-16 some texts that differ are stored as the same one.
void Connection::require_utf8() {
  const StatementHandle encoding = prepare_own("PRAGMA encoding");
  if (const int code = sqlite3_step(encoding.get()); code != SQLITE_ROW) throw error(code, "open");
  const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(encoding.get(), 0));
  if (text != nullptr && std::string_view(text) == "UTF-8") return;
  throw Error(
      Error::Kind::unsupported,
      "open: the database file keeps its text in UTF-16; copy its tables into a new file, which keeps "
      "it in UTF-8");
}

void Connection::write_ahead() {
  // SQLite asks the busy handler for no lock that could deadlock, and this is one while others read the
  // file in its first journal mode, as starters at once do with a new file.
  const Deadline end = wait_end(Deadline::max(), busy_timeout_);
  for (;;) {
    const StatementHandle mode = prepare_own("PRAGMA journal_mode=WAL");
    const int code = sqlite3_step(mode.get());
    if (code == SQLITE_ROW) {
      const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(mode.get(), 0));
      if (text != nullptr && std::string_view(text) == "wal") return;
      throw Error(
          Error::Kind::unsupported,
          "open: the file system of the database has no shared memory, which write-ahead logging needs; "
          "put the file on a local disk");
    }
    if ((code & 0xFF) != SQLITE_BUSY || steady_clock::now() >= end) throw error(code, "open");
    std::this_thread::sleep_for(milliseconds{5});
  }
}

void Connection::pragma(const char* sql) {
  const StatementHandle statement = prepare_own(sql);
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement.get());
  if (code != SQLITE_DONE) throw error(code, "open");
}

void Connection::detach_all() {
  std::vector<std::string> names;
  const StatementHandle list = prepare_query(handle(), "PRAGMA database_list", "detach");
  while (next_row(handle(), list, "detach")) names.push_back(text_column(list, 1));
  for (const std::string& name : names) {
    if (name == "main" || name == "temp") continue;
    const StatementHandle detach = prepare_own("DETACH " + quoted_name(name));
    if (const int code = step_own(detach.get()); code != SQLITE_OK) throw error(code, "detach");
  }
}

void Connection::make_fully_synchronous() {
  pragma("PRAGMA synchronous=FULL");
  options_.synchronous = Synchronous::full;
  gather_log_writes(handle(), true);
}

class Connection::ModeChange {
 public:
  ModeChange(Mode& mode, Mode to) noexcept : mode_(mode), before_(std::exchange(mode, to)) {}
  ModeChange(const ModeChange&) = delete;
  ModeChange& operator=(const ModeChange&) = delete;
  ~ModeChange() { mode_ = before_; }

 private:
  Mode& mode_;
  Mode before_;
};

BorrowedStatement Connection::borrow(const backend::Statement& statement) {
  const ModeChange change(mode_, Mode::generated);
  return statements_.borrow(statement);
}

BorrowedStatement Connection::borrow_raw(const backend::Statement& statement) {
  (void)guard_.take_asked();
  if (guard_.installed()) {
    if (PreparedStatement* const ready = raw_statements_.find(statement)) return BorrowedStatement(*ready);
  }
  guard_.refresh(statement.name);
  const ModeChange change(mode_, Mode::raw);
  return raw_statements_.borrow(statement);
}

int Connection::step_raw(BorrowedStatement& statement) noexcept {
  const ModeChange change(mode_, Mode::raw);
  return statement.step();
}

Error Connection::error(int code, std::string_view subject, Wording wording) const {
  const bool passed = deadline_ != Deadline::max() && steady_clock::now() >= deadline_;
  return make_error(handle(), code, subject, passed, wording);
}

StatementHandle Connection::prepare_own(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) throw error(code, "open");
  return StatementHandle(raw);
}

int Connection::step_own(sqlite3_stmt* statement) noexcept {
  sqlite3_step(statement);
  return sqlite3_reset(statement);
}

void Connection::run_fixed(Fixed which, std::string_view subject) {
  static constexpr std::array<std::string_view, fixed_count> texts{"BEGIN IMMEDIATE", "BEGIN", "COMMIT",
                                                                   "ROLLBACK"};
  if (!fixed_[which]) fixed_[which] = prepare_own(texts[which]);
  if (const int code = step_own(fixed_[which].get()); code != SQLITE_OK) throw error(code, subject);
}

void Connection::begin_immediate(Deadline deadline) {
  const Limit limit(*this, deadline);
  guard_.restore();
  try {
    run_fixed(fixed_begin_immediate, "begin");
  } catch (...) {
    rollback();  // who gets the connection next must not work in a transaction of nobody's
    throw;
  }
}

void Connection::begin_deferred() {
  guard_.restore();
  run_fixed(fixed_begin_deferred, "begin");
}

void Connection::commit() {
  try {
    run_fixed(fixed_commit, "commit");
  } catch (const Error& failure) {
    const int code = sqlite3_extended_errcode(handle());
    rollback();
    if (failed_to_sync(code)) throw outcome_unknown(failure);
    throw;
  }
}

void Connection::rollback() noexcept {
  if (!in_transaction()) return;
  if (fixed_[fixed_rollback]) {
    step_own(fixed_[fixed_rollback].get());
  } else {
    sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

Connection::SavepointStatements& Connection::savepoint_statements(unsigned depth) {
  while (savepoints_.size() <= depth) {
    const std::string name = "tenon_" + std::to_string(savepoints_.size());
    savepoints_.push_back({prepare_own("SAVEPOINT " + name), prepare_own("RELEASE " + name),
                           prepare_own("ROLLBACK TO " + name)});
  }
  return savepoints_[depth];
}

void Connection::savepoint(unsigned depth) {
  if (const int code = step_own(savepoint_statements(depth).savepoint.get()))
    throw error(code, "savepoint");
}

void Connection::release(unsigned depth) {
  if (const int code = step_own(savepoint_statements(depth).release.get()))
    throw error(code, "release savepoint");
}

void Connection::rollback_to(unsigned depth) {
  if (const int code = step_own(savepoint_statements(depth).rollback_to.get())) {
    throw error(code, "rollback to savepoint");
  }
  guard_.rolled_back();
}

int Connection::checkpoint(int mode, milliseconds patience) noexcept {
  const milliseconds usual = std::exchange(busy_timeout_, patience);
  int frames = 0;
  int done = 0;
  const int code = sqlite3_wal_checkpoint_v2(handle(), "main", mode, &frames, &done);
  busy_timeout_ = usual;
  if (code != SQLITE_OK && code != SQLITE_BUSY) return -1;
  return frames < 0 ? -1 : frames - done;
}

int Connection::on_busy(void* self, int calls) {
  static constexpr std::array<int, 6> pauses_ms{1, 2, 5, 10, 15, 20};
  auto& connection = *static_cast<Connection*>(self);
  const auto now = steady_clock::now();
  if (calls == 0) connection.busy_since_ = now;
  const auto end =
      std::min<Deadline>(connection.busy_since_ + connection.busy_timeout_, connection.deadline_);
  if (now >= end) return 0;
  const milliseconds pause(
      pauses_ms[std::min<std::size_t>(static_cast<std::size_t>(calls), pauses_ms.size() - 1)]);
  std::this_thread::sleep_for(std::min<steady_clock::duration>(pause, end - now));
  return 1;
}

// SQLite asks once more when a statement has ended and what it did is kept, its commit included (vdbe.c, at
// vdbe_return): to stop it then would tell of a failure that there was not.
int Connection::on_progress(void* self) {
  const auto& connection = *static_cast<const Connection*>(self);
  if (connection.deadline_ == Deadline::max() || steady_clock::now() < connection.deadline_) return 0;
  sqlite3* const db = connection.handle();
  for (sqlite3_stmt* one = nullptr; (one = sqlite3_next_stmt(db, one)) != nullptr;) {
    if (sqlite3_stmt_busy(one) != 0) return 1;
  }
  return 0;
}

int Connection::on_authorize(void* self, int action, const char* first, const char* second,
                             const char* database, const char* within) {
  auto& connection = *static_cast<Connection*>(self);
  if (connection.mode_ == Mode::own) return SQLITE_OK;
  if (connection.mode_ == Mode::raw && walls.authorizer) {
    connection.touches_rows_ = true;  // what touches none is refused
    return connection.guard_.authorize(action, first, second, database, within);
  }
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      connection.touches_rows_ = true;
      return SQLITE_OK;
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

int Connection::on_commit(void* self, sqlite3* /*db*/, const char* database, int pages) {
  if (std::string_view(database) == "main") static_cast<Connection*>(self)->wal_pages_ = pages;
  return SQLITE_OK;
}

void Connection::on_rollback(void* self) {
  auto& connection = *static_cast<Connection*>(self);
  forget_gathered_log(connection.handle());
  connection.guard_.rolled_back();
}

Connection::Privilege::Privilege(Connection& connection) : connection_(connection) {
  connection_.guard_.suspend();
  gather_log_writes(connection_.handle(), false);  // a migration may change how commits reach the disk
  sqlite3_limit(connection_.handle(), SQLITE_LIMIT_ATTACHED, 10);
  sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
}

void Connection::Privilege::renew() {
  connection_.detach_all();
  connection_.set_pragmas();
  drop_temporary(connection_.handle());
  gather_log_writes(connection_.handle(), false);
  sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
}
Connection::Privilege::~Privilege() {
  connection_.rollback();
  try {
    connection_.pragma("PRAGMA query_only=OFF");
    drop_temporary(connection_.handle());
  } catch (...) {  // the next migration's renew() tries again
  }
  connection_.guard_.resume();
  try {
    connection_.detach_all();
  } catch (...) {  // the next migration's renew() tries again
  }
  sqlite3_limit(connection_.handle(), SQLITE_LIMIT_ATTACHED, 0);
  try {
    connection_.set_pragmas();
  } catch (...) {  // the next who gets the connection tries again
    sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  }
}

}  // namespace tenon::sqlite
