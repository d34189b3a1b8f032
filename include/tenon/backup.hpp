#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <tenon/export.hpp>

namespace tenon {

/// How Database::backup() works, and which older backups it leaves.
struct BackupOptions {
  /// So many of the directory's newest backups of this database stay, the new one among them; at least 1.
  std::size_t keep_newest = 7;
  /// Beyond those stay the ones that are younger than this.
  std::chrono::seconds keep_for{0};
  /// Longest time for all of it; 0: no limit.
  std::chrono::milliseconds timeout{0};
  /// SQLite: reads the finished copy through (`PRAGMA quick_check`) before an older one is removed for it.
  bool check = true;
  /// PostgreSQL: the program, by its path or as it is found in PATH. It must not be older than the server.
  std::string pg_dump = "pg_dump";
};

/// A backup that Database::backup() has made.
struct BackupReport {
  std::string file{};      ///< its path; a directory's where each tenant has a file
  std::int64_t bytes = 0;  ///< of all its files
  std::int64_t duration_ms = 0;
  std::vector<std::string> removed{};      ///< paths of older backups that were removed
  std::vector<std::string> not_removed{};  ///< that should have been, each with the reason; they stay
};

/// As one JSON object with the members by name.
[[nodiscard]] TENON_API std::string to_json(const BackupReport& report);

}  // namespace tenon
