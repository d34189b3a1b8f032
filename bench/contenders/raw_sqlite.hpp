#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "data.hpp"

namespace tenon_bench {

/// SQLite's C API as a careful hand uses it: one connection without mutexes, every statement prepared once.
class RawSqlite : public PlainRows {
 public:
  /// `synchronous` is the pragma's value; `checkpoint_pages` that of wal_autocheckpoint.
  RawSqlite(const std::string& path, const std::string& tenant, const std::string& synchronous,
            int checkpoint_pages);

  std::optional<Row> get(const Id& id);
  std::optional<Row> get_in(const std::string& tenant, const Id& id) {
    tenant_ = tenant;
    return get(id);
  }
  Page<Row> page();
  Page<Summary> summaries();
  std::uint64_t count();
  /// Calls `visit(Row&)` for every row of the tenant.
  std::uint64_t stream(const std::function<void(Row&)>& visit);
  /// How many environments the report names.
  std::size_t report();
  void insert(const Row& row) { write(insert_, row); }
  void update(Row& row) {
    stamp(row);
    write(update_, row);
  }
  void upsert(Row& row) {
    stamp(row);
    write(upsert_, row);
  }
  void set_cost(const Id& id, double cost);
  void insert_all(const std::vector<Row>& rows);

 private:
  struct Close {
    void operator()(sqlite3* db) const noexcept { sqlite3_close(db); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  [[nodiscard]] Statement prepare(const std::string& sql) const;
  void check(int code) const;
  void write(const Statement& statement, const Row& row);
  void step_to_end(sqlite3_stmt* statement) const;
  template <class T, class Read>
  Page<T> read_page(sqlite3_stmt* statement, Read read);

  std::string tenant_;
  std::unique_ptr<sqlite3, Close> db_;
  Statement get_;
  Statement page_;
  Statement summaries_;
  Statement count_;
  Statement stream_;
  Statement report_;
  Statement insert_;
  Statement update_;
  Statement upsert_;
  Statement set_cost_;
  Statement begin_;
  Statement commit_;
};

}  // namespace tenon_bench
