#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data.hpp"
#include "pg_connection.hpp"
#include "raw_sql.hpp"

namespace tenon_bench {

/// libpq as a careful hand uses it: one connection, every statement prepared at its first use, binary both
/// ways; under the same row-level security and role as tenon, unless its tenancy is none.
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
  std::vector<EnvironmentCost> totals_by_environment();
  std::vector<Summary> top_by_cost();
  Blocked block_rate();
  std::vector<MonthCost> cost_trend();
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
  /// One prepared insert per row in a pipeline that is one transaction.
  void insert_all(const std::vector<Row>& rows);

 private:
  class Work;
  // Prepared at its first use.
  struct Statement {
    const char* name;
    std::string (*sql)();
    bool prepared = false;
  };
  static constexpr const char* table = "tenon.analyses";

  // Its name, prepared; not within a pipeline.
  const char* ready(Statement& statement);
  // Runs the statement in its tenant.
  template <class Parameters>
  PgResult run(Statement& statement, const Parameters& parameters);
  template <class Parameters>
  PgResult run_in_one_flight(Statement& statement, const Parameters& parameters);
  void write(Statement& statement, const Row& row);

  std::string tenant_;
  Tenancy tenancy_;
  PgConnection connection_;
  Statement bind_{"tenant", [] { return std::string("SELECT set_config('app.tenant_id', $1, true)"); }};
  Statement bind_in_flight_{"role and tenant", [] {
                              return std::string(
                                  "SELECT WHERE set_config('role', 'tenon_app', true) IS NOT NULL AND "
                                  "set_config('app.tenant_id', $1, true) IS NOT NULL");
                            }};
  Statement bind_session_{"session tenant",
                          [] { return std::string("SELECT set_config('app.tenant_id', $1, false)"); }};
  Statement get_{"get", [] { return raw_sql::get(table); }};
  Statement page_{"page", [] { return raw_sql::page(table, raw_sql::all_columns); }};
  Statement summaries_{"summaries", [] { return raw_sql::page(table, raw_sql::summary_columns); }};
  Statement count_{"count", [] { return raw_sql::count(table); }};
  Statement stream_{"stream", [] { return raw_sql::stream(table); }};
  Statement totals_{"totals", [] { return raw_sql::totals_by_environment(table); }};
  Statement top_{"top", [] { return raw_sql::top_by_cost(table); }};
  Statement block_rate_{"block rate", [] { return raw_sql::block_rate(table); }};
  Statement trend_{"trend", [] { return raw_sql::cost_trend(table, raw_sql::postgres_month); }};
  Statement insert_{"insert", [] { return raw_sql::insert(table); }};
  Statement update_{
      "update", [] { return raw_sql::update(table, raw_sql::dollar) + raw_sql::unused("timestamptz"); }};
  Statement upsert_{"upsert", [] { return raw_sql::upsert(table); }};
  Statement set_cost_{"set cost", [] { return raw_sql::set_cost(table); }};
};

/// Binary COPY into the table as its owner, past row-level security: what a batch could cost at best.
class RawCopy : public PlainRows {
 public:
  RawCopy(const std::string& url, std::string tenant) : tenant_(std::move(tenant)), connection_(url) {}
  void insert_all(const std::vector<Row>& rows);

 private:
  void put();

  std::string tenant_;
  PgConnection connection_;
  std::string buffer_;
};

}  // namespace tenon_bench
