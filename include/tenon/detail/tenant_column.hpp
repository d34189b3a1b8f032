#pragma once

#include <string>
#include <string_view>

#include <tenon/backend/value.hpp>
#include <tenon/detail/columns.hpp>
#include <tenon/detail/table_shape.hpp>
#include <tenon/export.hpp>

namespace tenon::detail {

// A tenant id as a value of a tenant column that is not text; refers to nothing. Throws Error
// (invalid_argument) unless the id is written as a database writes that value: "42" and "042" are two
// tenants, and would be one number.
[[nodiscard]] TENON_API backend::Value typed_tenant(std::string_view tenant, backend::Type type,
                                                    std::string_view subject);
// The id again.
[[nodiscard]] TENON_API std::string tenant_text(const backend::Value& value);

// The value by which every statement on the table is bound; `tenant` outlives it.
[[nodiscard]] inline backend::Value tenant_value(const TableShape& shape, std::string_view tenant) {
  return shape.tenant_type == backend::Type::text ? backend::Value::known_text(tenant)
                                                  : typed_tenant(tenant, shape.tenant_type, shape.table);
}
template <class T>
[[nodiscard]] backend::Value tenant_value(std::string_view tenant) {
  return tenant_value(Entity<T>::shape, tenant);
}

}  // namespace tenon::detail
