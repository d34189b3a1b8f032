#pragma once

#include <string_view>
#include <tuple>

namespace tenon {

/// Names the table of a described struct. The host specialises it for each of its entities:
///
///     BOOST_DESCRIBE_STRUCT(Site, (), (id, name, created_at))
///     template <> struct tenon::Table<Site> {
///       static constexpr auto name = "hosting.sites";         // or "sites"
///       static constexpr auto key = std::tuple{&Site::id};    // the key within a tenant
///     };
///
/// `name` may lead with a schema: PostgreSQL sees `hosting.sites`, SQLite `hosting_sites`. Columns are
/// called as the members are; a trailing underscore, which keeps a member apart from a C++ keyword, is
/// dropped
/// (`namespace_` is column `namespace`). The table has one more column, which holds the tenant, leads the
/// primary key and is never a member. It is `tenant_id`, a text, unless the specialisation says otherwise:
///
///       static constexpr auto tenant_column = "customer_id";
///       using tenant_type = std::int64_t;    // or std::int32_t, tenon::Uuid
///
/// Tenant ids are then written as the database writes such a value, "42" or a UUID in lower case; a
/// repository on the scope of any other id throws `Error` (invalid_argument). See also
/// Config::tenant_ids.
///
/// Members with these names and types are kept by the library:
/// - `created_at` (Timestamp): set when a row is inserted with the zero timestamp; never changed
/// afterwards.
/// - `updated_at` (Timestamp): the same, and set by every update and upsert.
/// - `version` (an integer of 32 or 64 bits): compared and raised by `update` (optimistic locking). Begin
/// with 1.
template <class T>
struct Table;

}  // namespace tenon
