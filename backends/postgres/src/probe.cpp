#include "probe.hpp"

#include <charconv>
#include <string>
#include <utility>

#include <tenon/error.hpp>

#include "error_map.hpp"
#include "socket_wait.hpp"

namespace tenon::postgres {

namespace {

// The lag is 0 while everything that came in is replayed: an idle primary sends nothing new.
constexpr auto vitals_sql =
    "select pg_catalog.current_setting('server_version'), "
    "pg_catalog.current_setting('transaction_read_only') = 'on' or pg_catalog.pg_is_in_recovery(), "
    "case when not pg_catalog.pg_is_in_recovery() then null "
    "when pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() then 0 "
    "else (extract(epoch from pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp()) "
    "* 1000000)::bigint end, "
    "(select pg_catalog.count(*) from pg_catalog.pg_class c "
    "join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
    "where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_')";

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Probe::Probe(ConnectionHandle connection, std::string subject)
    : connection_(std::move(connection)), subject_(std::move(subject)) {
  PQsetnonblocking(raw(), 1);
  PQsetNoticeReceiver(
      raw(), [](void*, const PGresult*) {}, nullptr);
}

Error Probe::lost() const {
  return {Error::Kind::unavailable,
          subject_ + ": the connection was lost",
          {.sqlstate = "08006", .statement = {}, .constraint = {}, .hint = {}}};
}

ResultHandle Probe::receive(backend::Deadline deadline) {
  ResultHandle last;
  for (;;) {
    while (PQisBusy(raw()) != 0) {
      const int left = PQflush(raw());
      const Wait wait = wait_socket(PQsocket(raw()), true, left > 0, deadline);
      if (wait == Wait::timed_out)
        throw Error(Error::Kind::timeout, subject_ + ": the server did not answer in time");
      if (wait != Wait::ready || PQconsumeInput(raw()) != 1) break;
    }
    ResultHandle next(PQgetResult(raw()));
    if (!next) break;
    last = std::move(next);
  }
  if (!last || PQstatus(raw()) != CONNECTION_OK) throw lost();
  return last;
}

std::vector<backend::Maintenance::TextRow> Probe::query(std::string_view sql,
                                                        std::span<const std::string_view> parameters,
                                                        backend::Deadline deadline) {
  const std::vector<std::string> texts(parameters.begin(), parameters.end());
  std::vector<const char*> values;
  for (const std::string& text : texts) values.push_back(text.c_str());
  if (PQsendQueryParams(raw(), std::string(sql).c_str(), static_cast<int>(values.size()), nullptr,
                        values.data(), nullptr, nullptr, 0) != 1)
    throw lost();
  const ResultHandle result = receive(deadline);
  if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR) throw to_error(read_error(result.get()), subject_);
  std::vector<backend::Maintenance::TextRow> rows(static_cast<std::size_t>(PQntuples(result.get())));
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      auto& cell = rows[static_cast<std::size_t>(row)].emplace_back();
      if (PQgetisnull(result.get(), row, column) == 0) cell = PQgetvalue(result.get(), row, column);
    }
  }
  return rows;
}

void Probe::ping(backend::Deadline deadline) {
  (void)query("select 1", {}, deadline);
}

backend::Vitals Probe::vitals(backend::Deadline deadline) {
  const auto rows = query(vitals_sql, {}, deadline);
  const auto& row = rows.at(0);
  backend::Vitals vitals;
  vitals.version = "PostgreSQL " + row.at(0).value_or("of unknown version");
  vitals.read_only = row.at(1) == "t";
  if (row.at(2)) vitals.replica_lag = std::chrono::microseconds{number(*row.at(2))};
  if (row.at(3)) vitals.tables = number(*row.at(3));
  return vitals;
}

}  // namespace tenon::postgres
