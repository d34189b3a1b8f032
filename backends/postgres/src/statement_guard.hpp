#pragma once

#include <string_view>

namespace tenon::postgres {

/// Refuses a statement that could change for whom or how long a transaction is bound: transaction control,
/// SET, set_config, DO, COPY, definitions of (temporary) objects. Row-level security does not depend on it
/// for honest SQL; it keeps a raw statement from rebinding a session setting, which PostgreSQL lets anybody
/// do. Throws `Error` (permission_denied). Runs once per text and connection, when it is prepared.
void check_statement(std::string_view statement, std::string_view sql);

}  // namespace tenon::postgres
