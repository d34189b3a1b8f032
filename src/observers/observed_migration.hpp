#pragma once

#include <chrono>
#include <string_view>

#include <tenon/error.hpp>
#include <tenon/migration.hpp>
#include <tenon/observer.hpp>

#include "state.hpp"

namespace tenon::detail {

inline void tell(const DatabaseState& database, const MigrationRun& run) noexcept {
  try {
    database.config.observer->migration(run);
  } catch (...) {  // an observer changes nothing
  }
}

// Runs `apply()`, which returns whether it was done here, and tells the observer, if there is one.
template <class Apply>
bool observe_migration(const DatabaseState& database, std::string_view component,
                       const Migration& migration, MigrationDirection direction, Apply&& apply) {
  if (!database.config.observer) return apply();
  const auto start = std::chrono::steady_clock::now();
  MigrationRun run{.database = *database.identity,
                   .component = component,
                   .version = migration.version,
                   .name = migration.name,
                   .direction = direction};
  const auto end = [&] {
    run.duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    tell(database, run);
  };
  try {
    const bool applied = apply();
    if (applied) end();
    return applied;
  } catch (const Error& error) {
    run.error = &error;
    end();
    throw;
  }
}

}  // namespace tenon::detail
