#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "data.hpp"
#include "raw_sql.hpp"
#include "sqlite_log.hpp"

namespace tenon_bench {

/// SQLite's C API as a careful hand uses it: one connection without mutexes, every statement prepared at
/// its first use.
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
  /// A short page of a tenant's newest rows, of whatever environment.
  Page<Row> newest_in(const std::string& tenant);
  Page<Summary> summaries();
  std::uint64_t count();
  /// Calls `visit(Row&)` for every row of the tenant.
  std::uint64_t stream(const std::function<void(Row&)>& visit);
  std::vector<EnvironmentCost> totals_by_environment();
  std::vector<Summary> top_by_cost();
  Blocked block_rate();
  std::vector<MonthCost> cost_trend();
  void insert(const Row& row) { write(insert_, row); }
  void insert_in(const std::string& tenant, const Row& row) {
    tenant_ = tenant;
    insert(row);
  }
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
  void settle() { log_.empty(); }

 private:
  struct Close {
    void operator()(sqlite3* db) const noexcept { sqlite3_close(db); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  // Prepared at its first use.
  struct Statement {
    std::string (*sql)();
    std::unique_ptr<sqlite3_stmt, Finalize> handle{};
  };
  static constexpr const char* table = "tenon_analyses";

  [[nodiscard]] sqlite3_stmt* prepared(Statement& statement) const;
  void check(int code) const;
  void write(Statement& statement, const Row& row);
  void step_to_end(sqlite3_stmt* statement) const;
  template <class Visit>
  void for_rows(sqlite3_stmt* statement, Visit visit);
  // Of a statement whose parameters are bound.
  template <class T, class Read>
  Page<T> read_page(sqlite3_stmt* statement, std::size_t rows, Read read);

  std::string tenant_;
  SqliteLog log_;
  std::unique_ptr<sqlite3, Close> db_;
  Statement get_{[] { return raw_sql::get(table); }};
  Statement page_{[] { return raw_sql::page(table, raw_sql::all_columns); }};
  Statement newest_{[] { return raw_sql::newest(table); }};
  Statement summaries_{[] { return raw_sql::page(table, raw_sql::summary_columns); }};
  Statement count_{[] { return raw_sql::count(table); }};
  Statement stream_{[] { return raw_sql::stream(table) + " ORDER BY id"; }};
  Statement totals_{[] { return raw_sql::totals_by_environment(table); }};
  Statement top_{[] { return raw_sql::top_by_cost(table); }};
  Statement block_rate_{[] { return raw_sql::block_rate(table); }};
  Statement trend_{[] { return raw_sql::cost_trend(table, raw_sql::sqlite_month); }};
  Statement insert_{[] { return raw_sql::insert(table); }};
  Statement update_{[] { return raw_sql::update(table, raw_sql::question_mark); }};
  Statement upsert_{[] { return raw_sql::upsert(table); }};
  Statement set_cost_{[] { return raw_sql::set_cost(table); }};
  Statement begin_{[] { return std::string("BEGIN IMMEDIATE"); }};
  Statement commit_{[] { return std::string("COMMIT"); }};
};

}  // namespace tenon_bench
