#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include <boost/describe/class.hpp>

#include <tenon/table.hpp>
#include <tenon/time.hpp>
#include <tenon/uuid.hpp>

namespace hosting {

struct Site {
  tenon::Uuid site_id{};
  std::string domain{};  ///< unique among a customer's sites that are not removed
  std::string name{};
  std::string provider{};
  std::int64_t deployments = 0;                  ///< how many there were, so the newest one's number
  std::optional<tenon::Timestamp> deleted_at{};  ///< removed, and can be restored
  tenon::Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(Site, (), (site_id, domain, name, provider, deployments, deleted_at, created_at))

}  // namespace hosting

template <>
struct tenon::Table<hosting::Site> {
  static constexpr auto name = "hosting.sites";
  static constexpr auto key = std::tuple{&hosting::Site::site_id};
  static constexpr auto tenant_column = "customer_id";
  using tenant_type = std::int64_t;
};
