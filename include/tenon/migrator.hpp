#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/export.hpp>
#include <tenon/migration.hpp>
#include <tenon/migration_adoption.hpp>
#include <tenon/migration_event.hpp>
#include <tenon/migration_problem.hpp>
#include <tenon/migration_progress.hpp>
#include <tenon/migration_report.hpp>
#include <tenon/migration_status.hpp>
#include <tenon/migration_step.hpp>

namespace tenon {

namespace detail {
struct DatabaseState;
struct Goal;
struct RunOptions;
}  // namespace detail

/// Brings one component's schema from version to version and keeps its history.
///
/// A file's statements, its history row and the check that nobody was faster commit together: one that
/// fails leaves the database as it was, and there is no "dirty" state. A file with statements that no
/// transaction takes (CREATE INDEX CONCURRENTLY, VACUUM, `-- tenon:no-transaction`) is journaled statement
/// by statement, and the next up() goes on at the one that failed. Starters that come at once wait for one
/// another by polling, never inside a database lock. On PostgreSQL row-level security is off while
/// migrations run, so that a policy in the way raises instead of hiding rows.
///
/// Every member that writes throws `Error`: timeout when another migrator did not finish; busy when the
/// database stayed locked; unsupported (code "transaction-pooler") behind a pooler that would lose the
/// lock; schema_mismatch with a `detail().code` of migration_problem.hpp when database and source drifted
/// apart; not_found for a version that is not in the source; unavailable (code "migration-lock-lost") when
/// the connection that holds the lock was lost; constraint_violation (code "foreign-key-check") when a
/// migration on SQLite leaves a row that refers to none; outcome_unknown when the answer to a commit was
/// lost; else what a migration's SQL raised, with file, line, column, the line itself and the server's hint
/// in the message.
///
/// Thread safety: none; make one where you need it.
class TENON_API Migrator {
 public:
  /// Longest wait for another migrator, and for a database that others hold, to become free. Default 60 s.
  Migrator& lock_timeout(std::chrono::milliseconds timeout) noexcept;
  /// Lets up() apply files that are older than the newest applied. Default: no, they are an error.
  Migrator& allow_out_of_order(bool allow = true) noexcept;
  /// Who: stands in the history. Default: nobody.
  Migrator& actor(std::string who);
  Migrator& observer(MigrationObserver observer);

  /// Applies every pending migration, or those up to a version, in ascending order. Complexity: one
  /// statement when there is nothing to do.
  MigrationReport up();
  MigrationReport up(std::int64_t to);
  /// Takes back the newest `count` applied migrations, newest first. Throws `Error` (unsupported, code
  /// "migration-irreversible") before it runs anything when one of them has no way down.
  MigrationReport down(std::size_t count = 1);
  /// Takes back everything newer than a version; 0: everything.
  MigrationReport down_to(std::int64_t version);
  /// Whichever of up and down leads to the version.
  MigrationReport to(std::int64_t version);

  /// What up(), down() or to() would execute, with the SQL. Writes nothing and takes no lock.
  [[nodiscard]] std::vector<MigrationStep> plan();
  [[nodiscard]] std::vector<MigrationStep> plan_up(std::int64_t to);
  [[nodiscard]] std::vector<MigrationStep> plan_down(std::size_t count = 1);
  [[nodiscard]] std::vector<MigrationStep> plan_down_to(std::int64_t version);
  [[nodiscard]] std::vector<MigrationStep> plan_to(std::int64_t version);

  /// Every migration known to the source or the history, by ascending version. Complexity: one statement.
  [[nodiscard]] std::vector<MigrationStatus> status();
  /// Everything that ever happened to the component, oldest first.
  [[nodiscard]] std::vector<MigrationEvent> history();
  /// The newest applied version; 0: none.
  [[nodiscard]] std::int64_t version();
  /// What keeps up() from working, and what it left behind; empty when all is well. Throws only when the
  /// database cannot be read.
  [[nodiscard]] std::vector<MigrationProblem> validate();

  /// Counts the migrations up to `version` as applied without running them, on a database that has their
  /// schema already. Throws `Error` (conflict) when the component has applied migrations.
  MigrationReport baseline(std::int64_t version, std::string_view reason = {});
  /// Takes the record to the state of the source: accepts the text of changed files, forgets vanished ones,
  /// accepts changed statements of a journal, drops invalid indexes that a failed CREATE INDEX CONCURRENTLY
  /// of a file which is still to be applied left. Returns what it mended. Runs no migration. Throws `Error`
  /// (conflict) when a file has fewer statements now than of it ran.
  std::vector<MigrationProblem> repair(std::string_view reason = {});
  /// Sets the record: everything up to `version` counts as applied and nothing beyond it; 0: nothing at
  /// all. Runs nothing and ends an interrupted file's journal. `reason` is required.
  MigrationReport force(std::int64_t version, std::string_view reason);
  /// Takes over the record of another tool. Throws `Error`: not_found without its table, conflict when the
  /// component has a history already or (code "adopted-dirty") when the other tool stopped half-way.
  /// golang-migrate's own locks are held meanwhile, so a live one waits.
  MigrationReport adopt(const AdoptOptions& options);

  [[nodiscard]] const std::string& component() const noexcept { return component_; }
  /// The source, by ascending version.
  [[nodiscard]] const std::vector<Migration>& migrations() const noexcept { return migrations_; }

 private:
  friend class Database;
  Migrator(std::shared_ptr<detail::DatabaseState> database, std::string component,
           std::vector<Migration> migrations);

  [[nodiscard]] detail::RunOptions run_options() const;
  MigrationReport carry_out(const detail::Goal& goal);
  [[nodiscard]] std::vector<MigrationStep> plan_of(const detail::Goal& goal);

  std::shared_ptr<detail::DatabaseState> database_;
  std::string component_;
  std::vector<Migration> migrations_;
  std::chrono::milliseconds lock_timeout_{60'000};
  bool allow_out_of_order_ = false;
  std::string actor_;
  MigrationObserver observer_;
};

}  // namespace tenon
