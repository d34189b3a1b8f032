#pragma once

#include <string>
#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/config.hpp>

#include "handles.hpp"

namespace tenon::postgres {

/// Where and how to connect, taken apart once from Config::url.
class ConnectTarget {
 public:
  /// Throws `Error` (invalid_argument) when libpq cannot read the URL. The message never holds the URL.
  explicit ConnectTarget(const Config& config);

  /// Opens a blocking-mode PGconn without waiting past the deadline. Several hosts are tried one after the
  /// other, each with its share of the time. Throws `Error`: permission_denied when the login is refused,
  /// invalid_argument for an unknown database, otherwise unavailable.
  [[nodiscard]] ConnectionHandle connect(backend::Deadline deadline) const;

  /// For messages: the URL without its secrets.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  struct Host {
    std::string host;
    std::string address;
    std::string port;
  };

  void read_hosts();
  [[nodiscard]] ConnectionHandle attempt(const Host* host, backend::Deadline deadline) const;

  std::string url_;
  std::string name_;
  std::vector<Host> hosts_;  // empty: leave the choice to libpq
};

}  // namespace tenon::postgres
