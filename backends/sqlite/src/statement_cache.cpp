#include "statement_cache.hpp"

#include <charconv>
#include <limits>
#include <utility>

#include <tenon/error.hpp>

#include "error_map.hpp"
#include "walls.hpp"

namespace tenon::sqlite {
namespace {

[[noreturn]] void refuse(const backend::Statement& statement, const std::string& reason) {
  throw Error(
      Error::Kind::invalid_argument, std::string(statement.name) + ": " + reason,
      {.sqlstate = "42601", .statement = std::string(statement.name), .constraint = {}, .hint = {}});
}

// SQLite numbers `$1` by its first appearance, as a name; the contract has first appearances ascend, so
// that the number and the name agree. A statement that breaks it would bind values to the wrong places.
void check_parameters(const backend::Statement& statement, sqlite3_stmt* handle) {
  const int count = sqlite3_bind_parameter_count(handle);
  if (static_cast<std::size_t>(count) != statement.parameters.size()) {
    refuse(statement, "the text has " + std::to_string(count) + " parameters, " +
                          std::to_string(statement.parameters.size()) + " are declared");
  }
  for (int place = 1; place <= count; ++place) {
    char expected[16] = "$";
    const auto end = std::to_chars(expected + 1, expected + sizeof expected, place).ptr;
    const char* const name = sqlite3_bind_parameter_name(handle, place);
    if (name == nullptr || std::string_view(expected, static_cast<std::size_t>(end - expected)) != name) {
      refuse(statement, "placeholders must be $1, $2, … with ascending first appearances");
    }
  }
}

// Before SQLite looks: it finds each parameter's name among all before, which takes minutes for so many.
void check_count(const backend::Statement& statement, sqlite3* db) {
  const int most = sqlite3_limit(db, SQLITE_LIMIT_VARIABLE_NUMBER, -1);
  if (statement.parameters.size() <= static_cast<std::size_t>(most)) return;
  throw Error(
      Error::Kind::limit_exceeded,
      std::string(statement.name) + ": a statement takes " + std::to_string(most) + " parameters at most",
      {.sqlstate = "54000", .statement = std::string(statement.name), .constraint = {}, .hint = {}});
}

bool holds_only_space(const char* text, const char* end) noexcept {
  for (; text != end; ++text) {
    if (*text != ' ' && *text != '\n' && *text != '\t' && *text != '\r' && *text != '\f') return false;
  }
  return true;
}

}  // namespace

// A plan names what the guard keeps secret. A statement that only reads needs no writer.
void StatementCache::check_raw(const backend::Statement& statement, sqlite3_stmt* handle) const {
  if (walls.explain_refused && sqlite3_stmt_isexplain(handle) != 0) {
    throw make_error(nullptr, SQLITE_AUTH, statement.name, false, wording_);
  }
  if (statement.access == backend::Access::write && sqlite3_stmt_readonly(handle) != 0) {
    refuse(statement, "the text only reads; run it with query()");
  }
}

PreparedStatement StatementCache::prepare(const backend::Statement& statement) {
  touches_rows_ = false;
  if (statement.sql.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw make_error(nullptr, SQLITE_TOOBIG, statement.name, false);
  }
  check_count(statement, db_);
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(db_, statement.sql.data(), static_cast<int>(statement.sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, &tail);
  StatementHandle handle(raw);
  if (code != SQLITE_OK) throw make_error(db_, code, statement.name, false, wording_);
  if (!handle) refuse(statement, "the text holds no statement");
  if (!touches_rows_) throw make_error(nullptr, SQLITE_AUTH, statement.name, false, wording_);
  if (!holds_only_space(tail, statement.sql.data() + statement.sql.size())) {
    refuse(statement, "the text holds more than one statement");
  }
  if (wording_ == Wording::raw_sql) check_raw(statement, handle.get());
  check_parameters(statement, handle.get());
  const bool reads_only = sqlite3_stmt_readonly(handle.get()) != 0;
  if (statement.access == backend::Access::read && !reads_only) {
    refuse(statement, "it is declared as reading but writes");
  }
  if (!statement.columns.empty() &&
      static_cast<std::size_t>(sqlite3_column_count(handle.get())) != statement.columns.size()) {
    refuse(statement, "the result has " + std::to_string(sqlite3_column_count(handle.get())) +
                          " columns, " + std::to_string(statement.columns.size()) + " are declared");
  }
  return {.handle = std::move(handle),
          .sql = std::string(statement.sql),
          .reads_only = reads_only,
          .in_use = false};
}

// The library's text at the same place need not be compared again; that another took its place would need
// its id, too, to be the same. Raw SQL has no id and may lie anywhere.
bool StatementCache::Entry::is(const backend::Statement& statement) noexcept {
  if (statement.id != 0 && statement.id == key && statement.sql.data() == asked_by &&
      statement.sql.size() == prepared.sql.size())
    return true;
  if (prepared.sql != statement.sql) return false;
  asked_by = statement.sql.data();
  return true;
}

PreparedStatement* StatementCache::find(const backend::Statement& statement) noexcept {
  if (entries_.empty()) return nullptr;
  if (!entries_.front().is(statement)) {
    const auto found = by_key_.find(statement.key());
    if (found == by_key_.end() || !found->second->is(statement)) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
  }
  PreparedStatement& prepared = entries_.front().prepared;
  // Declared otherwise than before: prepare() refuses it.
  const bool as_declared = prepared.reads_only == (statement.access == backend::Access::read);
  return prepared.in_use || !as_declared ? nullptr : &prepared;
}

BorrowedStatement StatementCache::borrow(const backend::Statement& statement) {
  if (PreparedStatement* const ready = find(statement)) return BorrowedStatement(*ready);
  const std::uint64_t key = statement.key();
  if (by_key_.contains(key)) {
    // Executing already, or another text of the same key: a handle that is not kept.
    return BorrowedStatement(std::make_unique<PreparedStatement>(prepare(statement)));
  }
  PreparedStatement prepared = prepare(statement);
  make_room();
  entries_.push_front({key, std::move(prepared)});
  by_key_.emplace(key, entries_.begin());
  return BorrowedStatement(entries_.front().prepared);
}

void StatementCache::make_room() noexcept {
  for (auto at = entries_.end(); entries_.size() >= capacity && at != entries_.begin();) {
    --at;
    if (at->prepared.in_use) continue;
    by_key_.erase(at->key);
    at = entries_.erase(at);
  }
}

}  // namespace tenon::sqlite
