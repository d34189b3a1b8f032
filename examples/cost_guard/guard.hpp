#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <tenon/config.hpp>
#include <tenon/database.hpp>

/// Which database, whose, and where to keep what is needed while the database is away.
struct Settings {
  tenon::Config config;
  std::string tenant;
  std::filesystem::path offline_folder;  ///< empty: without the database, the guard fails

  /// Opens the database, brings its schema up to date and enters the tenant's scope.
  [[nodiscard]] tenon::TenantScope scope() const;
};
