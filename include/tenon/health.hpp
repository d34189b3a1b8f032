#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/describe/class.hpp>

#include <tenon/export.hpp>

namespace tenon {

/// How a database is, as Database::health() found it. What could not be found out is empty.
struct Health {
  bool available = false;              ///< it answered in time
  std::optional<double> latency_ms{};  ///< of the shortest question and its answer
  std::string backend{};               ///< "postgresql", "sqlite"
  std::optional<std::string> server_version{};
  std::optional<bool> read_only{};
  std::optional<double> replica_lag_ms{};  ///< on a replica: how far it is behind
  std::optional<std::int64_t>
      schema_version{};  ///< newest applied migration of the bundled schema; 0: none
  std::optional<std::int64_t> pending_migrations{};  ///< that this program has and the database has not
  std::string migration_drift{};                     ///< how the two do not fit together; empty: they do
  std::optional<std::int64_t> tables{};              ///< outside the database's own schemas
  std::int64_t connections = 0;                      ///< open ones, idle or in use
  std::int64_t active = 0;                           ///< in use
  std::int64_t waiting = 0;                          ///< callers waiting for one
  /// Kept open when idle: PoolOptions::size; on SQLite the writer and the readers.
  std::int64_t pool_size = 0;
  /// Most that can be open: size + max_overflow; on SQLite the writer and the readers.
  std::int64_t pool_capacity = 0;
  std::optional<std::int64_t> database_bytes{};  ///< of the file, on SQLite
  std::optional<std::int64_t> wal_bytes{};       ///< of its write-ahead log
  std::string warning{};                         ///< what needs mending though it is available
  std::string error{};                           ///< why it is not available; no password in it
};
BOOST_DESCRIBE_STRUCT(Health, (),
                      (available, latency_ms, backend, server_version, read_only, replica_lag_ms,
                       schema_version, pending_migrations, migration_drift, tables, connections, active,
                       waiting, pool_size, pool_capacity, database_bytes, wal_bytes, warning, error))

/// Whether a database answers, as Database::ready() found it.
struct Readiness {
  bool ready = false;
  double latency_ms = 0;  ///< how long the check took
  std::string error{};    ///< why not

  explicit operator bool() const noexcept { return ready; }
};
BOOST_DESCRIBE_STRUCT(Readiness, (), (ready, latency_ms, error))

/// What a database holds, as Database::info() found it: of all tenants together.
struct DatabaseInfo {
  bool enabled = false;  ///< false only for a configuration that says so, of which the rest is 0
  std::int64_t total_analyses = 0;
  double average_monthly_cost = 0;  ///< over all analyses
  std::int64_t blocked_count = 0;   ///< analyses that a policy blocks
};
BOOST_DESCRIBE_STRUCT(DatabaseInfo, (), (enabled, total_analyses, average_monthly_cost, blocked_count))

/// As one JSON object with the members by name; what is empty is null.
[[nodiscard]] TENON_API std::string to_json(const Health& health);
[[nodiscard]] TENON_API std::string to_json(const Readiness& readiness);
[[nodiscard]] TENON_API std::string to_json(const DatabaseInfo& info);

}  // namespace tenon
