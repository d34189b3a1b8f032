#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <soci/soci.h>
#include <string>
#include <vector>

#include "data.hpp"
#include "raw_sql.hpp"
#include "sqlite_log.hpp"

namespace tenon_bench {

/// SOCI used well: one session, statements prepared once with their variables bound. On PostgreSQL each is
/// a transaction that binds its tenant, as any service with more than one tenant does.
class Soci : public PlainRows {
 public:
  [[nodiscard]] static std::unique_ptr<Soci> on_sqlite(const std::string& path, const std::string& tenant,
                                                       const std::string& synchronous);
  [[nodiscard]] static std::unique_ptr<Soci> on_postgres(const std::string& url, const std::string& tenant);

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
  /// A statement a row in one transaction, as its bulk operations do, too.
  void insert_all(const std::vector<Row>& rows);
  void settle() { log_.empty(); }

 private:
  // What the statements' variables are bound to.
  struct Variables {
    std::string id, request_id, iac_type, environment, policy_status, policy_id, risk_flags, result_json;
    long long started_at = 0, completed_at = 0, duration_ms = 0, resource_count = 0,
              recommendations_count = 0, created_at = 0, updated_at = 0;
    double monthly = 0, first_week = 0;
    soci::indicator has_completed = soci::i_ok, has_duration = soci::i_ok, has_policy = soci::i_ok;
  };

  // `file` is SQLite's; on PostgreSQL it is empty, and a transaction binds the tenant.
  Soci(const soci::backend_factory& backend, const std::string& where, std::string tenant,
       const std::string& file);
  // `columns` are those to read, `place` writes a parameter.
  void prepare(const std::string& table, const std::string& columns, const raw_sql::Place& place);
  void into_row(soci::statement& statement);
  void use_row(soci::statement& statement, bool with_created_at = true);
  void write(soci::statement& statement, const Row& row);
  void begin();
  void end();
  [[nodiscard]] Row row() const;
  void set(const Row& row);

  std::string tenant_;
  SqliteLog log_;
  bool binds_tenant_;
  soci::session session_;
  Variables v_;
  std::string environment_{page_environment};
  long long found_ = 0;
  std::unique_ptr<soci::transaction> transaction_;
  std::unique_ptr<soci::statement> bind_;
  std::unique_ptr<soci::statement> get_;
  std::unique_ptr<soci::statement> page_;
  std::unique_ptr<soci::statement> count_;
  std::unique_ptr<soci::statement> insert_;
  std::unique_ptr<soci::statement> update_;
  std::unique_ptr<soci::statement> upsert_;
};

}  // namespace tenon_bench
