#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tenon/error.hpp>
#include <tenon/migration.hpp>
#include <tenon/migration_problem.hpp>
#include <tenon/migration_status.hpp>

#include "history.hpp"

namespace tenon::detail {

// A component's migrations, by ascending version, with the checksums of their texts.
struct Source {
  std::string component;
  const std::vector<Migration>& migrations;
  std::vector<std::string> checksums;

  Source(std::string name, const std::vector<Migration>& all);
  // Its place among the migrations; their number when there is none.
  [[nodiscard]] std::size_t find(std::int64_t version) const;
  [[nodiscard]] bool has(std::int64_t version) const { return find(version) < migrations.size(); }
  [[nodiscard]] std::int64_t newest() const { return migrations.empty() ? 0 : migrations.back().version; }
};

// "migration 7_add_index of component app"
[[nodiscard]] std::string label(const std::string& component, std::int64_t version,
                                const std::string& name);
// "tenon migrate repair --component app --source DIR"
[[nodiscard]] std::string command(const std::string& component, std::string_view verb);

[[nodiscard]] std::vector<MigrationStatus> compare(const Source& source, const Record& record,
                                                   const Applied& applied);

// The four kinds in which database and source drift apart, by version.
[[nodiscard]] std::vector<MigrationProblem> drift(const Source& source, const Applied& applied);
// An applied migration that changed or vanished, or is newer than the source; nothing when it is as it was.
[[nodiscard]] std::vector<MigrationProblem> drift_of(const Source& source, const AppliedMigration& applied);
[[nodiscard]] MigrationProblem out_of_order(const Source& source, const Migration& migration);
[[nodiscard]] MigrationProblem stopped_half_way(const Source& source, const JournalKey& key,
                                                const JournalEntries& entries);

// The error for the first of them.
[[nodiscard]] Error to_error(const std::vector<MigrationProblem>& problems);

}  // namespace tenon::detail
