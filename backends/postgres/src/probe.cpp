#include "probe.hpp"

#include <charconv>
#include <chrono>
#include <string>
#include <utility>

#include <tenon/error.hpp>

#include "cancel.hpp"
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

constexpr auto role_sql =
    "select pg_catalog.current_setting('transaction_read_only') = 'on', pg_catalog.pg_is_in_recovery()";

// As libpq decides when it connects (PostgreSQL docs 34.1.2).
bool fits(std::string_view target_session_attrs, bool read_only, bool standby) noexcept {
  if (target_session_attrs == "read-write") return !read_only;
  if (target_session_attrs == "read-only") return read_only;
  if (target_session_attrs == "primary") return !standby;
  if (target_session_attrs == "standby") return standby;
  return true;
}

std::string target_session_attrs(PGconn* connection) {
  const OptionsHandle options(PQconninfo(connection));
  for (const PQconninfoOption* option = options.get(); option != nullptr && option->keyword != nullptr;
       ++option)
    if (std::string_view(option->keyword) == "target_session_attrs" && option->val != nullptr)
      return option->val;
  return {};
}

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

Probe::Probe(ConnectionHandle connection, std::function<bool()> is_current) : Probe(std::move(connection)) {
  is_current_ = std::move(is_current);
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
  try {
    return ask(sql, parameters, deadline);
  } catch (const Error& error) {
    if (error.kind() == Error::Kind::timeout) {
      (void)request_cancel(cancel_key(raw()), std::chrono::milliseconds{0});
      connection_.reset();
    }
    throw;
  }
}

std::vector<backend::Maintenance::TextRow> Probe::ask(std::string_view sql,
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
  const auto rows = ask(role_sql, {}, deadline);
  const auto& row = rows.at(0);
  if (!is_current_() || !fits(target_session_attrs(raw()), row.at(0) == "t", row.at(1) == "t"))
    throw Error(Error::Kind::unavailable, subject_ + ": the server's role has changed");
}

backend::Vitals Probe::vitals(backend::Deadline deadline) {
  const auto rows = ask(vitals_sql, {}, deadline);
  const auto& row = rows.at(0);
  backend::Vitals vitals;
  vitals.version = "PostgreSQL " + row.at(0).value_or("of unknown version");
  vitals.read_only = row.at(1) == "t";
  if (row.at(2)) vitals.replica_lag = std::chrono::microseconds{number(*row.at(2))};
  if (row.at(3)) vitals.tables = number(*row.at(3));
  return vitals;
}

}  // namespace tenon::postgres
