#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tenon/administrator_scope.hpp>
#include <tenon/config.hpp>
#include <tenon/config_source.hpp>
#include <tenon/database.hpp>

#include "settings.hpp"

namespace tenon::cli {

/// The database of one run of the program, opened when a command first asks for it, and for whom it works.
class Session {
 public:
  Settings settings;
  /// As PostgresOptions::accept_findings, before the database is opened.
  std::vector<std::string> accept_findings;
  /// Further columns that hold tenants, as `tenant_columns` of either backend, before the database is
  /// opened.
  std::vector<std::string> tenant_columns;
  /// As PostgresOptions::migration_url, before the database is opened; of those that work on all of it
  /// only.
  std::string migration_url;
  /// The command migrates or backs up: it takes migration_url, and a schema that is not the newest explains
  /// no failure of it.
  bool works_on_whole_database = false;

  [[nodiscard]] Database& database();
  /// Opened without waiting for the server for longer than this.
  [[nodiscard]] Database& database(std::chrono::milliseconds connect_timeout);
  /// `--url`, else the environment. Throws `Error` (invalid_argument).
  [[nodiscard]] ConfigReading reading() const;
  [[nodiscard]] Config config() const;
  /// Throws `Error` (invalid_argument) where there is a migration_url that is none, or the database is
  /// SQLite's.
  void require_use_of_direct_url() const;
  /// `--tenant` or TENON_TENANT. Throws UsageError when there is none, or with --admin.
  [[nodiscard]] std::string tenant() const;
  [[nodiscard]] TenantScope reader();
  [[nodiscard]] TenantScope writer();
  [[nodiscard]] AdministratorScope administrator();

  /// True when opening the database was tried and failed for want of a server or file that answers.
  [[nodiscard]] bool could_not_open() const noexcept { return could_not_open_; }
  /// True when the database is open and its schema is not the newest, which explains most failures.
  [[nodiscard]] bool lacks_migrations() noexcept;
  /// The URL without user, password and parameters.
  [[nodiscard]] std::string display_url() const;

 private:
  Database& open(const Config& config);

  std::optional<Database> database_;
  bool could_not_open_ = false;
};

}  // namespace tenon::cli
