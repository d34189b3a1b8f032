#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pqxx/pqxx>

#include "data.hpp"

namespace tenon_bench {

/// libpqxx used well for any tenant: one connection, prepared statements, a `work` that binds the tenant.
class PqxxWork : public PlainRows {
 public:
  PqxxWork(const std::string& url, std::string tenant);

  std::optional<Row> get(const Id& id);
  Page<Row> page();
  std::uint64_t count();
  void insert(const Row& row) { write("insert", row); }
  void update(Row& row) {
    stamp(row);
    write("update", row);
  }
  void upsert(Row& row) {
    stamp(row);
    write("upsert", row);
  }
  /// Some rows a statement. (Its stream_to is COPY, which row-level security does not allow.)
  void insert_all(const std::vector<Row>& rows);

 private:
  void write(const char* statement, const Row& row);

  std::string tenant_;
  pqxx::connection connection_;
};

}  // namespace tenon_bench
