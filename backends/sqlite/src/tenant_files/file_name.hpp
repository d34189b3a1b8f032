#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenon::sqlite {

// The file that holds the schema of all tenants and none of their rows.
inline constexpr std::string_view schema_file_name = "@schema.db";

// The name of a tenant's file: small letters, digits, '-' and '_' as they are (no '-' at the start), every
// other byte as %xx, and ".db". Different tenants have different names, on file systems that fold case or
// Unicode forms too, and no name leaves the directory. Where that would be too long for a file's name it is
// '@' and the SHA-256 of the tenant.
[[nodiscard]] std::string tenant_file_name(std::string_view tenant);

// True for what tenant_file_name() can give.
[[nodiscard]] bool is_tenant_file_name(std::string_view name);

// The tenant of such a name; nothing where only the file itself knows.
[[nodiscard]] std::optional<std::string> tenant_of_file_name(std::string_view name);

}  // namespace tenon::sqlite
