#pragma once

#include <cstdint>
#include <vector>

#include <tenon/config.hpp>
#include <tenon/database.hpp>

namespace hosting {

/// The configuration with the names that this schema has: settings, roles, tenant columns.
[[nodiscard]] tenon::Config configured(tenon::Config config);

/// Brings tenon's schema and then this one to their newest versions.
std::vector<tenon::MigrationReport> migrate(tenon::Database& database);

/// Brings this schema, component `hosting`, up or down to a version.
tenon::MigrationReport migrate_to(tenon::Database& database, std::int64_t version);

}  // namespace hosting
