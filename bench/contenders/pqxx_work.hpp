#pragma once

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
  void insert(const Row& row);

 private:
  std::string tenant_;
  pqxx::connection connection_;
};

}  // namespace tenon_bench
