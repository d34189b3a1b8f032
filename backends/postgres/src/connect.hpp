#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/config.hpp>

#include "handles.hpp"

namespace tenon::postgres {

/// The password that libpq finds in a database URL; empty: none.
[[nodiscard]] std::string password_in(const std::string& url);

/// Where and how to connect, taken apart once from Config::url.
class ConnectTarget {
 public:
  /// Throws `Error` (invalid_argument) when libpq cannot read the URL, or will refuse what it says or the
  /// environment adds to it. The message never holds the URL.
  explicit ConnectTarget(const Config& config);

  /// Opens a blocking-mode PGconn without waiting past the deadline. Several hosts are tried one after the
  /// other, each with its share of the time, and for no longer than libpq's connect_timeout. Throws
  /// `Error`: permission_denied when the login is refused, invalid_argument for an unknown database,
  /// otherwise unavailable. Gives up soon after a stop was requested. The password is asked for anew each
  /// time.
  [[nodiscard]] ConnectionHandle connect(backend::Deadline deadline,
                                         const std::stop_token& stop = {}) const;

  /// How a client program of PostgreSQL's gets to the same database: a connection string that anybody may
  /// see, and the password, for its environment, where there is one. The password is asked for as connect()
  /// does. Throws `Error`: unavailable, unsupported for a secret that has no such way.
  struct ProgramLogin {
    std::string connection_string;
    std::optional<std::string> password;
  };
  [[nodiscard]] ProgramLogin program_login() const;
  /// The database's name; libpq's default where the URL has none.
  [[nodiscard]] std::string database_name() const;

  /// For messages: the URL without its secrets.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  struct Host {
    std::string host;
    std::string address;
    std::string port;
  };

  void require_readable() const;
  void read_settings();
  [[nodiscard]] std::optional<std::string> password() const;
  // `state`: as target_session_attrs; null: what the settings say.
  [[nodiscard]] ConnectionHandle attempt(const Host* host, const char* state,
                                         const std::optional<std::string>& password,
                                         backend::Deadline deadline, const std::stop_token& stop) const;

  std::string url_;
  std::string name_;
  std::function<std::string()> password_callback_;
  std::string password_file_;
  // libpq leaves it to the caller where connecting does not block (PostgreSQL docs 34.1,
  // PQconnectStartParams).
  std::optional<std::chrono::seconds> connect_timeout_;
  std::vector<Host> hosts_;  // empty: leave the choice to libpq
  // All hosts are asked for the first of these, then for the next; null: what the settings say.
  std::vector<const char*> wanted_states_{nullptr};
};

}  // namespace tenon::postgres
