#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include <tenon/administrator_scope.hpp>
#include <tenon/database.hpp>
#include <tenon/detail/later.hpp>
#include <tenon/health.hpp>
#include <tenon/interchange.hpp>

#include "health/drift.hpp"
#include "health/prober.hpp"
#include "state.hpp"
#include "stores/report.hpp"

namespace tenon {
namespace {

using detail::later;
using std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

// Who locks the schema's history holds up neither the rest of a check nor the checks that wait for it.
constexpr std::chrono::milliseconds longest_look_at_schema{500};

// Filled by the check's thread, read when it is done.
struct Checked {
  Milliseconds latency{0};
  backend::Vitals vitals;
  detail::SchemaState schema;
};

void check(Checked& checked, backend::Probe& probe, backend::Deadline deadline,
           const backend::Dialect& dialect, std::span<const EmbeddedMigration> bundled) {
  const auto start = steady_clock::now();
  probe.ping(deadline);
  checked.latency = steady_clock::now() - start;
  checked.vitals = probe.vitals(deadline);
  const auto now = steady_clock::now();
  checked.schema = detail::schema_state(
      probe, std::min(now + (deadline - now) / 2, now + longest_look_at_schema), dialect, bundled);
}

void add_sentence(std::string& text, const std::string& sentence) {
  if (!sentence.empty()) text += (text.empty() ? "" : "; ") + sentence;
}

void take(Health& health, const Checked& checked) {
  health.available = true;
  health.latency_ms = checked.latency.count();
  health.server_version = checked.vitals.version;
  health.read_only = checked.vitals.read_only;
  if (checked.vitals.replica_lag) health.replica_lag_ms = Milliseconds(*checked.vitals.replica_lag).count();
  health.tables = checked.vitals.tables;
  health.database_bytes = checked.vitals.database_bytes;
  health.wal_bytes = checked.vitals.wal_bytes;
  health.schema_version = checked.schema.version;
  health.pending_migrations = checked.schema.pending;
  health.migration_drift = checked.schema.drift;
  add_sentence(health.warning, checked.vitals.hazard);
  add_sentence(health.warning, checked.schema.problem);
}

void take(Health& health, const PoolStats& pool) {
  health.connections = static_cast<std::int64_t>(pool.active + pool.idle);
  health.active = static_cast<std::int64_t>(pool.active);
  health.waiting = static_cast<std::int64_t>(pool.waiting);
  health.pool_size = static_cast<std::int64_t>(pool.size);
  health.pool_capacity = static_cast<std::int64_t>(pool.capacity);
  if (pool.waiting > 0)
    add_sentence(health.warning, std::to_string(pool.waiting) + " callers wait for a connection");
  if (!pool.last_connect_error.empty())
    add_sentence(health.warning, "the pool's last connect failed: " + pool.last_connect_error);
}

}  // namespace

Health Database::health(std::chrono::milliseconds timeout) const {
  Health health;
  try {
    health.backend = state_->identity->system;
    take(health, state_->engine->pool_stats());
    const auto checked = std::make_shared<Checked>();
    state_->prober->run(
        [checked, engine = state_->engine](backend::Probe& probe, backend::Deadline deadline) {
          check(*checked, probe, deadline, engine->dialect(), engine->bundled_migrations());
        },
        later(steady_clock::now(), timeout));
    take(health, *checked);
  } catch (const std::exception& error) {
    health.error = error.what();
  }
  return health;
}

Readiness Database::ready(std::chrono::milliseconds timeout) const {
  Readiness readiness;
  const auto start = steady_clock::now();
  try {
    state_->prober->run([](backend::Probe&, backend::Deadline) {}, later(start, timeout));
    readiness.ready = true;
  } catch (const std::exception& error) {
    readiness.error = error.what();
  }
  readiness.latency_ms = Milliseconds(steady_clock::now() - start).count();
  return readiness;
}

DatabaseInfo Database::info() const {
  using backend::Type;
  static constexpr std::array columns{Type::int64, Type::int64, Type::float64, Type::int64};
  // A backend that keeps tenants apart gives a row for each.
  static constexpr backend::Gathering gathering{.way = backend::Gathering::Way::concatenation};
  const AdministratorScope everybody = administrator();
  const detail::Executor on(everybody);
  detail::Report report(on, "analyses.info");
  report << "SELECT count(*), count(estimated_monthly_cost), coalesce(sum(estimated_monthly_cost), 0.0), "
            "count(*) FILTER (WHERE policy_status = 'block') FROM ";
  report.table(Table<Analysis>::name);
  DatabaseInfo info{.enabled = true};
  std::int64_t priced = 0;
  double cost = 0;
  report.run(
      columns,
      [&](backend::Values row) {
        info.total_analyses += row[0].integral();
        priced += row[1].integral();
        cost += row[2].real();
        info.blocked_count += row[3].integral();
        return true;
      },
      backend::Access::read, &gathering);
  if (priced > 0) info.average_monthly_cost = cost / static_cast<double>(priced);
  return info;
}

std::string to_json(const Health& health) {
  return interchange::to_json(health);
}

std::string to_json(const Readiness& readiness) {
  return interchange::to_json(readiness);
}

std::string to_json(const DatabaseInfo& info) {
  return interchange::to_json(info);
}

}  // namespace tenon
