#pragma once

#include <tenon/database.hpp>

/// Tries to reach one tenant's rows as the other, and shows what comes of it. Throws tenon::Error.
void show_isolation(const tenon::Database& database, const tenon::TenantScope& one,
                    const tenon::TenantScope& other);
