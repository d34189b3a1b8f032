#pragma once

#include <tenon/backend/statement.hpp>
#include <tenon/config.hpp>

#include "connection.hpp"

namespace tenon::postgres {

/// Makes sure that none of the roles under which statements run could bypass row-level security: superuser,
/// BYPASSRLS, owner of a row-secured table or member of its owner. Throws `Error` (permission_denied)
/// otherwise. False when some of the roles do not exist yet, so that it is to be asked again.
///
/// Complexity: one round trip.
[[nodiscard]] bool verify_roles(Connection& connection, const PostgresOptions& options,
                                backend::Deadline deadline);

}  // namespace tenon::postgres
