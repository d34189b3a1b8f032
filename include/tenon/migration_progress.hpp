#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include <tenon/migration_step.hpp>

namespace tenon {

/// How far a run is. Its texts live for the duration of the call.
struct MigrationProgress {
  enum class Phase : std::uint8_t {
    waiting,    ///< another migrator has the lock
    started,    ///< a file begins
    statement,  ///< the statement number `statement` is about to run
    finished    ///< the file is in the database, with its history
  };
  Phase phase = Phase::started;
  std::string_view component;
  std::int64_t version = 0;
  std::string_view name;
  std::string_view file;
  MigrationDirection direction = MigrationDirection::up;
  std::size_t statement = 0;             ///< from 1
  std::size_t statements = 0;            ///< in the file
  std::chrono::milliseconds elapsed{0};  ///< since the file began; of `waiting`: since the wait began
};

/// Called on the thread that runs the migrator, between its statements. What it throws stops the run as an
/// error of the migration would: a file in a transaction leaves nothing.
using MigrationObserver = std::function<void(const MigrationProgress&)>;

}  // namespace tenon
