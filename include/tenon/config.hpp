#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/export.hpp>
#include <tenon/pool_event.hpp>
#include <tenon/secret.hpp>

namespace tenon {

class Observer;

/// How many connections there are and how long anything waits for one; docs/pool.md tells which failure
/// each knob prevents.
struct PoolOptions {
  std::size_t size = 5;           ///< connections kept open
  std::size_t max_overflow = 10;  ///< further connections under load; size + max_overflow is at least 1
  std::size_t min_idle = 0;       ///< of `size`, how many stay open, and are opened ahead, even when unused
  std::chrono::milliseconds acquire_timeout{30'000};  ///< longest wait for a connection
  std::chrono::milliseconds connect_timeout{10'000};  ///< longest wait for one connection to open
  std::chrono::seconds max_lifetime{
      1'800};  ///< a connection is replaced after this (up to 25% earlier); 0: never
  std::chrono::milliseconds idle_timeout{
      600'000};  ///< unused for longer: closed, down to min_idle; 0: never
  std::chrono::milliseconds overflow_linger{1'000};  ///< how long overflow stays open unused
  std::chrono::milliseconds ping_after_idle{1'000};  ///< a connection idle for longer is tested before use
  std::chrono::milliseconds ping_timeout{1'000};     ///< longest wait for the answer to that test
  std::chrono::milliseconds leak_after{0};  ///< a connection held for longer is reported once; 0: never
  std::size_t max_connecting = 8;           ///< most connects under way at once
  /// While the server cannot be reached one connect is tried after the other, with a random pause between
  /// backoff_min and a bound that doubles up to backoff_max: at most one attempt in backoff_min.
  std::chrono::milliseconds backoff_min{100};
  std::chrono::milliseconds backoff_max{5'000};
  PoolObserver observer{};  ///< told what happens in the pool; empty: nobody
};

/// How tenant ids are written. Ids that differ in one byte are different tenants, but "42" and "042" are
/// one bigint: a database that keeps tenants as numbers or UUIDs needs one spelling for each.
enum class TenantIds : std::uint8_t {
  text,     ///< any that TenantContext takes
  integer,  ///< a 64-bit integer in plain digits: "42"
  uuid      ///< in lower case with hyphens
};

/// What PostgreSQL's session settings are called; row-level security policies and triggers read them. Names
/// have a dot, and no two are the same.
struct SessionSettings {
  std::string tenant = "app.tenant_id";
  /// `customer`, `read_only` or `administrator`, for policies of a schema of its own that ask for it;
  /// tenon's own tell roles apart by the database's roles. Not set where empty: each setting costs every
  /// statement about half a microsecond.
  std::string role{};
  std::string actor = "app.actor";  ///< TenantContext::actor where there is one; never set where empty
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
  /// Megabytes in which the connections together keep pages of the file, each an equal part, taken as pages
  /// are read. With one file per tenant the open files share them. No connection gets less than SQLite's
  /// own two.
  std::size_t cache_megabytes = 64;
  /// False: the first database that tenon opens in the process turns off SQLite's count of the process's
  /// memory, which it keeps under one lock, so that threads read side by side. Where SQLite is in use by
  /// then it stays on. True, for whoever opens first: it is left alone, for hosts that ask
  /// sqlite3_memory_used() or limit SQLite's heap (docs/performance.md).
  bool memory_statistics = false;
  /// Schemas of the host's tables: with `hosting`, raw SQL sees table `hosting_sites` as `sites` and may
  /// write it (docs/tenancy.md). The same for all that have the file open in this process.
  std::vector<std::string> raw_schemas{};
  /// Raw SQL gets a tenant's rows before it looks at any of them, so that the time it takes tells nothing
  /// of others' rows either, at the price of the indexes that do not lead there (docs/tenancy.md). The same
  /// for all that have the file open in this process.
  bool fence_raw_sql = false;
  /// With one file per tenant (`sqlite:directory/?tenants=files`): how many tenants' files are open at
  /// once. The one used longest ago is closed for another; when all are in use, a call waits as for a
  /// connection.
  std::size_t open_tenants = 64;
  /// Columns, text or integer, by which raw SQL knows tables that hold tenants' rows; of several in one
  /// table the first in this list. The same for all that have the file open in this process.
  std::vector<std::string> tenant_columns = {"tenant_id"};
};

struct PostgresOptions {
  /// Asked for the password before each connect, on whatever thread connects, so that a rotated one is used
  /// from the next connection on. What it throws fails that connect. Goes before `password_file` and a
  /// password in the URL.
  std::function<std::string()> password{};
  /// A file that holds the password, read before each connect; one line end at its end is dropped.
  std::string password_file{};
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
  /// Where migrations connect, when `Config::url` leads through a pooler in transaction mode: a direct URL
  /// of the same database. Empty: Config::url. A login of its own, which owns the tables, can stand here
  /// too; without a password in this URL the other one's is used.
  std::string migration_url{};
  bool prepared_statements = true;    ///< false for poolers that cannot keep them
  std::size_t statement_cache = 256;  ///< prepared statements kept per connection
};

/// Everything that opening a database needs. A plain value; docs/configuration.md has one table of it all.
/// A duration of a year or more, such as milliseconds::max(), is one without an end.
struct TENON_API Config {
  /// False: whoever opens it gets `Error` (unavailable), before anything is connected (DB_ENABLED).
  bool enabled = true;
  /// `sqlite:path`, `sqlite:////absolute` (three slashes may stand before any path), `sqlite::memory:`,
  /// `sqlite:directory/?tenants=files` (one file per tenant, docs/tenancy.md), or
  /// `postgresql://user:password@host:port/database?parameters` (libpq's URI, PostgreSQL docs 34.1.1.2).
  /// from_url() and from_env() leave no password in it.
  std::string url = "sqlite:tenon.db";
  /// The login's password; goes before one in the URL.
  Secret password;
  /// Database::scope refuses every other spelling (invalid_argument). For schemas whose policies cast the
  /// tenant's setting, and Table<T>::tenant_type.
  TenantIds tenant_ids = TenantIds::text;
  PoolOptions pool;
  SqliteOptions sqlite;
  PostgresOptions postgres;
  /// Longest time for one call, waiting for a connection included; zero: no limit. A stream (for_each) on a
  /// scope is not bounded by it. Where a PostgreSQL server falls silent, the cancellation of the statement,
  /// or the rollback of the transaction, takes up to two seconds more.
  std::chrono::milliseconds call_timeout{30'000};
  /// Longest time for one statement; zero: no limit of its own. A statement that takes longer is cancelled
  /// (`Error`, timeout). For one on a scope the wait for a connection counts; in a transaction it bounds
  /// each statement beside the transaction's own timeout. A stream is not bounded by it.
  std::chrono::milliseconds statement_timeout{0};
  /// Told of every statement, migration and connection (tenon/observer.hpp); null: nobody is.
  std::shared_ptr<Observer> observer;
  /// With a key, events carry the first 64 bits of HMAC-SHA-256(key, tenant) to tell tenants apart; without
  /// one, nothing about the tenant.
  Secret tenant_hash_key;

  Config() = default;
  /// The URL's parameters that begin with "tenon." become members ("?tenon.pool.size=10"), its password
  /// becomes `password`; the rest stays. Reads no environment. Throws `Error` (invalid_argument) for a URL
  /// that has no scheme, a parameter that nobody knows, naming the nearest known one, or a value that
  /// cannot work.
  [[nodiscard]] static Config from_url(std::string_view url);
  /// DATABASE_URL, or the DB_*, POSTGRES_* or DATABASE_* variables, and the pool's; with none of them set
  /// the embedded `sqlite:tenon.db`. read_config() (tenon/config_source.hpp) also tells what came from
  /// where. Throws `Error` (invalid_argument) that names the variable.
  [[nodiscard]] static Config from_env();

  /// Throws `Error` (invalid_argument) for numbers that cannot work, named as their member is.
  void validate() const;

  /// The part of the URL before the first colon, in lower case.
  [[nodiscard]] std::string scheme() const;
  /// The URL without user, password and parameters, fit for messages.
  [[nodiscard]] std::string display_url() const;
};

/// One line for logs: the URL as display_url() gives it and the size of the pool; never a secret.
TENON_API std::ostream& operator<<(std::ostream& out, const Config& config);

}  // namespace tenon
