#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <tenon/analysis.hpp>
#include <tenon/database.hpp>
#include <tenon/policy.hpp>

/// What keeps the guard serving while the database is away: the policies as they last were, and the
/// analyses that still have to be stored. A folder of its own for each tenant; several runs may share it.
class Offline {
 public:
  Offline(const std::filesystem::path& folder, const std::string& tenant);

  void remember(const std::vector<tenon::Policy>& policies) const;
  /// Throws std::runtime_error when no policies were ever remembered.
  [[nodiscard]] std::vector<tenon::Policy> remembered() const;

  void postpone(const tenon::Analysis& analysis) const;
  /// Stores what was postponed, except where a later verdict on the request is stored already; returns how
  /// many. A file that cannot be stored stays, and is told of on stderr. Throws when the database is away.
  std::size_t store_postponed(const tenon::TenantScope& scope) const;

 private:
  [[nodiscard]] std::filesystem::path policies_file() const { return folder_ / "policies.json"; }
  [[nodiscard]] std::filesystem::path pending_folder() const { return folder_ / "pending"; }
  [[nodiscard]] std::vector<std::filesystem::path> pending_files() const;

  std::filesystem::path folder_;
};

/// The database is away: its server does not answer, not in time, takes no writes, or was lost while it
/// stored, so that nobody knows whether it did.
bool is_away(const tenon::Error& error);
