#include "raw_postgres.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "pg_wire.hpp"

namespace tenon_bench {
namespace {

using pg_wire::CopyFields;
using pg_wire::Fields;
using pg_wire::Parameters;

constexpr std::size_t row_parameters = 18;

void read_row(const Fields& fields, Row& row) {
  row.id = fields.id(0);
  row.request_id = fields.text(1);
  row.started_at = fields.time(2);
  if (!fields.is_null(3)) row.completed_at = fields.time(3);
  if (!fields.is_null(4)) row.duration_ms = fields.integer(4);
  row.iac_type = fields.text(5);
  row.environment = fields.text(6);
  row.estimated_monthly_cost = fields.real(7);
  row.estimated_first_week_cost = fields.real(8);
  row.resource_count = fields.integer(9);
  row.policy_status = parse_status(fields.text(10));
  if (!fields.is_null(11)) row.policy_id = fields.text(11);
  row.risk_flags = fields.text(12);
  row.recommendations_count = fields.integer(13);
  row.result_json = fields.text(14);
  row.created_at = fields.time(15);
  row.updated_at = fields.time(16);
}

void read_summary(const Fields& fields, Summary& summary) {
  summary.id = fields.id(0);
  summary.request_id = fields.text(1);
  summary.started_at = fields.time(2);
  summary.iac_type = fields.text(3);
  summary.environment = fields.text(4);
  summary.estimated_monthly_cost = fields.real(5);
  summary.resource_count = fields.integer(6);
  summary.policy_status = parse_status(fields.text(7));
  if (!fields.is_null(8)) summary.policy_id = fields.text(8);
}

template <class T, class Read>
Page<T> read_page(const PGresult* result, Read read) {
  Page<T> page;
  const int rows = PQntuples(result);
  page.items.resize(std::min(static_cast<std::size_t>(rows), page_size));
  for (std::size_t i = 0; i < page.items.size(); ++i)
    read(Fields(result, static_cast<int>(i)), page.items[i]);
  if (static_cast<std::size_t>(rows) > page_size)
    page.next.emplace(page.items.back().started_at, page.items.back().id);
  return page;
}

template <std::size_t size>
PGresult* execute(PGconn* connection, const char* name, const Parameters<size>& p) {
  return PQexecPrepared(connection, name, p.count(), p.values(), p.lengths(), p.formats(), 1);
}

template <std::size_t size>
int send(PGconn* connection, const char* name, const Parameters<size>& p) {
  return PQsendQueryPrepared(connection, name, p.count(), p.values(), p.lengths(), p.formats(), 1);
}

}  // namespace

// Brackets one statement, or many, by the transaction of its tenant where it needs one.
class RawPostgres::Work {
 public:
  explicit Work(RawPostgres& owner) : owner_(owner) {
    if (!brackets()) return;
    Statement& bind = owner_.tenancy_ == Tenancy::pipeline ? owner_.bind_in_flight_ : owner_.bind_;
    const char* const name = owner_.ready(bind);
    owner_.connection_.run("BEGIN");
    owner_.connection_.checked(
        execute(owner_.connection_.handle(), name, Parameters<1>().text(owner_.tenant_)));
  }
  void commit() const {
    if (brackets()) owner_.connection_.run("COMMIT");
  }

 private:
  [[nodiscard]] bool brackets() const {
    return owner_.tenancy_ == Tenancy::transaction || owner_.tenancy_ == Tenancy::pipeline;
  }
  RawPostgres& owner_;
};

RawPostgres::RawPostgres(const std::string& url, const std::string& tenant, Tenancy tenancy)
    : tenant_(tenant), tenancy_(tenancy), connection_(url) {
  if (tenancy == Tenancy::session || tenancy == Tenancy::transaction) {
    connection_.run("SET ROLE tenon_app");
  } else if (tenancy == Tenancy::none &&
             connection_.ask("SELECT row_security_active('tenon.analyses')") != "f") {
    throw std::runtime_error("raw libpq: row-level security holds this login, so its cost cannot be seen");
  }
  if (tenancy == Tenancy::session)
    connection_.run("SELECT set_config('app.tenant_id', '" + tenant + "', false)");
}

const char* RawPostgres::ready(Statement& statement) {
  if (!statement.prepared) connection_.prepare(statement.name, statement.sql());
  statement.prepared = true;
  return statement.name;
}

template <class Parameters>
PgResult RawPostgres::run(Statement& statement, const Parameters& parameters) {
  if (tenancy_ == Tenancy::pipeline) return run_in_one_flight(statement, parameters);
  const char* const name = ready(statement);
  const Work work(*this);
  PgResult result = connection_.checked(execute(connection_.handle(), name, parameters));
  work.commit();
  return result;
}

// What comes before the Sync is one transaction, so the tenant ends with it.
template <class Parameters>
PgResult RawPostgres::run_in_one_flight(Statement& statement, const Parameters& parameters) {
  PGconn* const handle = connection_.handle();
  const char* const bind = ready(bind_in_flight_);
  const char* const name = ready(statement);
  connection_.require(PQenterPipelineMode(handle));
  connection_.require(send(handle, bind, pg_wire::Parameters<1>().text(tenant_)));
  connection_.require(send(handle, name, parameters));
  connection_.require(PQpipelineSync(handle));
  while (connection_.next()) {
  }
  PgResult result = connection_.next();
  connection_.next();  // the end of the statement's results
  connection_.next();  // of the Sync
  connection_.require(PQexitPipelineMode(handle));
  return result;
}

std::optional<Row> RawPostgres::get(const Id& id) {
  const PgResult result = run(get_, Parameters<2>().text(tenant_).id(id));
  std::optional<Row> found;
  if (PQntuples(result.get()) == 1) read_row(Fields(result.get(), 0), found.emplace());
  return found;
}

// With the tenant in the session it is a round trip of its own.
std::optional<Row> RawPostgres::get_in(const std::string& tenant, const Id& id) {
  tenant_ = tenant;
  if (tenancy_ == Tenancy::session)
    connection_.checked(execute(connection_.handle(), ready(bind_session_), Parameters<1>().text(tenant_)));
  return get(id);
}

Page<Row> RawPostgres::page() {
  const PgResult result = run(page_, Parameters<2>().text(tenant_).text(page_environment));
  return read_page<Row>(result.get(), read_row);
}

Page<Summary> RawPostgres::summaries() {
  const PgResult result = run(summaries_, Parameters<2>().text(tenant_).text(page_environment));
  return read_page<Summary>(result.get(), read_summary);
}

std::uint64_t RawPostgres::count() {
  const PgResult result = run(count_, Parameters<2>().text(tenant_).text(page_environment));
  return static_cast<std::uint64_t>(Fields(result.get(), 0).integer(0));
}

std::uint64_t RawPostgres::stream(const std::function<void(Row&)>& visit) {
  const char* const name = ready(stream_);
  const Work work(*this);
  PGconn* const handle = connection_.handle();
  Parameters<1> p;
  p.text(tenant_);
  connection_.require(send(handle, name, p));
  connection_.require(PQsetSingleRowMode(handle));
  std::uint64_t rows = 0;
  while (const PgResult result = connection_.next()) {
    if (PQntuples(result.get()) == 0) continue;
    Row row;
    read_row(Fields(result.get(), 0), row);
    visit(row);
    ++rows;
  }
  work.commit();
  return rows;
}

std::vector<EnvironmentCost> RawPostgres::totals_by_environment() {
  const PgResult result = run(totals_, Parameters<1>().text(tenant_));
  std::vector<EnvironmentCost> totals;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    const Fields fields(result.get(), row);
    totals.push_back({std::string(fields.text(0)), fields.integer(1), fields.real(2), fields.real(3)});
  }
  return totals;
}

std::vector<Summary> RawPostgres::top_by_cost() {
  const PgResult result = run(top_, Parameters<1>().text(tenant_));
  std::vector<Summary> top(static_cast<std::size_t>(PQntuples(result.get())));
  for (std::size_t i = 0; i < top.size(); ++i)
    read_summary(Fields(result.get(), static_cast<int>(i)), top[i]);
  return top;
}

Blocked RawPostgres::block_rate() {
  const PgResult result = run(block_rate_, Parameters<1>().text(tenant_));
  const Fields fields(result.get(), 0);
  return {fields.integer(0), fields.integer(1)};
}

std::vector<MonthCost> RawPostgres::cost_trend() {
  const PgResult result = run(trend_, Parameters<1>().text(tenant_));
  std::vector<MonthCost> months;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    const Fields fields(result.get(), row);
    months.push_back({fields.time(0), fields.integer(1), fields.real(2), fields.real(3)});
  }
  return months;
}

void RawPostgres::write(Statement& statement, const Row& row) {
  Parameters<row_parameters> parameters;
  pg_wire::write_row(parameters, tenant_, row);
  run(statement, parameters);
}

void RawPostgres::set_cost(const Id& id, double cost) {
  run(set_cost_, Parameters<3>().real(cost).text(tenant_).id(id));
}

void RawPostgres::insert_all(const std::vector<Row>& rows) {
  const char* const name = ready(insert_);
  const Work work(*this);
  PGconn* const handle = connection_.handle();
  connection_.require(PQenterPipelineMode(handle));
  for (const Row& row : rows) {
    Parameters<row_parameters> p;
    pg_wire::write_row(p, tenant_, row);
    connection_.require(send(handle, name, p));
  }
  connection_.require(PQpipelineSync(handle));
  for (std::size_t i = 0; i < rows.size(); ++i)
    while (connection_.next()) {
    }
  connection_.next();  // of the Sync
  connection_.require(PQexitPipelineMode(handle));
  work.commit();
}

void RawCopy::insert_all(const std::vector<Row>& rows) {
  using namespace std::string_view_literals;
  constexpr std::size_t at_once = 64UL << 10U;  // bytes, so that the server works beside
  connection_.run("COPY tenon.analyses (tenant_id, " + raw_sql::all_columns +
                  ") FROM STDIN (FORMAT binary)");
  buffer_ = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"sv;
  CopyFields fields(buffer_);
  for (const Row& row : rows) {
    fields.number(static_cast<std::int16_t>(row_parameters));
    pg_wire::write_row(fields, tenant_, row);
    if (buffer_.size() > at_once) put();
  }
  fields.number(std::int16_t{-1});
  put();
  connection_.require(PQputCopyEnd(connection_.handle(), nullptr));
  while (connection_.next()) {
  }
}

void RawCopy::put() {
  connection_.require(
      PQputCopyData(connection_.handle(), buffer_.data(), static_cast<int>(buffer_.size())));
  buffer_.clear();
}

}  // namespace tenon_bench
