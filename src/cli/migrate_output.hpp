#pragma once

#include <string>
#include <vector>

#include <tenon/migrator.hpp>

namespace tenon::cli {

/// What the commands of `migrate` answer, as one JSON document or for people. Each ends with a line end.

[[nodiscard]] std::string report_text(const MigrationReport& report);
[[nodiscard]] std::string record_text(const MigrationReport& report);
[[nodiscard]] std::string report_json(const MigrationReport& report);

[[nodiscard]] std::string status_text(const std::vector<MigrationStatus>& migrations,
                                      const std::vector<MigrationProblem>& problems);
[[nodiscard]] std::string status_json(const std::string& component,
                                      const std::vector<MigrationStatus>& migrations,
                                      const std::vector<MigrationProblem>& problems);
[[nodiscard]] std::string history_text(const std::vector<MigrationEvent>& events);
[[nodiscard]] std::string history_json(const std::vector<MigrationEvent>& events);
[[nodiscard]] std::string plan_text(const std::vector<MigrationStep>& steps);
[[nodiscard]] std::string plan_json(const std::vector<MigrationStep>& steps);
/// One line each.
[[nodiscard]] std::string problems_text(const std::vector<MigrationProblem>& problems);
[[nodiscard]] std::string problems_json(const std::vector<MigrationProblem>& problems);

}  // namespace tenon::cli
