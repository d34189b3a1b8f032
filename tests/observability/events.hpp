#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tenon/observer.hpp>

namespace tenon::test {

inline const DatabaseIdentity& ops() {
  static const DatabaseIdentity identity{
      .system = "postgresql", .name = "ops", .host = "db.example", .port = 5432};
  return identity;
}

/// A statement that took 12.5 ms.
inline StatementEvent event(std::string_view name, std::string_view sql = {}) {
  return {.database = ops(),
          .name = name,
          .sql = sql,
          .duration = std::chrono::microseconds{12'500},
          .rows = 3,
          .round_trips = 1};
}

inline MigrationRun migrated() {
  return {.database = ops(), .component = "tenon", .version = 1, .name = "bundled_schema"};
}

}  // namespace tenon::test
