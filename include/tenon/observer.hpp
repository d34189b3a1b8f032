#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <tenon/error.hpp>
#include <tenon/export.hpp>
#include <tenon/migration_step.hpp>
#include <tenon/pool.hpp>
#include <tenon/pool_event.hpp>

namespace tenon {

/// Which database an event is about. Copy what you keep.
struct DatabaseIdentity {
  std::string system;      ///< "postgresql", "sqlite", else the URL's scheme
  std::string name;        ///< of the database; on SQLite its path, ":memory:" for one in memory
  std::string host;        ///< empty without a server, or when the URL names several
  std::uint16_t port = 0;  ///< 0: not said
};

/// One call on the database that has ended: a statement, or the begin, commit or rollback of a transaction.
/// Lives as long as the call that delivers it.
struct StatementEvent {
  const DatabaseIdentity& database;
  /// `store.operation`: "policies.insert", "transaction.commit", "raw.query"; or "notify". Of a bounded
  /// set, fit for a label.
  std::string_view name;
  std::string_view sql;  ///< the text, without values; empty for raw SQL, which may hold some
  bool writes = false;
  bool in_transaction = false;
  std::size_t batch = 0;  ///< rows given to a batch insert; 0 for everything else
  /// With Config::tenant_hash_key, what stands for the tenant; 0 is a hash like any other.
  std::optional<std::uint64_t> tenant_hash{};
  std::chrono::system_clock::time_point started{};
  std::chrono::nanoseconds duration{0};
  std::uint64_t rows = 0;        ///< returned, or changed by a write
  unsigned round_trips = 0;      ///< waits for the server; 0 on SQLite
  const Error* error = nullptr;  ///< what it failed with
  bool interrupted = false;      ///< ended by an exception of the host's own, from a visitor or a range

  /// The part of the name before its last dot, and after it.
  [[nodiscard]] std::string_view store() const noexcept { return name.substr(0, dot()); }
  [[nodiscard]] std::string_view operation() const noexcept {
    return dot() == name.size() ? std::string_view() : name.substr(dot() + 1);
  }
  /// "ok", an Error::Kind's name, or "interrupted".
  [[nodiscard]] std::string_view outcome() const noexcept {
    if (error != nullptr) return to_string(error->kind());
    return interrupted ? "interrupted" : "ok";
  }

 private:
  [[nodiscard]] std::size_t dot() const noexcept {
    const std::size_t at = name.rfind('.');
    return at == std::string_view::npos ? name.size() : at;
  }
};

/// One migration that was applied or reverted, or failed and left nothing.
struct MigrationRun {
  const DatabaseIdentity& database;
  std::string_view component;  ///< "tenon" for the bundled schema
  std::int64_t version = 0;
  std::string_view name;
  std::chrono::milliseconds duration{0};
  const Error* error = nullptr;  ///< what it failed with
  MigrationDirection direction = MigrationDirection::up;
};

/// Told what a database does; Config::observer takes one. Everything by default does nothing.
///
/// No event holds a value of a tenant's data, a tenant's id or a password. `Error::what()` of a failed
/// statement does not either, but where an administrator reads one file per tenant it names the file that
/// failed.
///
/// Thread safety: the members are called from many threads at once, on the thread that made the call, after
/// it and outside every lock. They should be quick. What they throw is swallowed.
class TENON_API Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer();

  /// A database was opened. `pool` gives its figures at any later time, once more when it is gone, then
  /// with what it had counted to its end and no connections, and nothing after that, each copy for itself;
  /// it does not keep the database open.
  virtual void opened(const DatabaseIdentity& database, std::function<std::optional<PoolStats>()> pool);
  virtual void statement(const StatementEvent& event);
  virtual void pool(const DatabaseIdentity& database, const PoolEvent& event);
  virtual void migration(const MigrationRun& run);
};

}  // namespace tenon
