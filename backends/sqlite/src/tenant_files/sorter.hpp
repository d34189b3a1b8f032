#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <sqlite3.h>

#include <tenon/backend/statement.hpp>

#include "../statement_cache.hpp"

namespace tenon::sqlite {

// Puts rows of several files in order: a temporary SQLite database, which spills to disk what does not fit
// in its cache and compares values as the files do.
//
// Thread safety: none.
class Sorter {
 public:
  // The statement must live longer.
  Sorter(const backend::Statement& statement, const backend::Gathering& order);
  Sorter(const Sorter&) = delete;
  Sorter& operator=(const Sorter&) = delete;

  void add(backend::Values row);
  // Hands out the rows, no more than `most` unless that is negative; returns how many.
  std::uint64_t deliver(std::int64_t most, backend::RowSink rows);

 private:
  void run(const char* sql);
  [[nodiscard]] StatementHandle prepare(const std::string& sql);
  [[noreturn]] void fail(int code);

  struct Close {
    void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
  };
  const backend::Statement& statement_;
  const backend::Gathering& order_;
  std::unique_ptr<sqlite3, Close> db_;
  StatementHandle insert_;
};

}  // namespace tenon::sqlite
