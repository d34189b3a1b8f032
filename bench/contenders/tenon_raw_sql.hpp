#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tenon/raw_sql.hpp>

#include "tenon.hpp"

namespace tenon_bench {

/// The host's own SQL through tenon's TenantScope; the statements say nothing of the tenant.
class TenonRawSql {
 public:
  using Entity = tenon::Analysis;
  static Entity entity_of(const Row& row) { return Tenon::entity_of(row); }
  static Row row_of(const Entity& entity) { return Tenon::row_of(entity); }
  static void renew(Entity& entity, std::uint64_t n) { Tenon::renew(entity, n); }

  /// `table` is what the database calls the analyses.
  TenonRawSql(const tenon::Config& config, const std::string& tenant, const std::string& table);

  std::optional<Entity> get(const Id& id);
  Page<Entity> page();
  void set_cost(const Id& id, double cost);
  void settle() { log_.empty(); }
  /// Through the store: rows for set_cost.
  void insert_all(const std::vector<Entity>& entities) {
    tenon::AnalysisStore{scope_}.insert_all(entities);
  }

 private:
  tenon::Database database_;
  tenon::TenantScope scope_;
  std::string get_;
  std::string page_;
  std::string set_cost_;
  SqliteLog log_;
};

}  // namespace tenon_bench
