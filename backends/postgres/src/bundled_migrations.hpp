#pragma once

#include <span>

#include <tenon/migration.hpp>

namespace tenon::postgres {

/// Component `tenon` in PostgreSQL's SQL; generated from migrations/*.sql.
std::span<const EmbeddedMigration> bundled_migrations();

}  // namespace tenon::postgres
