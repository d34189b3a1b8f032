#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include <tenon/tenon.hpp>

// A hosting product whose schema and policies were there before tenon: tenants are numbers, in a column
// customer_id; policies read app.current_customer_id and app.current_user_role.

namespace hosting {

struct Site {
  std::int64_t site_id = 0;
  std::string name;
  std::string domain;
  std::string provider;
  tenon::Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(Site, (), (site_id, name, domain, provider, created_at))

/// Read through a view that adds the customer; written by SQL, see deploy().
struct Deployment {
  std::int64_t deployment_id = 0;
  std::int64_t site_id = 0;
  std::string version;
  std::string status;
  tenon::Timestamp started_at{};
};
BOOST_DESCRIBE_STRUCT(Deployment, (), (deployment_id, site_id, version, status, started_at))

struct SiteCost {
  std::string site;
  double amount = 0;
};
BOOST_DESCRIBE_STRUCT(SiteCost, (), (site, amount))

/// The configuration with the names that this schema has.
[[nodiscard]] tenon::Config configured(tenon::Config config);
void migrate(tenon::Database& database);

/// A scope for a customer. Throws tenon::Error (invalid_argument) for what is no customer's number.
[[nodiscard]] tenon::TenantScope customer(const tenon::Database& database, std::int64_t customer_id);
void sign_up(const tenon::TenantScope& customer, const std::string& name);
void deploy(const tenon::TenantScope& customer, const Deployment& deployment);
void record_cost(const tenon::TenantScope& customer, std::int64_t cost_id, std::int64_t site_id,
                 tenon::Date day, double amount);
/// What each site cost, the dearest first.
[[nodiscard]] std::vector<SiteCost> costs_by_site(const tenon::TenantScope& customer);

}  // namespace hosting

template <>
struct tenon::Table<hosting::Site> {
  static constexpr auto name = "hosting.sites";
  static constexpr auto key = std::tuple{&hosting::Site::site_id};
  static constexpr auto tenant_column = "customer_id";
  using tenant_type = std::int64_t;
};

template <>
struct tenon::Table<hosting::Deployment> {
  static constexpr auto name = "hosting.customer_deployments";
  static constexpr auto key = std::tuple{&hosting::Deployment::deployment_id};
  static constexpr auto tenant_column = "customer_id";
  using tenant_type = std::int64_t;
};
