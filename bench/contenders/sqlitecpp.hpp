#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "data.hpp"
#include "sqlite_log.hpp"

namespace tenon_bench {

/// SQLiteCpp used well: one connection, every statement kept, texts bound without a copy.
class SqliteCpp : public PlainRows {
 public:
  SqliteCpp(const std::string& path, std::string tenant, const std::string& synchronous);

  std::optional<Row> get(const Id& id);
  Page<Row> page();
  std::uint64_t count();
  void insert(const Row& row) { write(*insert_, row); }
  void update(Row& row) {
    stamp(row);
    write(*update_, row);
  }
  void upsert(Row& row) {
    stamp(row);
    write(*upsert_, row);
  }
  void insert_all(const std::vector<Row>& rows);
  void settle() { log_.empty(); }

 private:
  void write(SQLite::Statement& statement, const Row& row);

  std::string tenant_;
  SqliteLog log_;
  SQLite::Database db_;
  std::optional<SQLite::Statement> get_;
  std::optional<SQLite::Statement> page_;
  std::optional<SQLite::Statement> count_;
  std::optional<SQLite::Statement> insert_;
  std::optional<SQLite::Statement> update_;
  std::optional<SQLite::Statement> upsert_;
};

}  // namespace tenon_bench
