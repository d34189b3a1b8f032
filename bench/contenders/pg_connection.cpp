#include "pg_connection.hpp"

#include <stdexcept>

namespace tenon_bench {

PgConnection::PgConnection(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
  require(PQstatus(handle()) == CONNECTION_OK ? 1 : 0);
}

void PgConnection::require(int success) const {
  if (success != 1) throw std::runtime_error(std::string("raw libpq: ") + PQerrorMessage(handle()));
}

PgResult PgConnection::checked(PGresult* raw) const {
  PgResult result(raw);
  switch (PQresultStatus(raw)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_COPY_IN:
    case PGRES_PIPELINE_SYNC:
      return result;
    default:
      throw std::runtime_error(std::string("raw libpq: ") + PQerrorMessage(handle()));
  }
}

PgResult PgConnection::next() const {
  PGresult* const result = PQgetResult(handle());
  return result == nullptr ? PgResult() : checked(result);
}

PgResult PgConnection::run(const std::string& sql) const {
  return checked(PQexec(handle(), sql.c_str()));
}

std::string PgConnection::ask(const std::string& sql) const {
  return PQgetvalue(run(sql).get(), 0, 0);
}

void PgConnection::prepare(const char* name, const std::string& sql) const {
  checked(PQprepare(handle(), name, sql.c_str(), 0, nullptr));
}

}  // namespace tenon_bench
