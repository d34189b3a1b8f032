#include "auth.hpp"

#include <algorithm>
#include <array>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdexcept>

#include <tenon/repository.hpp>

namespace {

using trading::ApiKey;
using trading::AuthEvent;

std::string hex(const unsigned char* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += "0123456789abcdef"[bytes[i] / 16];
    text += "0123456789abcdef"[bytes[i] % 16];
  }
  return text;
}

std::string hash_of(const std::string& secret) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(secret.data(), secret.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 failed");
  return hex(digest.data(), size);
}

std::string new_secret() {
  std::array<unsigned char, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("there is no randomness to be had");
  return "tk_" + hex(bytes.data(), bytes.size());
}

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
                   .secret = new_secret()};
  issued.key.secret_hash = hash_of(issued.secret);
  tenon::Repository<ApiKey>(desk).insert(issued.key);
  return issued;
}

bool revoke_key(const tenon::TenantScope& desk, const tenon::Uuid& id) {
  return tenon::Repository<ApiKey>(desk).patch_where(
             tenon::field<&ApiKey::id> == id && tenon::field<&ApiKey::revoked_at>.is_null(),
             tenon::set<&ApiKey::revoked_at>(tenon::now())) > 0;
}

void authorize(const tenon::TenantScope& desk, const std::string& secret, const std::string& permission) {
  const auto found = tenon::Repository<ApiKey>(desk)
                         .find(tenon::where(tenon::field<&ApiKey::secret_hash> == hash_of(secret)).limit(1))
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
