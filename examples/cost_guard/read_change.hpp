#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "change.hpp"

/// What `check` was given.
struct ChangeFiles {
  std::filesystem::path infracost;  ///< `infracost breakdown --format json`; empty: no costs are known
  std::filesystem::path plan;       ///< `terraform show -json PLAN`; empty: only what Infracost lists
  std::string environment = "production";
  std::string request_id;  ///< of the CI run; empty: Infracost's, or a new one
};

/// Reads the files: one change for each project of Infracost's. Throws std::runtime_error or tenon::Error
/// with the file's name when they are not what they should be.
std::vector<Change> read_changes(const ChangeFiles& files);

/// The whole text of a file.
std::string read_text(const std::filesystem::path& file);
