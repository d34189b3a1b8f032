#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data.hpp"
#include "pg_connection.hpp"

namespace tenon_bench {

/// libpq as a careful hand uses it: one connection, every statement prepared once, binary both ways; under
/// the same row-level security and role as tenon, unless its tenancy is none.
class RawPostgres : public PlainRows {
 public:
  enum class Tenancy {
    session,      ///< the tenant stays in the session: one round trip a statement, one tenant a connection
    transaction,  ///< BEGIN, set_config, the statement, COMMIT: four round trips, any tenant
    pipeline,     ///< set_config and the statement in one flight: one round trip, any tenant; streams and
                  ///< batches as with transaction
    none          ///< as the tables' owner, whom no policy holds; throws std::runtime_error where one does
  };
  RawPostgres(const std::string& url, const std::string& tenant, Tenancy tenancy);

  std::optional<Row> get(const Id& id);
  std::optional<Row> get_in(const std::string& tenant, const Id& id);
  Page<Row> page();
  Page<Summary> summaries();
  std::uint64_t count();
  /// Calls `visit(Row&)` for every row of the tenant, in libpq's single-row mode.
  std::uint64_t stream(const std::function<void(Row&)>& visit);
  /// How many environments the report names.
  std::size_t report();
  void insert(const Row& row) { write("insert", row); }
  void update(Row& row) {
    stamp(row);
    write("update", row);
  }
  void upsert(Row& row) {
    stamp(row);
    write("upsert", row);
  }
  void set_cost(const Id& id, double cost);
  /// One prepared insert per row in a pipeline that is one transaction.
  void insert_all(const std::vector<Row>& rows);

 private:
  class Work;

  // Runs the prepared statement in its tenant.
  template <class Parameters>
  PgResult run(const char* statement, const Parameters& parameters);
  template <class Parameters>
  PgResult run_in_one_flight(const char* statement, const Parameters& parameters);
  void write(const char* statement, const Row& row);

  std::string tenant_;
  Tenancy tenancy_;
  PgConnection connection_;
};

/// Binary COPY into the table as its owner, past row-level security: what a batch could cost at best.
class RawCopy : public PlainRows {
 public:
  RawCopy(const std::string& url, std::string tenant) : tenant_(std::move(tenant)), connection_(url) {}
  void insert_all(const std::vector<Row>& rows);

 private:
  std::string tenant_;
  PgConnection connection_;
  std::string buffer_;
};

}  // namespace tenon_bench
