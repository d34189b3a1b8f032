#include <string>

#include <tenon/detail/row_buffer.hpp>

#include "codec.hpp"
#include "execute.hpp"

namespace tenon::sqlite {
namespace {

using backend::Access;

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
    const int first = first_step();
    const std::uint64_t rows = call_.statement.columns.empty() ? skip_rows(first) : deliver_rows(first);
    if (const int code = statement_.reset(); code != SQLITE_OK) throw error(code);
    if (statement_.reads_only()) return rows;
    // sqlite3_changes() does not count what a trigger does in place of a change to a view.
    return static_cast<std::uint64_t>(sqlite3_total_changes64(connection_.handle()) - changed_before_);
  }

 private:
  [[nodiscard]] std::string_view name() const noexcept { return call_.statement.name; }
  [[nodiscard]] Error error(int code) const { return connection_.error(code, name(), Wording::raw_sql); }

  // SQLite prepares a statement again when the schema changed, behind the guard of the schema as it was.
  // A read is begun again then, with the guard of today; for a write the guard was made anew under the
  // write lock.
  int first_step() {
    static constexpr int most_attempts = 8;
    for (int attempt = 1;; ++attempt) {
      (void)connection_.guard().take_asked();
      const int code = connection_.step_raw(statement_);
      if (!connection_.guard().take_asked() || !statement_.reads_only()) return code;
      if (code == SQLITE_ROW || code == SQLITE_DONE) {
        if (!connection_.guard().outdated()) return code;
        statement_.reset();
      } else {
        const Error failure = error(code);
        statement_.reset();
        if (!connection_.guard().outdated()) throw failure;
      }
      if (attempt == most_attempts) throw error(SQLITE_SCHEMA);
      connection_.guard().refresh(name());
    }
  }

  std::uint64_t skip_rows(int code) {
    std::uint64_t rows = 0;
    for (; code == SQLITE_ROW; code = connection_.step_raw(statement_)) ++rows;
    if (code != SQLITE_DONE) throw error(code);
    return rows;
  }

  std::uint64_t deliver_rows(int code) {
    const backend::Statement& declared = call_.statement;
    tenon::detail::RowBuffer buffer(declared.columns.size());
    std::uint64_t rows = 0;
    for (; code == SQLITE_ROW; code = connection_.step_raw(statement_)) {
      read(buffer.row());
      ++rows;
      progress_.rows_delivered = true;
      if (!call_.rows(buffer.row())) return rows;
    }
    if (code != SQLITE_DONE) throw error(code);
    return rows;
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
