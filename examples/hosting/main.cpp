// Two customers of a hosting product and its support team, on a schema with policies of its own.
//
//     hosting [URL]
//
// URL is sqlite:PATH or postgresql://…, of a database without a schema `hosting`; without it, an embedded
// database in memory.

#include <chrono>
#include <exception>
#include <iostream>
#include <string>

#include "hosting.hpp"

namespace {

using namespace hosting;
using tenon::Repository;

void fill(const tenon::TenantScope& scope, const std::string& name, std::int64_t first) {
  using namespace std::chrono;
  sign_up(scope, name);
  const Repository<Site> sites(scope);
  sites.insert({first, name + " shop", name + ".example", "aws", {}});
  sites.insert({first + 1, name + " blog", "blog." + name + ".example", "hetzner", {}});
  deploy(scope, {first, first, "1.0", "live", tenon::now()});
  deploy(scope, {first + 1, first, "1.1", "pending", tenon::now()});
  record_cost(scope, first, first, sys_days{2026y / 5 / 1}, 120.5);
  record_cost(scope, first + 1, first + 1, sys_days{2026y / 5 / 1}, 7.25);
}

void show(const tenon::TenantScope& scope) {
  std::cout << "Customer " << scope.context().tenant() << ":\n";
  for (const Site& site : Repository<Site>(scope).find())
    std::cout << "  site " << site.site_id << ", " << site.domain << '\n';
  const auto live = tenon::where(tenon::field<&Deployment::status> == "live");
  for (const Deployment& deployment : Repository<Deployment>(scope).find(live))
    std::cout << "  version " << deployment.version << " is live on site " << deployment.site_id << '\n';
  for (const SiteCost& cost : costs_by_site(scope))
    std::cout << "  " << cost.site << " costs " << cost.amount << '\n';
}

// What a customer's own SQL gets of another's.
void attack(const tenon::TenantScope& scope, const std::string& sql) {
  std::cout << "  " << sql << "\n    ";
  try {
    std::cout << scope.execute(sql) << " rows\n";
  } catch (const tenon::Error& error) {
    std::cout << to_string(error.kind()) << '\n';
  }
}

void run(const tenon::Config& config) {
  tenon::Database database = tenon::Database::open(config);
  hosting::migrate(database);
  const tenon::TenantScope first = customer(database, 41);
  const tenon::TenantScope second = customer(database, 42);
  fill(first, "acme", 1000);
  fill(second, "globex", 2000);
  show(first);
  show(second);
  std::cout << "Customer 41 tries SQL of its own:\n";
  attack(first, "UPDATE sites SET domain = 'stolen.example' WHERE site_id = 2000");
  attack(first, "DELETE FROM deployments WHERE deployment_id = 2000");
  attack(first,
         "INSERT INTO deployments (deployment_id, site_id, version, status, started_at)"
         " SELECT 3000, 2000, version, status, started_at FROM deployments WHERE deployment_id = 1000");
  attack(first, "UPDATE sites SET customer_id = 42 WHERE site_id = 1000");
  std::cout << "Support sees:\n";
  database.administrator("support").for_each<Site>(tenon::all(), [](const tenon::Owned<Site>& site) {
    std::cout << "  customer " << site.tenant << ", " << site.entity.domain << '\n';
  });
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(configured(tenon::Config::from_url(argc > 1 ? argv[1] : "sqlite::memory:")));
  } catch (const std::exception& error) {
    std::cerr << "hosting: " << error.what() << '\n';
    return 1;
  }
}
