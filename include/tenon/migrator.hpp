#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/export.hpp>
#include <tenon/migration.hpp>
#include <tenon/time.hpp>

namespace tenon {

namespace detail {
struct DatabaseState;
}

/// Where one migration stands.
struct MigrationStatus {
  enum class State : std::uint8_t {
    applied,
    pending,
    changed,  ///< applied, but its text is another now
    missing   ///< applied, but no longer in the source
  };
  std::int64_t version = 0;
  std::string name;
  State state = State::pending;
  std::optional<Timestamp> applied_at;
  std::chrono::milliseconds duration{0};
};

[[nodiscard]] TENON_API std::string_view to_string(MigrationStatus::State state) noexcept;

/// What a run did.
struct MigrationReport {
  std::vector<std::int64_t> applied;  ///< versions, in the order in which they ran
  std::int64_t version = 0;           ///< the newest applied version now; 0: none
};

/// Brings one component's schema from version to version and keeps its history.
///
/// Each migration, its history row and the check that nobody was faster commit together: one that fails
/// leaves the database as it was, and there is no "dirty" state. Starters that come at once wait for one
/// another by polling, never inside a database lock.
///
/// Thread safety: none; make one where you need it.
class TENON_API Migrator {
 public:
  /// Longest wait for another migrator to finish. Default 60 s.
  Migrator& lock_timeout(std::chrono::milliseconds timeout) noexcept;

  /// Applies every pending migration in ascending order. Throws `Error`: schema_mismatch when an applied
  /// migration changed or vanished, when a pending one is older than the newest applied, or when the
  /// database is ahead of this program; timeout when another migrator did not finish; else what the
  /// migration's SQL raised, with the migration's name in the message.
  MigrationReport up();
  /// Every migration known to the source or the history, by ascending version.
  [[nodiscard]] std::vector<MigrationStatus> status();

  [[nodiscard]] const std::string& component() const noexcept { return component_; }

 private:
  friend class Database;
  Migrator(std::shared_ptr<detail::DatabaseState> database, std::string component,
           std::vector<Migration> migrations);

  std::shared_ptr<detail::DatabaseState> database_;
  std::string component_;
  std::vector<Migration> migrations_;
  std::chrono::milliseconds lock_timeout_{60'000};
};

}  // namespace tenon
