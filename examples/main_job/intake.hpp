#pragma once

#include <filesystem>

#include <tenon/tenant_scope.hpp>

/// Stores what a file holds for the scope's tenant, wholly or not at all, and says so on standard output.
/// The content tells the kind: policies, an Infracost breakdown or an Alertmanager webhook. Throws
/// tenon::Error that names file, position and field when the file is not one of these, std::runtime_error
/// when it cannot be read.
void take_in(const tenon::TenantScope& scope, const std::filesystem::path& file);
