#pragma once

#include <tenon/incident.hpp>
#include <tenon/tenant_scope.hpp>

/// Takes one new incident from its alert to its report and shows each step. Throws tenon::Error.
void live_through_an_incident(const tenon::TenantScope& scope);
