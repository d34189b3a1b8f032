#pragma once

#include <string_view>

#include <tenon/export.hpp>

namespace tenon::postgres {

/// Refuses a statement of the host's own (backend::Call::raw) that could change for whom or how long a
/// transaction is bound, or reach where no row-level security is:
/// - only SELECT, INSERT, UPDATE, DELETE, MERGE, WITH, VALUES and TABLE, one statement, no SELECT INTO
/// - not `set_config`, in whatever spelling
/// - no catalogue: names that begin with `pg_`, except `pg_catalog.` and harmless functions
/// - no function that runs SQL from a text, keeps state in the session, or reads files or other databases
///
/// It reads the text as the server does; where it cannot be certain to, it refuses. It cannot look into the
/// functions, views and triggers that the host has made: docs/tenancy-postgres.md has the wall for those.
///
/// `standard_strings` tells whether the session has standard_conforming_strings on, `utf8_server` whether
/// the database is in UTF-8: in others the server lowers letters beyond ASCII by its locale, where an İ can
/// become an i.
/// Throws `Error` (permission_denied) that names the rule. Complexity: linear in the text, nothing is sent.
TENON_API void check_raw_statement(std::string_view statement, std::string_view sql, bool standard_strings,
                                   bool utf8_server);

/// Whether a query of the host's own holds another in its WITH that writes. Complexity: linear.
[[nodiscard]] TENON_API bool has_writing_query(std::string_view sql);

}  // namespace tenon::postgres
