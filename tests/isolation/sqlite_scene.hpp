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

// A temporary folder that goes with it.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// The tables of a host beside the bundled ones:
//
// - hosting_sites: of a registered schema, so that raw SQL sees `sites` and writes it
// - hosting_counters: its key does not begin with the tenant, so that raw SQL only reads it
// - notes: has no schema, so that raw SQL only reads it
// - tagged_notes: an index without the tenant beside the key; loose_notes: such an index and no key;
// packed_notes: such an index and no rowid
// - settings: has no tenant, so that raw SQL does not see it; every_policy, a view over all tenants,
// neither
extern const char* const host_tables;
// Two rows of the tenant in each of them, under the same keys for every tenant, and an analysis.
[[nodiscard]] std::string host_rows_of(const std::string& tenant, const std::string& text);

// What these tables need: the schema `hosting`, and a quick file.
[[nodiscard]] Config scene_config(const std::string& url);
// Runs SQL as another program on the file would.
void run_as_stranger(const std::string& file, const std::string& sql);
[[nodiscard]] std::string read_as_stranger(const std::string& file, const std::string& query);
// The file's schema, and whatever in it is not the tenant's.
[[nodiscard]] std::string rows_of_others(const std::string& file, const std::string& tenant);

// A file with the bundled schema and those tables, in which two tenants have rows.
class Scene {
 public:
  Scene();
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  ~Scene() { database.reset(); }

  [[nodiscard]] TenantScope attacker() const { return database->scope(TenantContext{"attacker"}); }
  [[nodiscard]] TenantScope victim() const { return database->scope(TenantContext{"victim"}); }
  void run_as_stranger(const std::string& sql) const { test::run_as_stranger(file(), sql); }
  [[nodiscard]] std::string read_as_stranger(const std::string& query) const {
    return test::read_as_stranger(file(), query);
  }
  [[nodiscard]] std::string file() const { return folder_.file("scene.db"); }
  [[nodiscard]] std::string beside(const std::string& name) const { return folder_.file(name); }

 private:
  Folder folder_;

 public:
  std::optional<Database> database;
};

}  // namespace tenon::test
