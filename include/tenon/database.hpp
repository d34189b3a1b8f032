#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tenon/administrator_scope.hpp>
#include <tenon/backup.hpp>
#include <tenon/config.hpp>
#include <tenon/export.hpp>
#include <tenon/finding.hpp>
#include <tenon/health.hpp>
#include <tenon/migrator.hpp>
#include <tenon/pool.hpp>
#include <tenon/tenant_context.hpp>
#include <tenon/tenant_scope.hpp>

namespace tenon {

namespace backend {
class Engine;
}

/// One opened database. A handle: copies share it, and it closes with the last of them and of their scopes.
///
/// Thread safety: every member may be called from any thread.
class TENON_API Database {
 public:
  /// Opens what the URL or configuration names, with the backend of its scheme. Throws `Error`:
  /// unsupported for an unknown scheme, invalid_argument for a URL that cannot work, unavailable when the
  /// database cannot be reached or opened, permission_denied for a migrated database whose walls between
  /// tenants have a hole; the message lists all holes with their remedies.
  [[nodiscard]] static Database open(std::string_view url);
  [[nodiscard]] static Database open(const Config& config);

  /// Brings the bundled schema to its newest version. Safe when many processes do it at once.
  MigrationReport migrate();
  /// The same, and then the host's own migrations under `component`. The reports come in that order.
  std::vector<MigrationReport> migrate(std::vector<Migration> host, std::string component = "app");
  /// A migrator for the bundled schema, component `tenon`.
  [[nodiscard]] Migrator migrator();
  /// A migrator for the host's own migrations, with a history of its own under `component`.
  [[nodiscard]] Migrator migrator(std::string component, std::vector<Migration> migrations);
  /// The same for those that tenon_embed_migrations compiled in.
  template <
      typename Embedded,
      std::enable_if_t<std::is_convertible_v<const Embedded&, std::span<const EmbeddedMigration>>, int> = 0>
  [[nodiscard]] Migrator migrator(std::string component, const Embedded& migrations) {
    return embedded_migrator(std::move(component), migrations);
  }

  /// Throws `Error` (invalid_argument) for the role administrator, and for a tenant id that is not spelt as
  /// Config::tenant_ids says.
  [[nodiscard]] TenantScope scope(TenantContext context) const;
  /// Reads across all tenants; `actor` says for whom.
  [[nodiscard]] AdministratorScope administrator(std::string actor = {}) const;

  /// What weakens the walls between tenants in this database, errors first. What opening refused, unless
  /// the configuration accepts it by name, and warnings. Complexity: one round trip.
  [[nodiscard]] std::vector<Finding> inspect() const;

  /// The connections and who waits for one. On SQLite they are the one writer and the readers of the file:
  /// an active writer is one that a transaction or a group of writes holds. Takes no round trip and never
  /// waits for a connection.
  [[nodiscard]] PoolStats pool_stats() const;

  /// How the database is, found out now, over a connection of its own beside the pool. Never throws and
  /// never takes longer than `timeout`: what hinders it is in Health::error. A few round trips.
  [[nodiscard]] Health health(std::chrono::milliseconds timeout = std::chrono::seconds{2}) const;
  /// Whether the database answers now, fit for a readiness check every second: one round trip over the same
  /// connection. Never throws and never takes longer than `timeout`. It says nothing about the schema.
  [[nodiscard]] Readiness ready(std::chrono::milliseconds timeout = std::chrono::seconds{1}) const;
  /// Figures over the analyses of all tenants, under the administrator's role. Throws `Error` as
  /// AdministratorScope does. One statement, which reads every analysis.
  [[nodiscard]] DatabaseInfo info() const;

  /// Writes what is committed at one moment, of all tenants, to a new file in `directory`, while calls go
  /// on, and then removes the older backups that `options` does not keep; docs/backups.md tells how it is
  /// read back. On SQLite a database file; with one file per tenant a directory of them, each of a moment
  /// of its own. On PostgreSQL what pg_dump writes, by the login of PostgresOptions::migration_url where
  /// there is one. Makes the directory, for its owner alone, where it is absent. Uses no connection of the
  /// pool. Throws `Error`: busy while another backup is written to the directory, by whatever process,
  /// timeout, unavailable when the file cannot be written or the database is closed meanwhile,
  /// limit_exceeded where the disk is full, permission_denied when the login may not read every row,
  /// schema_mismatch for a file without a table, corrupt, unsupported. No older backup is gone then.
  /// Complexity: linear in the database's size.
  BackupReport backup(const std::string& directory, const BackupOptions& options = {}) const;

  /// For people: "SQLite 3.40.1", "PostgreSQL 15.6".
  [[nodiscard]] std::string version() const;
  [[nodiscard]] const Config& config() const noexcept;
  /// The backend's own interface, for tools and the conformance kit.
  [[nodiscard]] backend::Engine& engine() const noexcept;

  /// Refuses new calls at once, waits up to `patience` for calls and transactions under way, and closes. On
  /// PostgreSQL it then cancels what still runs and breaks connections that do not come back, which takes
  /// four seconds longer than `patience` at most; on SQLite calls end by their own deadlines. A health() or
  /// ready() that is under way counts among the calls, and one that hangs is left behind about a second
  /// after `patience`; a backup() ends with `Error`. A migration is waited for and never cut off: on
  /// PostgreSQL one that takes longer goes on to its end, on its own connection. True
  /// when nothing is left; false when the host still holds a transaction, whose connection closes with it,
  /// or a migration goes on. Do not call it from within a transaction or a visitor.
  bool close(std::chrono::milliseconds patience) noexcept;
  /// Refuses new calls at once; later ones on it and its scopes throw `Error` (unavailable). On PostgreSQL
  /// idle connections close now and those in use when they are given back; on SQLite it waits for the calls
  /// that are under way.
  void close() noexcept;

 private:
  [[nodiscard]] Migrator embedded_migrator(std::string component,
                                           std::span<const EmbeddedMigration> migrations);

  explicit Database(std::shared_ptr<detail::DatabaseState> state) noexcept;

  std::shared_ptr<detail::DatabaseState> state_;
};

}  // namespace tenon
