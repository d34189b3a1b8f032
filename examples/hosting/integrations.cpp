#include "integrations.hpp"

#include <nlohmann/json.hpp>

#include <tenon/enum_name.hpp>
#include <tenon/error.hpp>
#include <tenon/raw_sql.hpp>
#include <tenon/repository.hpp>

#include "seal.hpp"
#include "sites.hpp"

namespace hosting {
namespace {

using tenon::Error;
using tenon::field;
using tenon::where;

// Whose the credentials are; a seal holds for nobody else.
std::string owner(const tenon::Transaction& transaction, const tenon::Uuid& integration_id) {
  return transaction.context().tenant() + "/" + to_string(integration_id);
}

constexpr std::size_t most_credentials = 65'536;

void require_credentials(const tenon::Secret& credentials) {
  if (credentials.reveal().size() > most_credentials)
    throw Error(Error::Kind::limit_exceeded, "integration: the credentials are over 64 KB");
  const auto document = nlohmann::json::parse(credentials.reveal(), nullptr, false);
  if (!document.is_object())
    throw Error(Error::Kind::invalid_argument, "integration: the credentials are no JSON object");
}

void require_https(const std::string& url) {
  constexpr std::string_view scheme = "https://";
  if (!url.starts_with(scheme) || url.size() == scheme.size())
    throw Error(Error::Kind::invalid_argument, "integration: the shop's URL does not begin with https://");
}

}  // namespace

Integration add_integration(tenon::Transaction& transaction, const Keyring& keyring,
                            const std::string& domain, Platform platform, const std::string& shop_url,
                            const tenon::Secret& credentials) {
  require_credentials(credentials);
  require_https(shop_url);
  Integration made{.integration_id = tenon::Uuid::random(),
                   .site_id = live_site(transaction, domain).site_id,
                   .platform = platform,
                   .shop_url = shop_url,
                   .created_at = tenon::now()};
  Sealed sealed = seal(keyring, credentials, owner(transaction, made.integration_id));
  made.key_id = std::move(sealed.key_id);
  made.nonce = std::move(sealed.nonce);
  made.sealed_credentials = std::move(sealed.text);
  try {
    transaction.execute(
        "INSERT INTO ecommerce_integrations"
        " (integration_id, site_id, platform, shop_url, key_id, nonce, sealed_credentials, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        made.integration_id, made.site_id, made.platform, made.shop_url, made.key_id, made.nonce,
        made.sealed_credentials, made.created_at);
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::already_exists) throw;
    throw Error(error.kind(),
                domain + " is joined to " + std::string(tenon::enum_name(platform)) + " already");
  }
  return made;
}

std::vector<Integration> list_integrations(tenon::Transaction& transaction, const std::string& domain) {
  const Site site = live_site(transaction, domain);
  return tenon::Repository<Integration>(transaction)
      .find(
          where(field<&Integration::site_id> == site.site_id).order_by(tenon::asc<&Integration::platform>))
      .items;
}

Integration get_integration(tenon::Transaction& transaction, const std::string& domain, Platform platform) {
  for (Integration& integration : list_integrations(transaction, domain))
    if (integration.platform == platform) return std::move(integration);
  throw Error(Error::Kind::not_found,
              domain + " is not joined to " + std::string(tenon::enum_name(platform)));
}

void remove_integration(tenon::Transaction& transaction, const std::string& domain, Platform platform) {
  transaction.execute("DELETE FROM ecommerce_integrations WHERE integration_id = $1",
                      get_integration(transaction, domain, platform).integration_id);
}

tenon::Secret credentials_of(tenon::Transaction& transaction, const Keyring& keyring,
                             const Integration& integration) {
  if (transaction.context().role() == tenon::Role::read_only)
    throw Error(Error::Kind::permission_denied, "integration: who only looks gets no credentials");
  return unseal(keyring, {integration.key_id, integration.nonce, integration.sealed_credentials},
                owner(transaction, integration.integration_id));
}

std::size_t rotate_key(tenon::Transaction& transaction, const Keyring& keyring) {
  const auto is_older = field<&Integration::key_id> != keyring.newest().id;
  std::vector<Integration> older;
  tenon::Repository<Integration>(transaction).for_each(where(is_older), [&](Integration& integration) {
    older.push_back(std::move(integration));
  });
  for (const Integration& integration : older) {
    const Sealed sealed = seal(keyring, credentials_of(transaction, keyring, integration),
                               owner(transaction, integration.integration_id));
    // Each seal has another nonce: one that was made anew meanwhile is left as it is.
    transaction.execute(
        "UPDATE ecommerce_integrations SET key_id = $1, nonce = $2, sealed_credentials = $3"
        " WHERE integration_id = $4 AND nonce = $5",
        sealed.key_id, sealed.nonce, sealed.text, integration.integration_id, integration.nonce);
  }
  return older.size();
}

}  // namespace hosting
