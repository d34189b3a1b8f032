#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <tenon/blob.hpp>
#include <tenon/table.hpp>
#include <tenon/time.hpp>
#include <tenon/uuid.hpp>

namespace hosting {

enum class Platform : std::uint8_t { shopify, woocommerce, magento };
BOOST_DESCRIBE_ENUM(Platform, shopify, woocommerce, magento)

/// A shop that a site is joined to. As Deployment, read through a view and written by SQL.
struct Integration {
  tenon::Uuid integration_id{};
  tenon::Uuid site_id{};
  Platform platform = Platform::shopify;
  std::string shop_url{};
  std::string key_id{};  ///< under which key of the keyring the credentials are sealed
  tenon::Blob nonce{};
  tenon::Blob sealed_credentials{};
  tenon::Timestamp created_at{};
};
BOOST_DESCRIBE_STRUCT(Integration, (),
                      (integration_id, site_id, platform, shop_url, key_id, nonce, sealed_credentials,
                       created_at))

}  // namespace hosting

template <>
struct tenon::Table<hosting::Integration> {
  static constexpr auto name = "hosting.customer_integrations";
  static constexpr auto key = std::tuple{&hosting::Integration::integration_id};
  static constexpr auto tenant_column = "customer_id";
  using tenant_type = std::int64_t;
};
