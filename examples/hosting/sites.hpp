#pragma once

#include <string>
#include <vector>

#include <tenon/transaction.hpp>

#include "entities/site.hpp"

namespace hosting {

/// Throws tenon::Error: invalid_argument for a domain that is none, already_exists when the customer has a
/// site there.
Site add_site(tenon::Transaction& transaction, const std::string& domain, const std::string& name,
              const std::string& provider);

/// By domain; the removed ones only when they are asked for.
[[nodiscard]] std::vector<Site> list_sites(tenon::Transaction& transaction, bool with_removed = false);

/// The site that is not removed. Throws tenon::Error (not_found).
[[nodiscard]] Site live_site(tenon::Transaction& transaction, const std::string& domain);

/// Hides the site and keeps everything that belongs to it. Throws tenon::Error (not_found).
void remove_site(tenon::Transaction& transaction, const std::string& domain);
/// Brings the newest removed site of the domain back. Throws tenon::Error: not_found, or already_exists
/// when the domain has another site by now.
Site restore_site(tenon::Transaction& transaction, const std::string& domain);

/// Counts one more deployment and returns the site; who does it at the same time waits. Throws tenon::Error
/// (not_found).
[[nodiscard]] Site count_deployment(tenon::Transaction& transaction, const std::string& domain);

}  // namespace hosting
