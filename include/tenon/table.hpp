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
/// (`namespace_` is column `namespace`). The table has one more column, `tenant_id` (text) unless
/// `static constexpr auto tenant_column = "…"` says otherwise; it leads the primary key and is never a
/// member.
///
/// Members with these names and types are kept by the library:
/// - `created_at` (Timestamp): set when a row is inserted with the zero timestamp; never changed
/// afterwards.
/// - `updated_at` (Timestamp): the same, and set by every update and upsert.
/// - `version` (an integer): compared and raised by `update` (optimistic locking). Begin with 1.
template <class T>
struct Table;

}  // namespace tenon
