#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <tenon/backend/backup_form.hpp>
#include <tenon/backend/dialect.hpp>
#include <tenon/backend/maintenance.hpp>
#include <tenon/backend/probe.hpp>
#include <tenon/backend/session.hpp>
#include <tenon/backend/statement.hpp>
#include <tenon/backend/subscription.hpp>
#include <tenon/backup.hpp>
#include <tenon/export.hpp>
#include <tenon/finding.hpp>
#include <tenon/migration.hpp>
#include <tenon/pool.hpp>

namespace tenon::backend {

/// One opened database: what a backend must do. It owns its connections.
///
/// Thread safety: every member may be called from any thread at any time.
/// Errors: `tenon::Error` only, with the kind that fits; the conformance kit (tenon/testing) says which.
class TENON_API Engine {
 public:
  virtual ~Engine() = default;

  [[nodiscard]] virtual const Dialect& dialect() const noexcept = 0;
  /// Library and version of the database, for people: "SQLite 3.40.1", "PostgreSQL 15.6".
  [[nodiscard]] virtual std::string version() = 0;

  /// Runs one statement as its own transaction, in one round trip: bind the principal, run, commit.
  /// Returns the number of rows changed, or returned for a read. When it throws, nothing was committed,
  /// except outcome_unknown.
  virtual std::uint64_t execute(const Principal& principal, const Call& call) = 0;
  /// Inserts all rows of the batch in one transaction of its own; returns their number, rows that the
  /// conflict clause changed or left alone included.
  virtual std::uint64_t insert(const Principal& principal, const BatchInsert& batch) = 0;
  /// Begins a transaction. Waits for a connection no longer than the deadline and the pool allow.
  virtual std::unique_ptr<Session> begin(const Principal& principal, const TransactionOptions& options) = 0;

  virtual std::unique_ptr<Maintenance> maintenance() = 0;
  /// Opens a connection beside the pool for looking at the database's health, no later than the deadline.
  /// It may still be in use when the engine is closed, and is gone before the engine is. Ends soon after
  /// the engine was closed, if it can.
  [[nodiscard]] virtual std::unique_ptr<Probe> probe(Deadline deadline) = 0;
  /// What in the database weakens the walls between tenants, errors first. Where a server enforces the
  /// walls, opening looks for the same and throws `Error` (permission_denied) for errors.
  [[nodiscard]] virtual std::vector<Finding> inspect() { return {}; }
  /// The bundled schema (component `tenon`) in this backend's SQL, by ascending version.
  [[nodiscard]] virtual std::span<const EmbeddedMigration> bundled_migrations() const noexcept = 0;

  /// The engine's connections and the queues for them; never waits for a connection, never throws for a
  /// closed engine. A backend without a pool says nothing.
  [[nodiscard]] virtual PoolStats pool_stats() { return {}; }

  /// Listens to the channels, whose names are lower-case letters, digits and underscores, from before it
  /// returns. Throws `Error`: unavailable when the server cannot be reached, unsupported.
  [[nodiscard]] virtual std::unique_ptr<Subscription> listen(std::vector<std::string> channels,
                                                             Subscriber subscriber);

  /// What backups of this database are called. Throws `Error` (unsupported) where the backend makes none.
  [[nodiscard]] virtual BackupForm backup_form() const;
  /// Writes what is committed at one moment to `path`, where nothing is, for its owner alone to read; calls
  /// go on meanwhile. Who calls syncs it, and removes what an `Error` left there: timeout, unavailable soon
  /// after the engine was closed, permission_denied, corrupt where the check finds damage, unsupported.
  virtual void write_backup(const std::string& path, const BackupOptions& options, Deadline deadline);

  /// Refuses new calls at once, waits until the deadline for those under way, then cancels and breaks what
  /// is left but for maintenance, and closes. True when everything had ended by itself or was ended; false
  /// when a transaction is still held by the host or maintenance goes on. Never throws.
  virtual bool drain(Deadline deadline) noexcept = 0;
  /// Closes all connections. Later calls throw `Error` (unavailable). Never throws.
  virtual void close() noexcept = 0;
};

}  // namespace tenon::backend
