#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <tenon/error.hpp>

#include "adopt_pqxx.hpp"
#include "error_map.hpp"
#include "maintenance.hpp"

namespace tenon::postgres {

namespace {

// FNV-1a: the same lock in every process and version.
std::int64_t lock_key(std::string_view name) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return static_cast<std::int64_t>(hash);
}

[[noreturn]] void throw_error(const char* text, const std::string& sqlstate) {
  ServerError error = read_verbose_text(text);
  if (error.sqlstate.empty()) error.sqlstate = sqlstate;
  if (error.message.empty()) error.message = std::string(text).substr(0, std::string_view(text).find('\n'));
  std::string shown = "SQL failed: " + error.message;
  if (!error.sqlstate.empty()) shown += " [SQLSTATE " + error.sqlstate + "]";
  if (!error.position.empty()) shown += "; " + error.position;
  if (!error.hint.empty()) shown += "; hint: " + error.hint;
  Error::Detail detail;
  detail.sqlstate = error.sqlstate;
  detail.constraint = error.constraint;
  detail.hint = error.hint;
  throw Error(kind_of(error), shown, std::move(detail));
}

class PqxxMaintenance final : public backend::Maintenance {
 public:
  explicit PqxxMaintenance(ConnectionHandle connection) : connection_(std::move(connection)) {}

  void execute(std::string_view sql) override {
    guarded([&] {
      pqxx::nontransaction work(connection_);
      work.exec(std::string(sql));
    });
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

  bool try_lock(std::string_view name) override {
    const std::string key = std::to_string(lock_key(name));
    const std::string_view parameters[] = {key};
    return query("select pg_catalog.pg_try_advisory_lock($1::bigint)", parameters).at(0).at(0) == "t";
  }

  void unlock(std::string_view name) noexcept override {
    try {
      const std::string key = std::to_string(lock_key(name));
      const std::string_view parameters[] = {key};
      query("select pg_catalog.pg_advisory_unlock($1::bigint)", parameters);
    } catch (...) {  // the lock ends with the connection
    }
  }

 private:
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
      throw Error(Error::Kind::unavailable,
                  "the maintenance connection was lost; a transaction on it was rolled back unless it was "
                  "at its commit");
    } catch (const pqxx::sql_error& error) {
      throw_error(error.what(), std::string(error.sqlstate()));
    } catch (const std::exception& error) {
      throw_error(error.what(), {});
    }
  }

  AdoptedConnection connection_;
};

}  // namespace

std::unique_ptr<backend::Maintenance> open_maintenance(ConnectionHandle connection) {
  PQsetErrorVerbosity(connection.get(),
                      PQERRORS_VERBOSE);  // libpqxx 6 loses some SQLSTATEs; the text has them
  return std::make_unique<PqxxMaintenance>(std::move(connection));
}

}  // namespace tenon::postgres
