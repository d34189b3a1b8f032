#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include <libpq-fe.h>

// SQL for a test's server, past the library that is tested, on a connection of its own: the quickest way.

namespace tenon::test {

class ServerConnection {
 public:
  explicit ServerConnection(const std::string& url) : connection_(PQconnectdb(url.c_str()), PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK)
      throw std::runtime_error(PQerrorMessage(connection_.get()));
  }

  /// The first value that the last statement of `sql` gives; nothing where there is none, or NULL. Throws
  /// std::runtime_error.
  std::optional<std::string> run(const std::string& sql) {
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection_.get(), sql.c_str()),
                                                                PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      throw std::runtime_error(sql + ": " + PQerrorMessage(connection_.get()));
    if (PQntuples(result.get()) == 0 || PQgetisnull(result.get(), 0, 0) != 0) return std::nullopt;
    return PQgetvalue(result.get(), 0, 0);
  }

  /// Copying files is twice as quick as writing them to the log, where the server is not asked to sync.
  void create_database(const std::string& name, const std::string& model) {
    run("create database " + name + " template " + model +
        (PQserverVersion(connection_.get()) >= 150000 ? " strategy file_copy" : ""));
  }
  void drop_database(const std::string& name) { run("drop database if exists " + name + " with (force)"); }

 private:
  std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
};

}  // namespace tenon::test
