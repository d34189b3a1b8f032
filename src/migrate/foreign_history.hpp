#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <tenon/backend/engine.hpp>
#include <tenon/export.hpp>
#include <tenon/migration_adoption.hpp>

#include "drift.hpp"
#include "history.hpp"

namespace tenon::detail {

// The events that take over what another tool's history says. Throws Error: not_found without its table, or
// for a version that the source has not; conflict (adopted-dirty) when that tool stopped half-way;
// invalid_argument for a version without a number.
[[nodiscard]] std::vector<MigrationEvent> foreign_events(backend::Maintenance& on,
                                                         const backend::Dialect& dialect,
                                                         const Source& source, const AdoptOptions& options);

// The options with the tool in them, and its table. Throws Error not_found, or conflict, when not exactly
// one of the tools' tables is there.
[[nodiscard]] AdoptOptions with_tool(backend::Maintenance& on, AdoptOptions options);

// The locks of golang-migrate 4 on PostgreSQL, while it lives. It takes one under the name of the database
// as its URL has it ("/app") or as the server does ("app"): both are held. Source: database/util.go and
// database/postgres/postgres.go of golang-migrate.
class GolangMigrateLock {
 public:
  // Polls. Throws Error timeout.
  GolangMigrateLock(backend::Maintenance& on, const std::string& table, std::chrono::milliseconds timeout);
  GolangMigrateLock(const GolangMigrateLock&) = delete;
  GolangMigrateLock& operator=(const GolangMigrateLock&) = delete;
  ~GolangMigrateLock();

  [[nodiscard]] TENON_API static std::uint32_t key(const std::string& database, const std::string& schema,
                                                   const std::string& table) noexcept;

 private:
  backend::Maintenance& on_;
  std::vector<std::string> held_;
};

}  // namespace tenon::detail
