#include "auth.hpp"

#include <algorithm>
#include <stdexcept>

#include <tenon/repository.hpp>

#include "../common/crypto.hpp"

namespace {

using trading::ApiKey;
using trading::AuthEvent;

std::string refusal(const ApiKey* key, const std::string& permission) {
  if (key == nullptr) return "unknown secret";
  if (key->revoked_at) return "revoked";
  const auto& has = key->permissions;
  return std::find(has.begin(), has.end(), permission) == has.end() ? "not permitted" : "";
}

}  // namespace

IssuedKey issue_key(const tenon::TenantScope& desk, std::string label,
                    std::vector<std::string> permissions) {
  IssuedKey issued{.key = {.id = tenon::Uuid::time_ordered(),
                           .label = std::move(label),
                           .secret_hash = {},
                           .permissions = std::move(permissions),
                           .revoked_at = {}},
                   .secret = "tk_" + common::random_hex(32)};
  issued.key.secret_hash = common::sha256_hex(issued.secret);
  tenon::Repository<ApiKey>(desk).insert(issued.key);
  return issued;
}

bool revoke_key(const tenon::TenantScope& desk, const tenon::Uuid& id) {
  return tenon::Repository<ApiKey>(desk).patch_where(
             tenon::field<&ApiKey::id> == id && tenon::field<&ApiKey::revoked_at>.is_null(),
             tenon::set<&ApiKey::revoked_at>(tenon::now())) > 0;
}

void authorize(const tenon::TenantScope& desk, const std::string& secret, const std::string& permission) {
  const auto found =
      tenon::Repository<ApiKey>(desk)
          .find(tenon::where(tenon::field<&ApiKey::secret_hash> == common::sha256_hex(secret)).limit(1))
          .items;
  const ApiKey* key = found.empty() ? nullptr : &found.front();
  const std::string reason = refusal(key, permission);
  tenon::Repository<AuthEvent>(desk).insert(
      {.id = tenon::Uuid::time_ordered(),
       .key_id = key != nullptr ? std::optional(key->id) : std::nullopt,
       .permission = permission,
       .allowed = reason.empty(),
       .reason = reason});
  if (!reason.empty()) throw std::runtime_error("the key does not open '" + permission + "': " + reason);
}
