#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/export.hpp>

namespace tenon {

/// How many connections there are and how long anything waits for one.
struct PoolOptions {
  std::size_t size = 5;           ///< connections kept open
  std::size_t max_overflow = 10;  ///< further connections under load, closed when idle again
  std::chrono::milliseconds acquire_timeout{30'000};  ///< longest wait for a connection
  std::chrono::milliseconds connect_timeout{10'000};  ///< longest wait for one connection to open
  std::chrono::seconds max_lifetime{1'800};  ///< a connection is replaced after this (up to 25% earlier)
  std::chrono::milliseconds ping_after_idle{1'000};  ///< a connection idle for longer is tested before use
};

/// How tenant ids are written. Ids that differ in one byte are different tenants, but "42" and "042" are
/// one bigint: a database that keeps tenants as numbers or UUIDs needs one spelling for each.
enum class TenantIds : std::uint8_t {
  text,     ///< any that TenantContext takes
  integer,  ///< a 64-bit integer in plain digits: "42"
  uuid      ///< in lower case with hyphens
};

/// What PostgreSQL's session settings are called; row-level security policies read them.
struct SessionSettings {
  std::string tenant = "app.tenant_id";
  std::string role = "app.user_role";
  std::string actor = "app.actor";
};

/// How commits on SQLite reach the disk (https://sqlite.org/pragma.html#pragma_synchronous).
enum class Synchronous : std::uint8_t {
  normal,  ///< survives a crash of the process; a power cut may lose the newest commits, never consistency
  full     ///< survives a power cut
};

struct SqliteOptions {
  Synchronous synchronous = Synchronous::full;
  std::size_t readers = 4;                        ///< reading connections beside the one writer
  std::chrono::milliseconds busy_timeout{5'000};  ///< longest wait for a lock held by another process
  /// Schemas of the host's tables: with `hosting`, raw SQL sees table `hosting_sites` as `sites` and may
  /// write it (docs/tenancy.md). Whoever opens a file first in the process decides for writes.
  std::vector<std::string> raw_schemas{};
  /// Columns, text or integer, by which raw SQL knows tables that hold tenants' rows; of several in one
  /// table the first in this list. Whoever opens a file first in the process decides for writes.
  std::vector<std::string> tenant_columns = {"tenant_id"};
};

struct PostgresOptions {
  SessionSettings settings;
  /// The non-login roles under which statements run.
  std::string application_role = "tenon_app";
  std::string read_only_role = "tenon_read_only";
  std::string administrator_role = "tenon_administrator";
  /// Schemas in which raw SQL finds names without a schema, as in search_path. Temporary tables come after
  /// them and can never stand in for a real one.
  std::string search_path = "tenon, public";
  /// Columns by which the start-up gate knows tables that hold tenants' rows.
  std::vector<std::string> tenant_columns = {"tenant_id"};
  /// Findings of the start-up gate (tenon/finding.hpp) with which the database opens all the same: each
  /// `name`, or `name=object` for a single one. "*" accepts all, for tools that show them.
  std::vector<std::string> accept_findings;
  bool prepared_statements = true;    ///< false for poolers that cannot keep them
  std::size_t statement_cache = 256;  ///< prepared statements kept per connection
};

/// Everything that opening a database needs. A plain value.
struct TENON_API Config {
  /// `sqlite:path`, `sqlite:///./relative`, `sqlite:////absolute`, `sqlite::memory:`, or
  /// `postgresql://user:password@host:port/database?parameters` (libpq's URI, PostgreSQL docs 34.1.1.2).
  std::string url = "sqlite:tenon.db";
  /// Database::scope refuses every other spelling (invalid_argument). For schemas whose policies cast the
  /// tenant's setting, and Table<T>::tenant_type.
  TenantIds tenant_ids = TenantIds::text;
  PoolOptions pool;
  SqliteOptions sqlite;
  PostgresOptions postgres;
  /// Longest time for one call, waiting for a connection included; zero: no limit. A stream (for_each) on a
  /// scope is not bounded by it.
  std::chrono::milliseconds call_timeout{30'000};

  Config() = default;
  /// Throws `Error` (invalid_argument) when the URL has no scheme.
  [[nodiscard]] static Config from_url(std::string_view url);
  /// Reads `DATABASE_URL`; unset or empty: the embedded `sqlite:tenon.db`.
  [[nodiscard]] static Config from_env();

  /// The part of the URL before the first colon, in lower case.
  [[nodiscard]] std::string scheme() const;
  /// The URL without user, password and parameters, fit for messages.
  [[nodiscard]] std::string display_url() const;
};

}  // namespace tenon
