#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

namespace tenon {

/// The tools whose history a Migrator can take over.
enum class MigrationTool : std::uint8_t { golang_migrate, flyway, goose, alembic };
BOOST_DESCRIBE_ENUM(MigrationTool, golang_migrate, flyway, goose, alembic)

/// What becomes of the version at which golang-migrate stopped with its dirty flag set.
enum class DirtyVersion : std::uint8_t {
  refuse,   ///< an error that tells what to look at
  applied,  ///< it was found, or made, complete
  pending   ///< what it left was taken away; up() runs it again
};
BOOST_DESCRIBE_ENUM(DirtyVersion, refuse, applied, pending)

/// How Migrator::adopt reads another tool's history. Its table is left as it is.
struct AdoptOptions {
  std::optional<MigrationTool> tool{};  ///< nothing: the one whose default table is there
  /// The history's table, on PostgreSQL as schema.table too; empty: the tool's own default
  /// (schema_migrations, flyway_schema_history, goose_db_version, alembic_version).
  std::string table{};
  DirtyVersion dirty = DirtyVersion::refuse;
  /// The tool's versions that are no numbers, with the version of the source that each stands for:
  /// Alembic's revisions ("9f3c01ab" → 12; every migration up to it counts as applied), Flyway's "1.2".
  std::map<std::string, std::int64_t> versions{};
};

}  // namespace tenon
