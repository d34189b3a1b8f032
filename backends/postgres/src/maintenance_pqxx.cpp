#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <tenon/error.hpp>

#include "adopt_pqxx.hpp"
#include "error_map.hpp"
#include "maintenance.hpp"
#include "own_session.hpp"

namespace tenon::postgres {

namespace {

// FNV-1a: the same lock in every process and version.
std::int64_t lock_key(std::string_view name) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return static_cast<std::int64_t>(hash);
}

[[noreturn]] void throw_error(const ServerError& error, std::size_t position = 0) {
  std::string shown = error.message;
  if (!error.sqlstate.empty()) shown += " [SQLSTATE " + error.sqlstate + "]";
  Error::Detail detail;
  detail.sqlstate = error.sqlstate;
  detail.constraint = error.constraint;
  detail.hint = error.hint;
  detail.position = position;
  throw Error(kind_of(error), shown, std::move(detail));
}

[[noreturn]] void throw_error(const char* text, const std::string& sqlstate) {
  ServerError error = read_verbose_text(text);
  if (error.sqlstate.empty()) error.sqlstate = sqlstate;
  if (error.message.empty()) error.message = std::string(text).substr(0, std::string_view(text).find('\n'));
  throw_error(error);
}

[[noreturn]] void throw_lost() {
  throw Error(
      Error::Kind::unavailable,
      "the maintenance connection was lost; a transaction on it was rolled back unless it was at its "
      "commit");
}

// The server counts characters from 1; this counts bytes from 1. 0 when it told none.
std::size_t byte_position(std::string_view sql, const std::string& position) {
  std::size_t characters = 0;
  const char* const end = position.data() + position.size();
  if (std::from_chars(position.data(), end, characters).ec != std::errc{} || characters == 0) return 0;
  for (std::size_t at = 0; at < sql.size(); ++at) {
    if ((static_cast<unsigned char>(sql[at]) & 0xC0U) == 0x80U) continue;  // within a character
    if (--characters == 0) return at + 1;
  }
  return sql.size() + 1;
}

class PqxxMaintenance final : public backend::Maintenance {
 public:
  PqxxMaintenance(ConnectionHandle connection, std::function<ConnectionHandle()> connect)
      : connect_(std::move(connect)), raw_(connection.get()), connection_(std::move(connection)) {}

  // Past libpqxx, whose exceptions do not carry the place of an error.
  void execute(std::string_view sql) override {
    const ResultHandle result(PQexec(raw_, std::string(sql).c_str()));
    require_ok(result.get(), sql);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) end_copy(status);
  }

  void copy_in(std::string_view sql, std::string_view data) override {
    const ResultHandle started(PQexec(raw_, std::string(sql).c_str()));
    require_ok(started.get(), sql);
    if (PQresultStatus(started.get()) != PGRES_COPY_IN)
      throw Error(Error::Kind::invalid_argument, "the statement takes no rows, but rows were given for it");
    constexpr std::size_t portion = 1U << 20U;  // libpq keeps what it could not send yet
    for (std::string_view rest = data; !rest.empty(); rest.remove_prefix(std::min(rest.size(), portion)))
      if (PQputCopyData(raw_, rest.data(), static_cast<int>(std::min(rest.size(), portion))) != 1) break;
    PQputCopyEnd(raw_, nullptr);  // a failure shows in the result
    const ResultHandle ended(last_result());
    require_ok(ended.get(), sql);
  }

  std::vector<TextRow> query(std::string_view sql, std::span<const std::string_view> parameters) override {
    std::vector<TextRow> rows;
    guarded([&] {
      pqxx::nontransaction work(connection_);
      for (const auto& row : run(work, std::string(sql), parameters)) {
        TextRow& text = rows.emplace_back();
        for (const auto& field : row) {
          if (field.is_null()) {
            text.emplace_back(std::nullopt);
          } else {
            text.emplace_back(field.c_str());
          }
        }
      }
    });
    return rows;
  }

  void reset() override {
    // What was prepared here has no name, so that it is not a migration's.
    execute(
        "reset session authorization; reset role; reset all; close all; deallocate all; discard temp;"
        " set row_security = off; set standard_conforming_strings = on");
    notice_a_dead_client();
    if (own_.session_user.empty()) own_ = who();
  }

  void begin() override { execute("begin; set local row_security = off"); }

  void commit() override {
    // A COMMIT of a failed transaction is a ROLLBACK without an error; this raises instead.
    execute("select 1");
    execute("commit");
  }

  void rollback() noexcept override {
    try {
      execute("rollback");
    } catch (...) {  // a broken connection has rolled back already
    }
  }

  void with_own_rights(detail::FunctionRef<void()> work) override {
    const Who before = who();
    const bool another = before.session_user != own_.session_user || before.role != own_.role;
    if (another) become(own_);
    work();
    if (another) become(before);
  }

  bool try_lock(std::string_view name) override {
    const std::string key = std::to_string(lock_key(name));
    const std::string_view parameters[] = {key};
    const auto rows = query("select pg_catalog.pg_try_advisory_lock($1::bigint)", parameters);
    return rows.at(0).at(0) == "t";
  }

  bool holds_lock(std::string_view name) override {
    // A 64-bit key stands in pg_locks in two halves (PostgreSQL docs, 54.12).
    const std::string key = std::to_string(lock_key(name));
    const std::string_view parameters[] = {key};
    const auto rows = query(
        "select exists (select from pg_catalog.pg_locks where locktype = 'advisory' and granted"
        " and pid = pg_catalog.pg_backend_pid() and objsubid = 1 and"
        " (classid::bigint << 32) | objid::bigint = $1::bigint)",
        parameters);
    return rows.at(0).at(0) == "t";
  }

  void require_own_session() override;

  void unlock(std::string_view name) noexcept override {
    try {
      const std::string key = std::to_string(lock_key(name));
      const std::string_view parameters[] = {key};
      query("select pg_catalog.pg_advisory_unlock($1::bigint)", parameters);
    } catch (...) {  // the lock ends with the connection
    }
  }

 private:
  struct Who {
    std::string session_user;
    std::string role;  // "none" for the session user's own
  };

  [[nodiscard]] Who who() {
    const auto rows = query(
        "select pg_catalog.current_setting('session_authorization'), pg_catalog.current_setting('role')",
        {});
    return {rows.at(0).at(0).value_or(""), rows.at(0).at(1).value_or("")};
  }

  // Until the transaction ends. The user comes first, for a change of it takes the role away.
  void become(const Who& who) {
    const std::string_view user[] = {who.session_user};
    query("select pg_catalog.set_config('session_authorization', $1, true)", user);
    const std::string_view role[] = {who.role};
    query("select pg_catalog.set_config('role', $1, true)", role);
  }

  void require_ok(const PGresult* result, std::string_view sql) {
    switch (PQresultStatus(result)) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK:
      case PGRES_EMPTY_QUERY:
      case PGRES_COPY_IN:
      case PGRES_COPY_OUT:
      case PGRES_COPY_BOTH:
        return;
      default:
        break;
    }
    const ServerError error = read_error(result);
    if (PQstatus(raw_) != CONNECTION_OK && (error.sqlstate.empty() || is_connection_loss(error)))
      throw_lost();
    if (error.sqlstate.empty()) throw_error(PQerrorMessage(raw_), {});
    throw_error(error, byte_position(sql, error.position));
  }

  // Else a statement goes on to its end, under the migrator's lock, after its client was killed.
  void notice_a_dead_client() {
    try {
      execute("set client_connection_check_interval = '1s'");
    } catch (const Error& error) {
      if (error.kind() == Error::Kind::unavailable) throw;  // else a system that cannot (22023)
    }
  }

  [[nodiscard]] ResultHandle last_result() {
    ResultHandle last;
    while (PGresult* const next = PQgetResult(raw_)) last.reset(next);
    return last;
  }

  // Leaves the copy that a text began, so that the connection can be used again.
  [[noreturn]] void end_copy(ExecStatusType status) {
    if (status == PGRES_COPY_OUT) {  // libpq says so again and again until all rows were taken
      char* row = nullptr;
      while (PQgetCopyData(raw_, &row, 0) > 0) PQfreemem(row);
    } else {
      PQputCopyEnd(raw_, "rows are given in a COPY statement's own lines only");
    }
    (void)last_result();
    throw Error(
        Error::Kind::unsupported,
        "COPY to or from the client cannot stand here; COPY … FROM STDIN with its rows behind it can");
  }

  static pqxx::result run(pqxx::nontransaction& work, const std::string& sql,
                          std::span<const std::string_view> parameters) {
#if PQXX_VERSION_MAJOR == 6
    const std::vector<std::string> values(parameters.begin(), parameters.end());
    return work.exec_params(sql, pqxx::prepare::make_dynamic_params(values.begin(), values.end()));
#else
    pqxx::params values;
    for (const std::string_view parameter : parameters) values.append(std::string(parameter));
#if PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR < 10
    return work.exec_params(sql, values);
#else
    return work.exec(sql, values);
#endif
#endif
  }

  template <class Work>
  void guarded(Work work) {
    try {
      work();
    } catch (const Error&) {
      throw;
    } catch (const pqxx::broken_connection&) {
      throw_lost();
    } catch (const pqxx::sql_error& error) {
      throw_error(error.what(), std::string(error.sqlstate()));
    } catch (const std::exception& error) {
      throw_error(error.what(), {});
    }
  }

  std::function<ConnectionHandle()> connect_;
  Who own_;
  PGconn* raw_;  // connection_'s own
  AdoptedConnection connection_;
};

void PqxxMaintenance::require_own_session() {
  if (keeps_its_session(raw_, connect_, backend::Deadline::max())) return;
  throw behind_transaction_pooler(
      "the lock of a migrator would be lost there; give a direct URL of the server for migrations in "
      "PostgresOptions::migration_url");
}

}  // namespace

std::unique_ptr<backend::Maintenance> open_maintenance(std::function<ConnectionHandle()> connect) {
  ConnectionHandle connection = connect();
  PQsetErrorVerbosity(connection.get(),
                      PQERRORS_VERBOSE);  // libpqxx 6 loses some SQLSTATEs; the text has them
  // Notices are for people at psql; libpq would print them.
  PQsetNoticeReceiver(
      connection.get(), [](void*, const PGresult*) {}, nullptr);
  return std::make_unique<PqxxMaintenance>(std::move(connection), std::move(connect));
}

}  // namespace tenon::postgres
