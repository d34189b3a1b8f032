#include <optional>
#include <string>

#include <tenon/detail/row_buffer.hpp>

#include "codec.hpp"
#include "execute.hpp"
#include "walls.hpp"

namespace tenon::sqlite {
namespace {

using backend::Access;

// Whether a step that ended so may have failed at a value in a row. Not at what is written: the guard's
// triggers write nothing but the tenant's own.
bool may_tell_of_a_row(int code) noexcept {
  switch (code & 0xFF) {
    case SQLITE_ROW:
    case SQLITE_DONE:
    case SQLITE_CONSTRAINT:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_SCHEMA:
    case SQLITE_INTERRUPT:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return false;
    default:
      return true;
  }
}

// A raw statement on its way: steps it in the guard's mode.
class RawRun {
 public:
  RawRun(Connection& connection, const backend::Call& call, Progress& progress)
      : connection_(connection),
        call_(call),
        progress_(progress),
        statement_(connection.borrow_raw(call.statement)),
        changed_before_(sqlite3_total_changes64(connection.handle())) {}

  std::uint64_t run() {
    bind_all(statement_.get(), call_.statement.parameters, call_.parameters, uuids_, name());
    int code = step_through();
    if (may_tell_of_a_row(code) && walls.error_fence) code = run_fenced();
    if (failure_) throw *failure_;
    if (code != SQLITE_DONE && code != SQLITE_ROW) throw error(code);
    if (code = statement_.reset(); code != SQLITE_OK) throw error(code);
    if (statement_.reads_only()) return rows_;
    // sqlite3_changes() does not count what a trigger does in place of a change to a view.
    return static_cast<std::uint64_t>(sqlite3_total_changes64(connection_.handle()) - changed_before_);
  }

 private:
  [[nodiscard]] std::string_view name() const noexcept { return call_.statement.name; }
  [[nodiscard]] Error error(int code) const { return connection_.error(code, name(), Wording::raw_sql); }

  // SQLITE_DONE; SQLITE_ROW when the caller wants no more rows; or an error's code, with `failure_` where
  // SQLite no longer has its text.
  int step_through() {
    const int first = first_step();
    return call_.statement.columns.empty() ? skip_rows(first) : deliver_rows(first);
  }

  // SQLite may look at a row before it looks at whose it is, so that an error may have come of another
  // tenant's. It is as if it had not run, then, and runs behind the fence: that error is its own.
  int run_fenced() {
    failure_.reset();
    statement_.reset();
    if (call_.statement.access == Access::write) {
      connection_.rollback_to(0);
      connection_.guard().refresh(name());
    }
    if (rows_ > 0) call_.start_over();
    rows_ = 0;
    changed_before_ = sqlite3_total_changes64(connection_.handle());
    const Guard::Fence fence(connection_.guard());
    const int code = step_through();
    if (code != SQLITE_DONE && code != SQLITE_ROW && !failure_) failure_ = error(code);
    statement_.reset();
    return code;
  }

  // SQLite prepares a statement again when the schema changed, behind the guard of the schema as it was, or
  // sees for the first time when it prepares one that it did. A read is begun again then, with the guard of
  // today; for a write the guard was made anew under the write lock.
  int first_step() {
    static constexpr int most_attempts = 8;
    for (int attempt = 1;; ++attempt) {
      const int code = connection_.step_raw(statement_);
      if (!connection_.guard().take_asked() || !statement_.reads_only()) return code;
      if (code == SQLITE_ROW || code == SQLITE_DONE) {
        if (!connection_.guard().outdated()) return code;
        statement_.reset();
      } else {
        failure_ = error(code);
        statement_.reset();
        if (!connection_.guard().outdated()) return code;
        failure_.reset();
      }
      if (attempt == most_attempts) throw error(SQLITE_SCHEMA);
      connection_.guard().refresh(name());
    }
  }

  int skip_rows(int code) {
    for (; code == SQLITE_ROW; code = connection_.step_raw(statement_)) ++rows_;
    return code;
  }

  int deliver_rows(int code) {
    tenon::detail::RowBuffer buffer(call_.statement.columns.size());
    for (; code == SQLITE_ROW; code = connection_.step_raw(statement_)) {
      read(buffer.row());
      ++rows_;
      progress_.rows_delivered = true;
      if (!call_.rows(buffer.row())) break;
    }
    return code;
  }

  void read(std::span<backend::Value> row) {
    const backend::Statement& declared = call_.statement;
    if (static_cast<std::size_t>(sqlite3_data_count(statement_.get())) != declared.columns.size()) {
      throw Error(Error::Kind::schema_mismatch,
                  std::string(name()) + ": the result no longer has as many columns as the struct",
                  {.sqlstate = "42804", .statement = std::string(name()), .constraint = {}, .hint = {}});
    }
    try {
      read_row(statement_.get(), declared.columns, row, name(), Origin::host);
    } catch (const Error& failure) {
      if (failure.kind() != Error::Kind::corrupt) throw;
      // The host chose both the result's columns and the members.
      throw Error(Error::Kind::schema_mismatch,
                  std::string(name()) + ": a column of the result is not of its member's type",
                  {.sqlstate = "42804", .statement = std::string(name()), .constraint = {}, .hint = {}});
    }
  }

  Connection& connection_;
  const backend::Call& call_;
  Progress& progress_;
  UuidTexts uuids_;
  BorrowedStatement statement_;
  std::int64_t changed_before_;
  std::uint64_t rows_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

std::uint64_t execute_raw(Connection& connection, const backend::Call& call, std::string_view tenant,
                          Progress& progress) {
  const Connection::Limit limit(connection, call.deadline);
  const Guard::Binding binding(connection.guard(), tenant, call.statement.name);
  if (call.statement.access == Access::write) connection.guard().refresh(call.statement.name);
  return RawRun(connection, call, progress).run();
}

}  // namespace tenon::sqlite
