#pragma once

#include <cstddef>
#include <string>

#include <tenon/export.hpp>
#include <tenon/role.hpp>

namespace tenon {

/// Who a unit of work is done for. A value: copy it freely.
class TENON_API TenantContext {
 public:
  /// Longest tenant id and actor, in bytes.
  static constexpr std::size_t max_length = 255;

  /// Throws `Error` (invalid_argument) when the tenant is empty, blank, longer than `max_length`, not valid
  /// UTF-8 or holds a NUL byte, or the actor is over-long, not UTF-8 or holds a NUL byte. Nothing is
  /// trimmed, folded or normalised: ids that differ in one byte are different tenants.
  explicit TenantContext(std::string tenant, Role role = Role::customer, std::string actor = {});

  [[nodiscard]] const std::string& tenant() const noexcept { return tenant_; }
  [[nodiscard]] Role role() const noexcept { return role_; }
  /// Whom the host serves, for the database's own audit; may be empty.
  [[nodiscard]] const std::string& actor() const noexcept { return actor_; }

  friend TENON_API bool operator==(const TenantContext& a, const TenantContext& b);

 private:
  std::string tenant_;
  Role role_;
  std::string actor_;
};

}  // namespace tenon
