#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/export.hpp>
#include <tenon/migration.hpp>

namespace tenon {

/// Reads the migrations of a folder, by ascending version.
///
/// Two styles of file, which one folder may mix:
/// - `NUMBER_name.up.sql` with or without `NUMBER_name.down.sql` (golang-migrate, tenon)
/// - `NUMBER_name.sql` with `-- +goose Up` and `-- +goose Down` sections (goose)
///
/// The number has any count of digits: 1, 000001 and 20260131094500 are all versions. Files of other kinds
/// are ignored; subfolders are not entered. A byte order mark is dropped, line ends are kept.
///
/// Throws `Error`: not_found when there is no such folder; invalid_argument for two files of one version
/// and direction (both are named), a down without its up, text that is not UTF-8, a malformed goose file,
/// and files that look like migrations but would be skipped (a number without either style, Flyway's
/// names, goose's Go files); unavailable for what cannot be read.
///
/// Source: docs/migrations.md.
[[nodiscard]] TENON_API std::vector<Migration> read_migrations(const std::filesystem::path& directory);

/// The same for migrations that were compiled in. Throws like it.
[[nodiscard]] TENON_API std::vector<Migration> read_migrations(std::span<const EmbeddedMigration> embedded);

/// Makes the two files of a new migration from a template and returns their paths, up first.
///
/// The number is the next one, with as many digits as the folder's newest file has (6 in an empty folder);
/// a folder whose newest version is a timestamp (14 digits, YYYYMMDDHHMMSS) gets the time in UTC. The name
/// becomes lower case, with `_` for everything that is neither letter nor digit. Makes the folder when it
/// is absent. Never overwrites a file, not even one that another process makes at the same moment.
///
/// Throws `Error`: what read_migrations throws; invalid_argument for a name without a letter or digit;
/// already_exists; unavailable for what cannot be written.
[[nodiscard]] TENON_API std::pair<std::filesystem::path, std::filesystem::path> create_migration(
    const std::filesystem::path& directory, std::string_view name);

}  // namespace tenon
