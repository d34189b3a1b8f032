#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <tenon/secret.hpp>
#include <tenon/transaction.hpp>

#include "entities/integration.hpp"
#include "keyring.hpp"

namespace hosting {

/// Joins a site to a shop. `credentials` is a JSON object; it is sealed under the newest key, for this
/// customer and this integration only. Throws tenon::Error: not_found without the site; already_exists;
/// invalid_argument for credentials that are no JSON object, a URL that is not https, or no key;
/// limit_exceeded for credentials of over 64 KB.
Integration add_integration(tenon::Transaction& transaction, const Keyring& keyring,
                            const std::string& domain, Platform platform, const std::string& shop_url,
                            const tenon::Secret& credentials);

/// Of a site that is not removed, by platform. Throws tenon::Error (not_found).
[[nodiscard]] std::vector<Integration> list_integrations(tenon::Transaction& transaction,
                                                         const std::string& domain);
/// Throws tenon::Error (not_found).
[[nodiscard]] Integration get_integration(tenon::Transaction& transaction, const std::string& domain,
                                          Platform platform);
/// Throws tenon::Error (not_found).
void remove_integration(tenon::Transaction& transaction, const std::string& domain, Platform platform);

/// Throws tenon::Error: corrupt when what is stored was changed or is another customer's or integration's;
/// not_found without its key; permission_denied for a viewer.
[[nodiscard]] tenon::Secret credentials_of(tenon::Transaction& transaction, const Keyring& keyring,
                                           const Integration& integration);

/// Seals what is sealed under an older key anew under the newest, for the transaction's customer, removed
/// sites included; returns how many. Throws as credentials_of does.
std::size_t rotate_key(tenon::Transaction& transaction, const Keyring& keyring);

}  // namespace hosting
