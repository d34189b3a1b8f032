#pragma once

#include <tenon/tenant_scope.hpp>

/// Providers with what they earned and how far they are trusted, cache use by day, and who was let in.
void print_report(const tenon::TenantScope& desk);
/// The desk's API keys, without anything that opens.
void print_keys(const tenon::TenantScope& desk);
/// Removes decisions that have expired; returns how many.
std::uint64_t sweep_cache(const tenon::TenantScope& desk);
