#include <algorithm>
#include <set>
#include <utility>

#include <tenon/enum_name.hpp>
#include <tenon/error.hpp>
#include <tenon/migrator.hpp>

#include "execute.hpp"
#include "observers/observed_migration.hpp"
#include "plan.hpp"
#include "run.hpp"
#include "state.hpp"

namespace tenon {
namespace {

using detail::Goal;
using detail::MigratorSession;
using detail::Source;

const std::vector<Migration> no_migrations;

std::vector<MigrationStep> plan_for(MigratorSession& run, const Goal& goal) {
  run.read();
  const auto flavour = run.dialect().flavour();
  std::vector<MigrationStep> plan;
  for (const detail::Step& step :
       steps_to(goal, run.source(), run.record(), run.applied(), run.options().allow_out_of_order)) {
    const Migration& migration = run.source().migrations[step.index];
    const detail::Script script = script_of(run.source(), step, run.record(), flavour);
    MigrationStep& entry = plan.emplace_back();
    entry.version = migration.version;
    entry.name = migration.name;
    entry.direction = step.direction;
    entry.transactional = script.transactional;
    entry.why_not = script.why_not;
    entry.statements = script.statements.size();
    entry.file = script.file;
    entry.sql = script.text;
    const detail::JournalKey key{migration.version, step.direction};
    if (const auto found = run.record().journals.find(key); found != run.record().journals.end())
      entry.first_statement = resume_at(run.source(), script, key, found->second) + 1;
  }
  return plan;
}

}  // namespace

std::string_view to_string(MigrationStatus::State state) noexcept {
  return enum_name(state);
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
          detail::label(component_, migration.version, migration.name) +
              (migration.version < 1 ? ": versions begin with 1" : ": two migrations have this version"));
}

Migrator& Migrator::lock_timeout(std::chrono::milliseconds timeout) noexcept {
  lock_timeout_ = timeout;
  return *this;
}

Migrator& Migrator::allow_out_of_order(bool allow) noexcept {
  allow_out_of_order_ = allow;
  return *this;
}

Migrator& Migrator::actor(std::string who) {
  actor_ = std::move(who);
  return *this;
}

Migrator& Migrator::observer(MigrationObserver observer) {
  observer_ = std::move(observer);
  return *this;
}

detail::RunOptions Migrator::run_options() const {
  detail::RunOptions options{lock_timeout_, allow_out_of_order_, actor_, observer_, {}};
  if (database_->config.observer)
    options.around = [database = database_, component = component_](const Migration& migration,
                                                                    MigrationDirection direction,
                                                                    detail::FunctionRef<bool()> apply) {
      return detail::observe_migration(*database, component, migration, direction, apply);
    };
  return options;
}

MigrationReport Migrator::carry_out(const Goal& goal) {
  const Source source(component_, migrations_);
  return MigratorSession(*database_->engine, source, run_options()).carry_out(goal);
}

std::vector<MigrationStep> Migrator::plan_of(const Goal& goal) {
  const Source source(component_, migrations_);
  MigratorSession run(*database_->engine, source, run_options());
  return plan_for(run, goal);
}

MigrationReport Migrator::up() {
  return carry_out({});
}
MigrationReport Migrator::up(std::int64_t to) {
  return carry_out({Goal::Kind::up_to, to, 0});
}
MigrationReport Migrator::down(std::size_t count) {
  return carry_out({Goal::Kind::down_by, 0, count});
}
MigrationReport Migrator::down_to(std::int64_t version) {
  return carry_out({Goal::Kind::down_to, version, 0});
}
MigrationReport Migrator::to(std::int64_t version) {
  return carry_out({Goal::Kind::to, version, 0});
}

std::vector<MigrationStep> Migrator::plan() {
  return plan_of({});
}
std::vector<MigrationStep> Migrator::plan_up(std::int64_t to) {
  return plan_of({Goal::Kind::up_to, to, 0});
}
std::vector<MigrationStep> Migrator::plan_down(std::size_t count) {
  return plan_of({Goal::Kind::down_by, 0, count});
}
std::vector<MigrationStep> Migrator::plan_down_to(std::int64_t version) {
  return plan_of({Goal::Kind::down_to, version, 0});
}
std::vector<MigrationStep> Migrator::plan_to(std::int64_t version) {
  return plan_of({Goal::Kind::to, version, 0});
}

std::vector<MigrationStatus> Migrator::status() {
  const Source source(component_, migrations_);
  MigratorSession run(*database_->engine, source, run_options());
  run.read();
  return compare(source, run.record(), run.applied());
}

std::vector<MigrationEvent> Migrator::history() {
  const Source source(component_, no_migrations);
  MigratorSession run(*database_->engine, source, run_options());
  return run.read().events;
}

std::int64_t Migrator::version() {
  const Source source(component_, no_migrations);
  MigratorSession run(*database_->engine, source, run_options());
  run.read();
  return run.version();
}

}  // namespace tenon
