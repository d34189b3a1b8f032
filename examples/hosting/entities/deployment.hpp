#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <tenon/table.hpp>
#include <tenon/time.hpp>
#include <tenon/uuid.hpp>

namespace hosting {

enum class DeploymentStatus : std::uint8_t { pending, building, live, failed, superseded };
BOOST_DESCRIBE_ENUM(DeploymentStatus, pending, building, live, failed, superseded)

/// On PostgreSQL its table has no customer: it is read through a view that adds it, and written by SQL.
struct Deployment {
  tenon::Uuid site_id{};
  std::int64_t number = 0;  ///< within the site, from 1
  std::string version{};
  DeploymentStatus status = DeploymentStatus::pending;
  tenon::Timestamp started_at{};
  std::optional<tenon::Timestamp> finished_at{};
};
BOOST_DESCRIBE_STRUCT(Deployment, (), (site_id, number, version, status, started_at, finished_at))

}  // namespace hosting

template <>
struct tenon::Table<hosting::Deployment> {
  static constexpr auto name = "hosting.customer_deployments";
  static constexpr auto key = std::tuple{&hosting::Deployment::site_id, &hosting::Deployment::number};
  static constexpr auto tenant_column = "customer_id";
  using tenant_type = std::int64_t;
};
