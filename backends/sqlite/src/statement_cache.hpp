#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

#include <sqlite3.h>

#include <tenon/backend/statement.hpp>

#include "error_map.hpp"

namespace tenon::sqlite {

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

struct PreparedStatement {
  StatementHandle handle;
  std::string sql;
  bool reads_only = false;
  bool in_use = false;
};

// A prepared statement taken for one execution; destruction resets it. Its bindings stay, and may point to
// what is gone by then: whoever borrows it binds all its parameters before it steps.
class BorrowedStatement {
 public:
  explicit BorrowedStatement(PreparedStatement& cached) noexcept : statement_(&cached) {
    cached.in_use = true;
  }
  explicit BorrowedStatement(std::unique_ptr<PreparedStatement> own) noexcept
      : own_(std::move(own)), statement_(own_.get()) {}
  BorrowedStatement(const BorrowedStatement&) = delete;
  BorrowedStatement& operator=(const BorrowedStatement&) = delete;
  ~BorrowedStatement() {
    if (stepped_) reset();
    statement_->in_use = false;
  }

  [[nodiscard]] sqlite3_stmt* get() const noexcept { return statement_->handle.get(); }
  [[nodiscard]] bool reads_only() const noexcept { return statement_->reads_only; }
  int step() noexcept {
    stepped_ = true;
    return sqlite3_step(get());
  }
  // Ends the execution; bindings stay. An implicit transaction commits here if it has not yet.
  int reset() noexcept {
    stepped_ = false;
    return sqlite3_reset(get());
  }

 private:
  std::unique_ptr<PreparedStatement> own_;
  PreparedStatement* statement_;
  bool stepped_ = false;  // since the last reset
};

// The prepared statements of one connection, the least recently used dropped beyond `capacity`.
//
// Thread safety: none; it belongs to whoever holds the connection.
class StatementCache {
 public:
  static constexpr std::size_t capacity = 256;

  // `touches_rows` is set by the connection's authorizer when what is being prepared reads or changes rows.
  // Some statements that do neither, such as VACUUM, never ask the authorizer; they are refused for that.
  // `wording` is raw_sql for the cache of the host's own texts.
  StatementCache(sqlite3* db, bool& touches_rows, Wording wording = Wording::data_path) noexcept
      : db_(db), touches_rows_(touches_rows), wording_(wording) {}
  StatementCache(const StatementCache&) = delete;
  StatementCache& operator=(const StatementCache&) = delete;

  // Prepares the statement unless it is here. One that is executing already (a row callback runs the same
  // statement again) gets a second handle of its own. Throws Error.
  [[nodiscard]] BorrowedStatement borrow(const backend::Statement& statement);
  // The statement when borrow() would not have to prepare it, else null.
  [[nodiscard]] PreparedStatement* find(const backend::Statement& statement) noexcept;

 private:
  struct Entry {
    std::uint64_t key;
    PreparedStatement prepared;
    const char* asked_by = nullptr;  // where the text stood that was last compared with this one

    [[nodiscard]] bool is(const backend::Statement& statement) noexcept;
  };
  using Entries = std::list<Entry>;

  [[nodiscard]] PreparedStatement prepare(const backend::Statement& statement);
  void check_raw(const backend::Statement& statement, sqlite3_stmt* handle) const;
  void make_room() noexcept;

  sqlite3* db_;
  bool& touches_rows_;
  Wording wording_;
  Entries entries_;  // most recently used first
  std::unordered_map<std::uint64_t, Entries::iterator> by_key_;
};

}  // namespace tenon::sqlite
