#pragma once

#include <string_view>

namespace tenon::postgres {

/// Rows (name, object, detail) of what is wrong; see gate.cpp for what each name means. Row `migrated` says
/// that there is something to protect. $1 application, $2 read-only, $3 administrator role, $4 the names of
/// tenant columns, separated by commas. Runs with search_path = pg_catalog.
extern const std::string_view gate_sql;

}  // namespace tenon::postgres
