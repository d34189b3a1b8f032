#pragma once

#include <cstdint>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon {

/// What a scope may do. Each is a database role of its own on PostgreSQL, not a flag that SQL could set.
enum class Role : std::uint8_t {
  customer,      ///< reads and writes the tenant's own rows
  read_only,     ///< reads the tenant's own rows
  administrator  ///< reads all tenants' rows, through AdministratorScope only
};

/// "customer", "read_only" or "administrator".
[[nodiscard]] TENON_API std::string_view to_string(Role role) noexcept;

}  // namespace tenon
