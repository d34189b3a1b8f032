#include "own_session.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "socket_wait.hpp"

namespace tenon::postgres {

namespace {

// The last result of a text, unless the deadline passes before it is there.
ResultHandle run(PGconn* connection, const char* sql, backend::Deadline deadline) {
  ResultHandle last;
  if (PQsendQuery(connection, sql) != 1) return last;
  for (;;) {
    while (PQisBusy(connection) != 0) {
      if (wait_socket(PQsocket(connection), true, false, deadline) != Wait::ready) return nullptr;
      if (PQconsumeInput(connection) != 1) return nullptr;
    }
    ResultHandle result(PQgetResult(connection));
    if (!result) return last;
    last = std::move(result);
  }
}

std::string scalar(PGconn* connection, const char* sql, backend::Deadline deadline) {
  const ResultHandle result = run(connection, sql, deadline);
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK || PQntuples(result.get()) != 1)
    throw Error(Error::Kind::unavailable, "the connection was lost while its session was looked at");
  return PQgetvalue(result.get(), 0, 0);
}

}  // namespace

// A server tells its process number at login, a pooler one that it made up. That alone is no harm: in
// session mode the session stays. It does not when another client, in a transaction, finds the mark that
// this one left in its session, or when this one does not find it any more.
bool keeps_its_session(PGconn* connection, const std::function<ConnectionHandle()>& connect,
                       backend::Deadline deadline) {
  const std::string number = std::to_string(PQbackendPID(connection));
  if (scalar(connection, "select pg_catalog.pg_backend_pid()", deadline) == number) return true;
  const std::string mark =
      number + "." + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count());
  const std::string set = "select pg_catalog.set_config('tenon.session', '" + mark + "', false)";
  constexpr const char* look = "select coalesce(pg_catalog.current_setting('tenon.session', true), '')";
  constexpr int most_others = 8;  // each of them occupies one more of the pooler's server connections
  std::vector<ConnectionHandle> others;
  (void)scalar(connection, set.c_str(), deadline);
  bool lost = false;
  try {
    for (int i = 0; !lost && i < most_others; ++i) {
      others.push_back(connect());
      (void)run(others.back().get(), "begin", deadline);
      lost =
          scalar(others.back().get(), look, deadline) == mark || scalar(connection, look, deadline) != mark;
    }
  } catch (const Error&) {  // the pool, or the server, is full: what was seen until here has to do
  }
  for (const ConnectionHandle& other : others)
    (void)run(other.get(), "rollback; reset tenon.session", deadline);
  if (!lost) (void)scalar(connection, "select pg_catalog.set_config('tenon.session', '', false)", deadline);
  return !lost;
}

Error behind_transaction_pooler(const std::string& remedy) {
  Error::Detail detail;
  detail.code = "transaction-pooler";
  return {Error::Kind::unsupported,
          "a connection pooler in transaction mode (such as PgBouncer) stands between this program and "
          "PostgreSQL: " +
              remedy,
          std::move(detail)};
}

}  // namespace tenon::postgres
