#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include <tenon/database.hpp>
#include <tenon/policy_store.hpp>
#include <tenon/raw_sql.hpp>

#include "support.hpp"

namespace tenon::test {

// A directory of tenants' files, with a table of the host's beside the bundled ones.
class TenantFilesTest : public ::testing::Test {
 protected:
  static inline const Migration notes{
      1, "notes",
      "CREATE TABLE app_notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT,"
      " PRIMARY KEY (tenant_id, id)) STRICT;",
      "DROP TABLE app_notes;"};

  [[nodiscard]] Database open(std::size_t most = 64) const {
    Config config = Config::from_url("sqlite:" + directory.string() + "/?tenants=files");
    config.sqlite.open_tenants = most;
    config.sqlite.synchronous = Synchronous::normal;
    config.sqlite.raw_schemas = {"app"};
    config.pool.acquire_timeout = 300ms;
    return Database::open(config);
  }
  static TenantScope scope(const Database& database, const std::string& tenant) {
    return database.scope(TenantContext{tenant});
  }
  static void put(const Database& database, const std::string& tenant, const std::string& id = "p") {
    PolicyStore{scope(database, tenant)}.insert({.id = id, .name = id + " of " + tenant});
  }
  static void note(const Database& database, const std::string& tenant, const std::string& id) {
    scope(database, tenant).execute("INSERT INTO notes (id, body) VALUES ($1, 'same')", id);
  }

  TemporaryFolder folder;
  std::filesystem::path directory = folder.path() / "tenants";
};

}  // namespace tenon::test
