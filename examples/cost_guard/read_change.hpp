#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "change.hpp"

/// A JSON text and where it is from, for messages.
struct Document {
  std::string text;
  std::string source;
};

/// What is known of a change.
struct ChangeDocuments {
  std::optional<Document>
      infracost;                 ///< `infracost breakdown --format json`; without it no costs are known
  std::optional<Document> plan;  ///< `terraform show -json PLAN`; without it only what Infracost lists
  std::string environment = "production";
  std::string request_id;  ///< of the CI run; empty: Infracost's, or a new one
};

/// One change for each project of Infracost's, and never none. Throws std::runtime_error or tenon::Error,
/// with the source's name, when a document is not what it should be.
std::vector<Change> read_changes(const ChangeDocuments& documents);

/// The whole text of a file.
std::string read_text(const std::filesystem::path& file);
