#pragma once

#include <optional>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "data.hpp"

namespace tenon_bench {

/// SQLiteCpp used well: one connection, every statement kept, texts bound without a copy.
class SqliteCpp : public PlainRows {
 public:
  SqliteCpp(const std::string& path, std::string tenant, const std::string& synchronous);

  std::optional<Row> get(const Id& id);
  Page<Row> page();
  void insert(const Row& row);
  void insert_all(const std::vector<Row>& rows);

 private:
  std::string tenant_;
  SQLite::Database db_;
  std::optional<SQLite::Statement> get_;
  std::optional<SQLite::Statement> page_;
  std::optional<SQLite::Statement> insert_;
};

}  // namespace tenon_bench
