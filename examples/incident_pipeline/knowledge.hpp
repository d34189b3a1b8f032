#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <tenon/time.hpp>

struct Service {
  std::string owner;
  std::string runbook;
  std::vector<std::string> depends_on;
};

/// A deployment or other change of a service.
struct Change {
  std::string service;
  std::string version;
  std::string by;
  tenon::Timestamp at{};
};

/// What the company knows of its services: `services.json` and `changes.json` of a folder.
struct Knowledge {
  std::map<std::string, Service> services;
  std::vector<Change> changes;

  /// Throws std::runtime_error that names the file when one is absent or not what it should be.
  static Knowledge load(const std::filesystem::path& folder);
  [[nodiscard]] const Service* find(const std::string& service) const;
};
