#pragma once

#include <vector>

#include <tenon/backend/statement.hpp>
#include <tenon/config.hpp>
#include <tenon/finding.hpp>

#include "connection.hpp"

namespace tenon::postgres {

struct Inspection {
  std::vector<Finding> findings;  ///< errors first
  /// False while the application role or any table for it is missing: inspect again later.
  bool migrated = false;
};

/// Looks through the catalogue for everything that would let a role of `options` past row-level security.
/// Needs no right beyond reading the catalogue. Complexity: one round trip, linear in the tables, functions
/// and policies of the database (13 ms for the bundled schema and five tables of a host).
[[nodiscard]] Inspection inspect(Connection& connection, const PostgresOptions& options,
                                 backend::Deadline deadline);

/// Throws one `Error` (permission_denied) that lists every finding of severity error which
/// PostgresOptions::accept_findings does not name.
void require_safe(const std::vector<Finding>& findings, const PostgresOptions& options);

}  // namespace tenon::postgres
