#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sqlite3.h>

#include <tenon/database.hpp>
#include <tenon/tenant_scope.hpp>

namespace tenon::test {

// Part of every text that the victim's rows hold.
inline constexpr const char* marker = "VICTIM-MARKER";

// Where the tenants' rows lie.
enum class Layout { one_file, file_per_tenant };

// A database with the bundled schema and a host's tables, in which two tenants have rows under the same
// keys.
//
// - hosting_sites: of a registered schema, so that raw SQL sees `sites` and writes it
// - hosting_counters: its key does not begin with the tenant, so that raw SQL only reads it
// - notes: has no schema, so that raw SQL only reads it
// - settings: has no tenant, so that raw SQL does not see it; every_policy, a view over all tenants,
// neither
class Scene {
 public:
  explicit Scene(Layout layout = Layout::one_file);
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  ~Scene();

  [[nodiscard]] TenantScope attacker() const { return database->scope(TenantContext{"attacker"}); }
  [[nodiscard]] TenantScope victim() const { return database->scope(TenantContext{"victim"}); }
  // All that an attack may not change: the schema and whatever is not the attacker's.
  [[nodiscard]] std::string untouchable() const;
  // Runs SQL as another program on the (attacker's) file would.
  void run_as_stranger(const std::string& sql) const;
  [[nodiscard]] std::string read_as_stranger(const std::string& query) const;
  [[nodiscard]] std::string file() const { return file_of("attacker"); }
  [[nodiscard]] std::string beside(const std::string& name) const { return (folder_ / name).string(); }

  std::optional<Database> database;

 private:
  [[nodiscard]] std::string file_of(const std::string& tenant) const;

  Layout layout_;
  std::filesystem::path folder_;
};

}  // namespace tenon::test
