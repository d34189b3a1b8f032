#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/backend/maintenance.hpp>
#include <tenon/backend/statement.hpp>
#include <tenon/export.hpp>

namespace tenon::backend {

/// What a backend can tell of its database. Empty where it has no such thing.
struct Vitals {
  std::string version;     ///< of the server that answered, as Engine::version() spells it
  bool read_only = false;  ///< it takes no writes
  std::optional<std::chrono::microseconds> replica_lag{};  ///< on a replica: how far it is behind
  std::optional<std::int64_t> tables{};                    ///< outside the database's own schemas
  std::optional<std::int64_t> database_bytes{};
  std::optional<std::int64_t> wal_bytes{};
  std::string hazard;  ///< a known defect of the database's version, one sentence with the remedy
};

/// A connection of its own, beside the pool, for looking at the database: it is there when the pool is
/// empty, and takes nothing from it. Every member ends by its deadline and throws `Error`: timeout, or
/// unavailable when the connection is lost, after which the probe is of no more use.
///
/// Thread safety: none.
class TENON_API Probe {
 public:
  Probe() = default;
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;
  virtual ~Probe();

  /// Asks for a sign of life, at the least cost that proves one.
  virtual void ping(Deadline deadline) = 0;
  [[nodiscard]] virtual Vitals vitals(Deadline deadline) = 0;
  /// Runs one reading statement with text parameters ($1 …); its rows as text, NULL as nothing.
  [[nodiscard]] virtual std::vector<Maintenance::TextRow> query(
      std::string_view sql, std::span<const std::string_view> parameters, Deadline deadline) = 0;
};

}  // namespace tenon::backend
