#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include <tenon/error.hpp>
#include <tenon/migrator.hpp>

#include "history.hpp"
#include "sha256.hpp"
#include "observers/observed_migration.hpp"
#include "state.hpp"

namespace tenon {
namespace {

using detail::AppliedMigration;
using std::chrono::steady_clock;

constexpr std::string_view lock_name = "tenon.migrate";

std::string label(const std::string& component, std::int64_t version, const std::string& name) {
  return "migration " + std::to_string(version) + "_" + name + " of component " + component;
}

// Holds the database-wide migration lock. It polls: waiting inside the database would deadlock with
// statements that wait for every transaction to end, such as CREATE INDEX CONCURRENTLY.
class MigrationLock {
 public:
  MigrationLock(backend::Maintenance& on, std::chrono::milliseconds timeout) : on_(on) {
    const auto deadline = steady_clock::now() + timeout;
    while (!on_.try_lock(lock_name)) {
      if (steady_clock::now() >= deadline)
        throw Error(Error::Kind::timeout,
                    "migrate: another migrator did not finish within the lock timeout of " +
                        std::to_string(timeout.count()) + " ms");
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
  }
  ~MigrationLock() { on_.unlock(lock_name); }
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;

 private:
  backend::Maintenance& on_;
};

std::vector<MigrationStatus> compare(const std::vector<Migration>& source,
                                     const std::vector<AppliedMigration>& history) {
  std::map<std::int64_t, MigrationStatus> all;
  for (const AppliedMigration& applied : history)
    all[applied.version] = {applied.version, applied.name, MigrationStatus::State::missing,
                            applied.applied_at, applied.duration};
  for (const Migration& migration : source) {
    const auto found = all.find(migration.version);
    if (found == all.end()) {
      all[migration.version] = {migration.version, migration.name, MigrationStatus::State::pending, {}, {}};
      continue;
    }
    const auto applied = std::find_if(history.begin(), history.end(), [&](const AppliedMigration& a) {
      return a.version == migration.version;
    });
    found->second.state = applied->checksum == detail::migration_checksum(migration.up)
                              ? MigrationStatus::State::applied
                              : MigrationStatus::State::changed;
  }
  std::vector<MigrationStatus> result;
  result.reserve(all.size());
  for (auto& entry : all) result.push_back(std::move(entry.second));
  return result;
}

// Throws when the pending migrations cannot simply be applied on top of the history.
void refuse_drift(const std::string& component, const std::vector<MigrationStatus>& statuses,
                  const std::vector<Migration>& source) {
  using State = MigrationStatus::State;
  const std::int64_t newest_known = source.empty() ? 0 : source.back().version;
  std::int64_t newest_applied = 0;
  for (const MigrationStatus& status : statuses)
    if (status.state != State::pending) newest_applied = std::max(newest_applied, status.version);

  const auto refuse = [&](const MigrationStatus& status, const char* why) {
    throw Error(Error::Kind::schema_mismatch, label(component, status.version, status.name) + " " + why);
  };
  for (const MigrationStatus& status : statuses) {
    if (status.state == State::changed)
      refuse(status,
             "was changed after it was applied; restore its text and put the change into a new migration");
    if (status.state == State::missing && status.version > newest_known)
      refuse(status, "is in the database but newer than this program; run the newer program");
    if (status.state == State::missing)
      refuse(status, "was applied but is no longer in the source; restore it");
    if (status.state == State::pending && status.version < newest_applied)
      refuse(status, "is older than the newest that was applied; give it a higher number");
  }
}

bool any_pending(const std::vector<MigrationStatus>& statuses) {
  return std::any_of(statuses.begin(), statuses.end(),
                     [](const MigrationStatus& s) { return s.state == MigrationStatus::State::pending; });
}

// One migration with its history row, in one transaction. Returns false when another migrator was faster.
bool apply(backend::Maintenance& on, detail::History& history, const std::string& component,
           const Migration& migration) {
  const auto started = steady_clock::now();
  on.begin();
  try {
    const std::vector<AppliedMigration> applied = history.read();
    if (std::any_of(applied.begin(), applied.end(),
                    [&](const auto& a) { return a.version == migration.version; })) {
      on.rollback();
      return false;
    }
    on.execute(migration.up);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - started);
    history.add({migration.version, migration.name, detail::migration_checksum(migration.up), now(), took});
    on.commit();
    return true;
  } catch (const Error& error) {
    on.rollback();
    throw Error(error.kind(),
                label(component, migration.version, migration.name) +
                    " failed, nothing of it was kept: " + error.what(),
                error.detail());
  }
}

}  // namespace

std::string_view to_string(MigrationStatus::State state) noexcept {
  switch (state) {
    case MigrationStatus::State::applied:
      return "applied";
    case MigrationStatus::State::pending:
      return "pending";
    case MigrationStatus::State::changed:
      return "changed";
    case MigrationStatus::State::missing:
      break;
  }
  return "missing";
}

Migrator::Migrator(std::shared_ptr<detail::DatabaseState> database, std::string component,
                   std::vector<Migration> migrations)
    : database_(std::move(database)), component_(std::move(component)), migrations_(std::move(migrations)) {
  std::sort(migrations_.begin(), migrations_.end(),
            [](const Migration& a, const Migration& b) { return a.version < b.version; });
  std::set<std::int64_t> versions;
  for (const Migration& migration : migrations_)
    if (migration.version < 1 || !versions.insert(migration.version).second)
      throw Error(
          Error::Kind::invalid_argument,
          label(component_, migration.version, migration.name) +
              (migration.version < 1 ? ": versions begin with 1" : ": two migrations have this version"));
}

Migrator& Migrator::lock_timeout(std::chrono::milliseconds timeout) noexcept {
  lock_timeout_ = timeout;
  return *this;
}

std::vector<MigrationStatus> Migrator::status() {
  const auto on = database_->engine->maintenance();
  return compare(migrations_, detail::History(*on, database_->engine->dialect(), component_).read());
}

MigrationReport Migrator::up() {
  const auto on = database_->engine->maintenance();
  detail::History history(*on, database_->engine->dialect(), component_);
  MigrationReport report;

  std::vector<MigrationStatus> statuses = compare(migrations_, history.read());
  refuse_drift(component_, statuses, migrations_);
  if (any_pending(statuses)) {
    const MigrationLock lock(*on, lock_timeout_);
    history.create();
    refuse_drift(component_, compare(migrations_, history.read()), migrations_);
    for (const Migration& migration : migrations_) {
      const auto status = std::find_if(statuses.begin(), statuses.end(), [&](const MigrationStatus& s) {
        return s.version == migration.version;
      });
      if (status->state == MigrationStatus::State::pending &&
          detail::observe_migration(*database_, component_, migration,
                                    [&] { return apply(*on, history, component_, migration); }))
        report.applied.push_back(migration.version);
    }
  }
  if (!migrations_.empty()) report.version = migrations_.back().version;
  return report;
}

}  // namespace tenon
