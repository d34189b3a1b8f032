#pragma once

#include <memory>
#include <string>

#include <libpq-fe.h>

namespace tenon_bench {

struct ClearResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using PgResult = std::unique_ptr<PGresult, ClearResult>;

/// One libpq connection; every failure throws std::runtime_error with the server's words.
class PgConnection {
 public:
  explicit PgConnection(const std::string& url);

  [[nodiscard]] PGconn* handle() const noexcept { return connection_.get(); }
  /// Runs statements of text without parameters; gives the last one's result.
  PgResult run(const std::string& sql) const;
  /// The first field of the first row.
  [[nodiscard]] std::string ask(const std::string& sql) const;
  void prepare(const char* name, const std::string& sql) const;
  /// Checks that the result is no error.
  PgResult checked(PGresult* result) const;
  /// The same for the next result of a pipeline; nothing where one statement's results end.
  PgResult next() const;
  /// For functions of libpq that return 1 for success.
  void require(int success) const;

 private:
  struct Close {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, Close> connection_;
};

}  // namespace tenon_bench
