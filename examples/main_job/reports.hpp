#pragma once

#include <tenon/tenant_scope.hpp>

/// Prints the reports over one tenant's analyses and incidents. Throws tenon::Error.
void print_reports(const tenon::TenantScope& scope);
