#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tenon/transaction.hpp>

#include "entities/deployment.hpp"

namespace hosting {

/// The site's next deployment, pending. Throws tenon::Error (not_found) without the site.
Deployment begin_deployment(tenon::Transaction& transaction, const std::string& domain,
                            const std::string& version);

/// pending → building or failed; building → live or failed. One that goes live supersedes the one before;
/// one that fails opens an incident, in the same transaction, that gives the reason. Throws tenon::Error:
/// not_found; conflict for any other move, also when somebody else moved it meanwhile.
Deployment move_deployment(tenon::Transaction& transaction, const std::string& domain, std::int64_t number,
                           DeploymentStatus to, const std::string& reason = {});

/// Of a site that is not removed, the newest first, 100 at most. Throws tenon::Error (not_found).
[[nodiscard]] std::vector<Deployment> list_deployments(tenon::Transaction& transaction,
                                                       const std::string& domain);

}  // namespace hosting
