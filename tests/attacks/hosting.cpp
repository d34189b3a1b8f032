// The schema of examples/hosting under attack: tenants that are numbers, policies of the host's own, of
// which some join through `sites`, and on PostgreSQL tables that do not have the tenant.

#include <accounts.hpp>
#include <array>
#include <chrono>
#include <entities/cost_record.hpp>
#include <entities/deployment.hpp>
#include <entities/integration.hpp>
#include <entities/site.hpp>
#include <entities/user.hpp>
#include <memory>
#include <schema.hpp>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <tenon/testing/attacks.hpp>

template <>
struct tenon::testing::AttackTarget<hosting::Site> {
  static constexpr auto text = &hosting::Site::name;
  static constexpr bool keys_span_tenants = true;
  static void migrate(Database& db) { hosting::migrate(db); }
  // Removed ones, for live ones do not share a domain.
  static hosting::Site row(std::uint64_t number, std::string name) {
    hosting::Site site{.domain = "site.example", .name = std::move(name), .provider = "aws"};
    for (std::size_t i = 0; i < sizeof number; ++i)
      site.site_id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    site.deleted_at = Timestamp(std::chrono::days{20'000});
    return site;
  }
  static void admit(const Database& db, const std::string& tenant) {
    db.scope(TenantContext(tenant)).transact([&](Transaction& transaction) {
      hosting::add_customer(transaction, "customer " + tenant, hosting::Plan::basic);
    });
  }
};

namespace hosting {
namespace {

using namespace tenon;
namespace kit = tenon::testing;
using tenon::testing::AttackPlace;
using tenon::testing::SqlAttack;

// Every backend of the program, with the names of this schema.
class Configured final : public kit::Backend {
 public:
  explicit Configured(kit::Backend& under) : under_(under) {}
  [[nodiscard]] std::string name() const override { return under_.name(); }
  [[nodiscard]] std::unique_ptr<kit::TestDatabase> create() override { return under_.create(); }
  [[nodiscard]] std::string unavailable() const override { return under_.unavailable(); }
  [[nodiscard]] Config config(const std::string& url) const override {
    return configured(under_.config(url));
  }
  [[nodiscard]] bool kill_connections(const std::string& url) override {
    return under_.kill_connections(url);
  }
  [[nodiscard]] std::size_t attacks_per_database() const override { return under_.attacks_per_database(); }

 private:
  kit::Backend& under_;
};

std::vector<kit::Backend*> configured_backends() {
  static std::vector<std::unique_ptr<Configured>> kept;
  std::vector<kit::Backend*> all;
  for (kit::Backend* backend : kit::backends())
    all.push_back(kept.emplace_back(std::make_unique<Configured>(*backend)).get());
  return all;
}

// The attacker's own site is {own_key}, a site of the victim {victims_key}; each has a deployment, an
// integration, a cost and a user.
constexpr std::array through_sites = std::to_array<SqlAttack>({
    {"read deployments", "t", "SELECT version FROM deployments", "value own"},
    {"read deployments of a site", "t", "SELECT version FROM deployments WHERE site_id = {victims_key}",
     "rows 0"},
    {"count integrations", "i", "SELECT count(*) FROM ecommerce_integrations", "value 1"},
    {"read integrations", "t", "SELECT shop_url FROM ecommerce_integrations", "value own"},
    {"sum of all costs", "r", "SELECT sum(CAST(amount AS double precision)) FROM cost_records",
     "value 1.000000"},
    {"join without the site", "i", "SELECT count(*) FROM deployments d, cost_records c", "value 1"},
    {"right join to sites", "t",
     "SELECT d.version FROM sites s RIGHT JOIN deployments d ON s.site_id = d.site_id", "value own"},
    {"names of customers", "t", "SELECT name FROM customers WHERE customer_id = {victim}", "rows 0"},
    {"number of customers", "i", "SELECT count(*) FROM customers", "value 1"},
    {"change a foreign deployment", "",
     "UPDATE deployments SET version = 'planted' WHERE site_id = {victims_key}", "rows 0"},
    {"change every deployment", "", "UPDATE deployments SET version = 'changed'", "rows 1"},
    {"delete a foreign cost", "", "DELETE FROM cost_records WHERE site_id = {victims_key}", "rows 0"},
    {"delete every cost", "", "DELETE FROM cost_records", "rows 1"},
    {"delete a foreign integration", "", "DELETE FROM ecommerce_integrations WHERE site_id = {victims_key}",
     "rows 0"},
    {"read users", "t", "SELECT email FROM users", "value own"},
    {"read the hash of a foreign password", "t",
     "SELECT password_hash FROM users WHERE customer_id = {victim}", "rows 0"},
    {"take over a foreign user", "", "UPDATE users SET password_hash = '' WHERE customer_id = {victim}",
     "rows 0"},
    {"become an administrator of the house", "", "UPDATE users SET role = 'administrator'", "any"},
    {"a user for the house", "",
     "INSERT INTO users (customer_id, email, role, password_hash, created_at)"
     " SELECT 0, email, 'administrator', password_hash, created_at FROM users",
     "refused"},
    {"rename the other customer", "", "UPDATE customers SET name = 'x' WHERE customer_id = {victim}",
     "rows 0"},
    {"become the other customer", "", "UPDATE customers SET customer_id = {victim}", "refused"},
    {"sign up for another", "", "INSERT INTO customers (customer_id, name) VALUES ({nobody}, 'planted')",
     "refused"},
});

// What a policy refuses on PostgreSQL, a foreign key refuses on SQLite.
constexpr std::array to_foreign_sites = std::to_array<SqlAttack>({
    {"deploy to a foreign site", "",
     "INSERT INTO deployments (site_id, number, version, status, started_at)"
     " SELECT {victims_key}, 7, 'planted', status, started_at FROM deployments",
     "any"},
    {"move a deployment to a foreign site", "", "UPDATE deployments SET site_id = {victims_key}", "any"},
    {"move a cost to a foreign site", "", "UPDATE cost_records SET site_id = {victims_key}", "any"},
    {"integrate a foreign site", "",
     "INSERT INTO ecommerce_integrations"
     " (integration_id, site_id, platform, shop_url, key_id, nonce, sealed_credentials, created_at)"
     " SELECT {new_key}, {victims_key}, platform, 'planted', key_id, nonce, sealed_credentials, created_at"
     " FROM ecommerce_integrations",
     "any"},
});

constexpr std::array on_postgres = std::to_array<SqlAttack>({
    {"become an administrator", "t",
     "select set_config('app.current_user_role', 'administrator', true) from sites", "denied"},
    {"become another customer", "t",
     "with x as materialized (select set_config('app.current_customer_id', '{victim_name}', true))"
     " select name from sites, x",
     "denied"},
    {"the administrator's role", "", "set local role hosting_administrator", "denied"},
    {"the view of deployments", "t", "select version from customer_deployments", "value own"},
    {"the view by the victim", "t", "select version from customer_deployments where customer_id = {victim}",
     "rows 0"},
    {"the view by the tables' schema", "t", "select version from hosting.customer_deployments",
     "value own"},
    {"a write through the view", "", "delete from customer_deployments", "refused"},
    {"truncate deployments", "", "truncate hosting.deployments", "refused"},
    {"the customer by the function", "t", "select hosting.current_customer()::text",
     "value {attacker_name}"},
    {"a policy for all", "", "create policy wide on hosting.deployments using (true)", "refused"},
});

// The id in a literal of SQL.
Uuid uuid_of(const std::string& literal) {
  const std::size_t begin = literal.find('\'') + 1;
  return Uuid::parse(literal.substr(begin, 36)).value();
}

void deploy(const TenantScope& scope, const Uuid& site, const std::string& version) {
  scope.execute(
      "INSERT INTO deployments (site_id, number, version, status, started_at) VALUES ($1, $2, $3, $4, $5)",
      site, 1, version, DeploymentStatus::live, now());
}

class Scene final : public kit::SceneOf<Site> {
 public:
  using SceneOf::SceneOf;

  kit::Encounter meet() override {
    kit::Encounter encounter = SceneOf::meet();
    add_to_site(encounter.attacker, encounter.own_key, "own");
    add_to_site(encounter.victim, encounter.victims_key, std::string(kit::victims_marker));
    return encounter;
  }
  // The example's own reads as each of the others: an administrator's SQL is not to be had.
  std::string untouchable(const std::string& attacker) override {
    std::string all = SceneOf::untouchable(attacker);
    for (const std::string& tenant : tenants_) {
      if (tenant == attacker) continue;
      const TenantScope scope = database().scope(TenantContext(tenant));
      for (const char* column :
           {"version FROM deployments", "shop_url FROM ecommerce_integrations",
            "email || role || password_hash FROM users", "CAST(amount AS text) FROM cost_records"})
        for (const std::string& text : scope.query<std::string>(std::string("SELECT ") + column))
          all += text;
    }
    return all;
  }

 private:
  void add_to_site(const std::string& tenant, const std::string& site, const std::string& text) {
    using namespace std::chrono;
    const TenantScope scope = database().scope(TenantContext(tenant));
    const Uuid id = uuid_of(site);
    deploy(scope, id, text);
    Repository<CostRecord>(scope).insert({id, sys_days{2026y / 5 / 1}, Decimal("1"), {}});
    Repository<User>(scope).insert({text, UserRole::customer, text, {}});
    scope.execute(
        "INSERT INTO ecommerce_integrations"
        " (integration_id, site_id, platform, shop_url, key_id, nonce, sealed_credentials, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id, id, Platform::shopify, text, "a", Blob(12), Blob(16), now());
    tenants_.assign({tenant});
  }
  std::vector<std::string> tenants_;  // the newest victim: older ones are no attack's aim any more
};

class HostingPolicies : public ::testing::TestWithParam<kit::Backend*> {
 protected:
  void SetUp() override {
    if (const std::string reason = GetParam()->unavailable(); !reason.empty()) GTEST_SKIP() << reason;
    scene_ = std::make_unique<Scene>(*GetParam());
  }
  void hold(std::span<const SqlAttack> attacks, AttackPlace place) {
    for (const SqlAttack& attack : attacks)
      EXPECT_EQ(try_attack(*scene_, attack, place), "") << attack.name << ": " << attack.sql;
  }
  [[nodiscard]] bool postgres() const { return scene_->table().flavour == backend::Flavour::postgres; }

  std::unique_ptr<Scene> scene_;
};

TEST_P(HostingPolicies, HoldThroughSites) {
  for (const AttackPlace place : {AttackPlace::scope, AttackPlace::transaction}) {
    hold(through_sites, place);
    hold(to_foreign_sites, place);
    if (postgres()) hold(on_postgres, place);
  }
}

TEST_P(HostingPolicies, RefuseForeignSites) {
  const kit::Encounter encounter = scene_->meet();
  const TenantScope attacker = scene_->scope(encounter.attacker);
  const Uuid site = uuid_of(encounter.victims_key);
  EXPECT_TRUE(
      kit::fails_with(postgres() ? Error::Kind::permission_denied : Error::Kind::constraint_violation,
                      [&] { deploy(attacker, site, "planted"); }));
  EXPECT_EQ(Repository<Deployment>(attacker).count(), 1U);
}

TEST_P(HostingPolicies, ServeRepositoriesOnAViewThatAddsTheCustomer) {
  const kit::Encounter encounter = scene_->meet();
  const Repository<Deployment> own(scene_->scope(encounter.attacker));
  EXPECT_EQ(own.find().items.at(0).version, "own");
  EXPECT_EQ(own.count(field<&Deployment::version> != "own"), 0U);
  EXPECT_FALSE(own.exists({uuid_of(encounter.victims_key), 1}));
  EXPECT_TRUE(own.exists({uuid_of(encounter.own_key), 1}));
}

TEST_P(HostingPolicies, LetTheAdministratorReadEverybody) {
  const kit::Encounter encounter = scene_->meet();
  const AdministratorScope support = scene_->database().administrator("support");
  EXPECT_EQ(support.count<Site>(), 5U);
  EXPECT_EQ(support.count<Deployment>(), 2U);
  std::size_t victims = 0;
  support.for_each<Site>(all(), [&](Owned<Site>& site) {
    EXPECT_TRUE(site.tenant == encounter.attacker || site.tenant == encounter.victim) << site.tenant;
    if (site.tenant == encounter.victim) ++victims;
  });
  EXPECT_EQ(victims, 3U);
  std::optional<Cursor> next;
  std::size_t pages = 0;
  do {
    const auto page = support.find<Site>(all().limit(2).after(next));
    next = page.next;
    ++pages;
  } while (next && pages < 9);
  EXPECT_EQ(pages, 3U);
}

TEST_P(HostingPolicies, PassTheStartUpGate) {
  for (const Finding& finding : scene_->database().inspect())
    EXPECT_NE(finding.severity, FindingSeverity::error) << to_string(finding);
}

TEST_P(HostingPolicies, TakeNumbersOnly) {
  TENON_EXPECT_ERROR(invalid_argument, scene_->scope("acme"));
  TENON_EXPECT_ERROR(invalid_argument, scene_->scope("042"));
  EXPECT_EQ(Repository<Site>(scene_->scope("9223372036854775807")).count(), 0U);
  EXPECT_EQ(Repository<Site>(scene_->scope("-1")).count(), 0U);
}

TENON_CONFORMANCE_SUITE_ON(HostingPolicies, configured_backends());

// The kit's attacks on sites.
TENON_ATTACK_SUITE_ON(SiteAttacks, Site, configured_backends());

}  // namespace
}  // namespace hosting
