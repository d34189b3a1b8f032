#pragma once

#include <string>
#include <vector>

#include <tenon/tenant_scope.hpp>

#include "entities.hpp"

/// A key and the secret that belongs to it, which is shown once and not kept.
struct IssuedKey {
  trading::ApiKey key;
  std::string secret;
};

IssuedKey issue_key(const tenon::TenantScope& desk, std::string label,
                    std::vector<std::string> permissions);

/// False when there is no such key, or it was revoked before.
bool revoke_key(const tenon::TenantScope& desk, const tenon::Uuid& id);

/// Writes an audit entry and throws std::runtime_error unless the secret's key has the permission.
void authorize(const tenon::TenantScope& desk, const std::string& secret, const std::string& permission);
