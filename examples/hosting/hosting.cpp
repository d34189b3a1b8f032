#include "hosting.hpp"

#include <span>
#include <utility>
#include <vector>

namespace hosting {

// Made from the folders of migrations/ by tenon_embed_migrations.
std::span<const tenon::EmbeddedMigration> postgres_migrations();
std::span<const tenon::EmbeddedMigration> sqlite_migrations();

tenon::Config configured(tenon::Config config) {
  config.tenant_ids = tenon::TenantIds::integer;
  config.postgres.settings = {"app.current_customer_id", "app.current_user_role", "app.current_actor"};
  config.postgres.application_role = "hosting_customer";
  config.postgres.read_only_role = "hosting_reader";
  config.postgres.administrator_role = "hosting_administrator";
  config.postgres.search_path = "hosting";
  config.postgres.tenant_columns = {"customer_id"};
  config.sqlite.raw_schemas = {"hosting"};
  config.sqlite.tenant_columns = {"customer_id"};
  return config;
}

void migrate(tenon::Database& database) {
  std::vector<tenon::Migration> steps;
  for (const tenon::EmbeddedMigration& step :
       database.config().scheme() == "sqlite" ? sqlite_migrations() : postgres_migrations())
    steps.push_back({step.version, std::string(step.name), std::string(step.up), std::string(step.down)});
  database.migrator("hosting", std::move(steps)).up();
}

tenon::TenantScope customer(const tenon::Database& database, std::int64_t customer_id) {
  return database.scope(tenon::TenantContext(std::to_string(customer_id)));
}

void sign_up(const tenon::TenantScope& customer, const std::string& name) {
  customer.execute("INSERT INTO customers (customer_id, name) VALUES ($1, $2)",
                   std::stoll(customer.context().tenant()), name);
}

// The site must be the customer's own: a policy says so on PostgreSQL, a foreign key on SQLite.
void deploy(const tenon::TenantScope& customer, const Deployment& deployment) {
  customer.execute(
      "INSERT INTO deployments (deployment_id, site_id, version, status, started_at)"
      " VALUES ($1, $2, $3, $4, $5)",
      deployment.deployment_id, deployment.site_id, deployment.version, deployment.status,
      deployment.started_at);
}

void record_cost(const tenon::TenantScope& customer, std::int64_t cost_id, std::int64_t site_id,
                 tenon::Date day, double amount) {
  customer.execute("INSERT INTO cost_records (cost_id, site_id, day, amount) VALUES ($1, $2, $3, $4)",
                   cost_id, site_id, day, amount);
}

std::vector<SiteCost> costs_by_site(const tenon::TenantScope& customer) {
  return customer.query<SiteCost>(
      "SELECT s.name, sum(c.amount) FROM cost_records c JOIN sites s ON s.site_id = c.site_id"
      " GROUP BY s.name ORDER BY 2 DESC");
}

}  // namespace hosting
