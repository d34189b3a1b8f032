#pragma once

#include <string>
#include <string_view>

#include <libpq-fe.h>

#include <tenon/error.hpp>
#include <tenon/export.hpp>

namespace tenon::postgres {

/// What a server's error message said, as far as it may be told.
struct ServerError {
  std::string sqlstate;
  std::string message;  ///< the primary message; shown only where it cannot hold a value
  std::string hint;
  std::string schema;
  std::string table;
  std::string column;
  std::string constraint;
  std::string function;  ///< the server's source function: a language-independent mark of some errors
  std::string position;  ///< character of the SQL text, counted from 1
};

[[nodiscard]] ServerError read_error(const PGresult* result);
/// Reads the text that libpq composes with PQERRORS_VERBOSE, for places where it gives no fields: failed
/// connects, and exceptions of libpqxx. `sqlstate` stays empty when there is none in the text.
[[nodiscard]] TENON_API ServerError read_verbose_text(std::string_view text);

[[nodiscard]] TENON_API Error::Kind kind_of(const ServerError& error) noexcept;

/// The Error for a server's error in a statement. For SQLSTATE classes 22, 23, 44 and P0 the sentence is
/// our own, because the server's may quote values.
[[nodiscard]] Error to_error(const ServerError& error, std::string_view statement);

/// A login that lacks the right to call set_config: in every language the message has the function's name.
[[nodiscard]] inline bool is_about_set_config(std::string_view message) noexcept {
  return message.find("set_config") != std::string_view::npos;
}
inline constexpr std::string_view grant_set_config =
    "grant execute on function pg_catalog.set_config(text, text, boolean) to the login, or run the SQL "
    "script docs/roles.sql for it with -v protect_settings=1";

/// Citus numbers constraints per shard: `name_102008` becomes `name`.
[[nodiscard]] TENON_API std::string without_shard_suffix(std::string name);

/// A cached plan whose result type changed, or a prepared statement that is gone.
[[nodiscard]] bool needs_prepare_again(const ServerError& error) noexcept;
/// The server is going away or has no room: the connection is of no more use.
[[nodiscard]] bool is_connection_loss(const ServerError& error) noexcept;
/// The server itself said so. A pooler between answers in its place when it gives a server up, whatever
/// that does meanwhile; PostgreSQL alone names its source function (PostgreSQL docs, 55.8).
[[nodiscard]] inline bool is_of_the_server(const ServerError& error) noexcept {
  return !error.function.empty();
}

}  // namespace tenon::postgres
