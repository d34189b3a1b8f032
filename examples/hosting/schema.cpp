#include "schema.hpp"

#include <span>

#include <tenon/migration.hpp>

namespace hosting {

// Made from the folders of migrations/ by tenon_embed_migrations.
std::span<const tenon::EmbeddedMigration> postgres_migrations();
std::span<const tenon::EmbeddedMigration> sqlite_migrations();

namespace {

tenon::Migrator migrator(tenon::Database& database) {
  const bool sqlite = database.config().scheme() == "sqlite";
  return database.migrator("hosting", sqlite ? sqlite_migrations() : postgres_migrations());
}

}  // namespace

tenon::Config configured(tenon::Config config) {
  config.tenant_ids = tenon::TenantIds::integer;
  config.postgres.settings = {"app.current_customer_id", "app.current_user_role", "app.current_actor"};
  config.postgres.application_role = "hosting_customer";
  config.postgres.read_only_role = "hosting_reader";
  config.postgres.administrator_role = "hosting_administrator";
  config.postgres.search_path = "hosting, tenon";
  config.postgres.tenant_columns = {"customer_id", "tenant_id"};
  config.sqlite.raw_schemas = {"hosting"};
  config.sqlite.tenant_columns = {"customer_id", "tenant_id"};
  return config;
}

std::vector<tenon::MigrationReport> migrate(tenon::Database& database) {
  std::vector<tenon::MigrationReport> reports{database.migrate()};
  reports.push_back(migrator(database).up());
  return reports;
}

tenon::MigrationReport migrate_to(tenon::Database& database, std::int64_t version) {
  return migrator(database).to(version);
}

}  // namespace hosting
