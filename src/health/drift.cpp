#include "drift.hpp"

#include <algorithm>

#include <tenon/error.hpp>

#include "migrate/history.hpp"
#include "migrate/sha256.hpp"

namespace tenon::detail {
namespace {

// Reads the history through a probe. Nothing else of Maintenance is asked for.
class ReadOnly final : public backend::Maintenance {
 public:
  ReadOnly(backend::Probe& probe, backend::Deadline deadline) : probe_(probe), deadline_(deadline) {}

  std::vector<TextRow> query(std::string_view sql, std::span<const std::string_view> parameters) override {
    return probe_.query(sql, parameters, deadline_);
  }
  void execute(std::string_view) override { refuse(); }
  void reset() override { refuse(); }
  void begin() override { refuse(); }
  void commit() override { refuse(); }
  void rollback() noexcept override {}
  bool try_lock(std::string_view) override { return false; }
  void unlock(std::string_view) noexcept override {}
  bool holds_lock(std::string_view) override { return false; }

 private:
  [[noreturn]] static void refuse() { throw Error(Error::Kind::internal, "health: the probe only reads"); }
  backend::Probe& probe_;
  backend::Deadline deadline_;
};

std::string numbered(std::int64_t version, std::string_view name) {
  return "migration " + std::to_string(version) + "_" + std::string(name);
}

std::string drift_of(const Applied& applied, std::span<const EmbeddedMigration> bundled) {
  for (const auto& [version, migration] : applied) {
    const auto known = std::find_if(
        bundled.begin(), bundled.end(),
        [&](const EmbeddedMigration& candidate) { return candidate.version == migration.version; });
    const std::string name = numbered(migration.version, migration.name);
    const bool newer = bundled.empty() || migration.version > bundled.back().version;
    if (known == bundled.end())
      return name + (newer ? " is in the database but newer than this program"
                           : " was applied but this program does not have it");
    if (migration.checksum != migration_checksum(known->up))
      return name + " was changed after it was applied";
  }
  return {};
}

}  // namespace

SchemaState schema_state(backend::Probe& probe, backend::Deadline deadline, const backend::Dialect& dialect,
                         std::span<const EmbeddedMigration> bundled) {
  SchemaState state;
  try {
    ReadOnly on(probe, deadline);
    const Applied applied = replay(History(on, dialect, "tenon").read().events);
    state.version = applied.empty() ? 0 : applied.rbegin()->first;
    state.pending = std::count_if(bundled.begin(), bundled.end(), [&](const EmbeddedMigration& migration) {
      return !applied.contains(migration.version);
    });
    state.drift = drift_of(applied, bundled);
  } catch (const Error& error) {
    if (error.kind() == Error::Kind::unavailable) throw;
    state.problem = std::string("the schema's history cannot be read: ") + error.what();
    if (error.kind() == Error::Kind::timeout) state.problem += "; something may hold a lock on it";
    if (error.kind() == Error::Kind::permission_denied && dialect.flavour() == backend::Flavour::postgres)
      state.problem += "; docs/roles.sql, run again in this database, lets the login read it";
  }
  return state;
}

}  // namespace tenon::detail
