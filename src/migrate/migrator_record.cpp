#include <algorithm>
#include <optional>
#include <utility>

#include <tenon/error.hpp>
#include <tenon/migrator.hpp>

#include "execute.hpp"
#include "foreign_history.hpp"
#include "pending_indexes.hpp"
#include "run.hpp"
#include "state.hpp"

// The members of Migrator that look at the record, or change it without running a migration.

namespace tenon {
namespace {

using detail::MigratorSession;
using detail::Source;
using Action = MigrationEvent::Action;

MigrationReport report_of(const MigratorSession& run, const std::vector<MigrationEvent>& events) {
  MigrationReport report;
  report.component = run.source().component;
  for (const MigrationEvent& event : events) report.recorded.push_back(event.version);
  report.version = run.version();
  return report;
}

void require_known(const Source& source, std::int64_t version) {
  if (!source.has(version))
    throw Error(Error::Kind::not_found,
                "component " + source.component + " has no migration " + std::to_string(version) +
                    "; its versions: " + detail::command(source.component, "status"));
}

void refuse_a_history(const MigratorSession& run, const std::string& operation) {
  if (run.applied().empty() && run.record().journals.empty()) return;
  throw Error(Error::Kind::conflict,
              operation + ": component " + run.source().component + " is at version " +
                  std::to_string(run.version()) + " already; to set its record all the same: " +
                  detail::command(run.source().component, "force VERSION --reason WHY"));
}

std::vector<MigrationProblem> unreadable(const MigratorSession& run) {
  std::vector<MigrationProblem> problems;
  const Source& source = run.source();
  for (std::size_t i = 0; i < source.migrations.size(); ++i) {
    const Migration& migration = source.migrations[i];
    for (const auto direction : {MigrationDirection::up, MigrationDirection::down}) {
      if (direction == MigrationDirection::up && run.applied().contains(migration.version)) continue;
      try {
        (void)script_of(source, {i, direction}, run.record(), run.dialect().flavour());
      } catch (const Error& error) {
        problems.push_back(
            {"migration-unreadable", migration.version, migration.name, error.what(), "mend the file"});
      }
    }
  }
  return problems;
}

// What is wrong with files that were interrupted.
std::vector<MigrationProblem> interrupted(const MigratorSession& run) {
  std::vector<MigrationProblem> problems;
  const Source& source = run.source();
  for (const auto& [key, entries] : run.record().journals) {
    problems.push_back(stopped_half_way(source, key, entries));
    const std::size_t index = source.find(key.first);
    if (index == source.migrations.size()) continue;
    try {
      const detail::Script script =
          script_of(source, {index, key.second}, run.record(), run.dialect().flavour());
      (void)resume_at(source, script, key, entries);
    } catch (const Error& error) {
      if (error.detail().code == "journal-changed")
        problems.push_back({error.detail().code, key.first, source.migrations[index].name, error.what(),
                            error.detail().hint});
    }
  }
  return problems;
}

MigrationEvent event_of(const MigratorSession& run, std::int64_t version, const std::string& name,
                        Action action, std::string_view reason) {
  const Source& source = run.source();
  const std::size_t index = source.find(version);
  MigrationEvent event;
  event.version = version;
  event.name = index < source.migrations.size() ? source.migrations[index].name : name;
  if (index < source.migrations.size()) event.checksum = source.checksums[index];
  event.action = action;
  event.at = now();
  event.actor = run.options().actor;
  event.reason = reason;
  return event;
}

std::vector<MigrationEvent> repairs(const MigratorSession& run,
                                    const std::vector<MigrationProblem>& problems,
                                    std::string_view reason) {
  std::vector<MigrationEvent> events;
  for (const MigrationProblem& problem : problems) {
    if (problem.code == "migration-changed")
      events.push_back(event_of(run, problem.version, problem.name, Action::repaired, reason));
    if (problem.code == "migration-vanished")
      events.push_back(event_of(run, problem.version, problem.name, Action::forgotten, reason));
  }
  return events;
}

// Takes the texts that the statements have now for those that ran.
void accept_journal(MigratorSession& run, const detail::JournalKey& key,
                    const detail::JournalEntries& entries) {
  const Source& source = run.source();
  const std::size_t index = source.find(key.first);
  const detail::Script script =
      script_of(source, {index, key.second}, run.record(), run.dialect().flavour());
  if (entries.rbegin()->first > script.statements.size())
    throw Error(Error::Kind::conflict,
                detail::label(source.component, key.first, source.migrations[index].name) +
                    " has fewer statements now than ran already; complete it by hand, then: " +
                    detail::command(source.component, "force VERSION --reason WHY"));
  for (const auto& [number, entry] : entries)
    run.journal().put(key, number, detail::journal_entry(script, number - 1, entry.finished));
}

}  // namespace

std::vector<MigrationProblem> Migrator::validate() {
  const Source source(component_, migrations_);
  MigratorSession run(*database_->engine, source, run_options());
  run.read();
  std::vector<MigrationProblem> problems = drift(source, run.applied());
  if (allow_out_of_order_)
    std::erase_if(problems, [](const auto& p) { return p.code == "migration-out-of-order"; });
  for (auto more : {interrupted(run), unreadable(run), invalid_index_problems(run)})
    for (MigrationProblem& one : more) problems.push_back(std::move(one));
  return problems;
}

MigrationReport Migrator::baseline(std::int64_t version, std::string_view reason) {
  const Source source(component_, migrations_);
  require_known(source, version);
  MigratorSession run(*database_->engine, source, run_options());
  run.lock();
  const auto events = run.write([&] {
    refuse_a_history(run, "baseline");
    std::vector<MigrationEvent> all;
    for (const Migration& migration : migrations_)
      if (migration.version <= version)
        all.push_back(event_of(run, migration.version, migration.name, Action::baseline, reason));
    return all;
  });
  return report_of(run, events);
}

std::vector<MigrationProblem> Migrator::repair(std::string_view reason) {
  const Source source(component_, migrations_);
  MigratorSession run(*database_->engine, source, run_options());
  run.lock();
  std::vector<MigrationProblem> mended;
  (void)run.write([&] {
    mended = drift(source, run.applied());
    std::erase_if(mended, [](const MigrationProblem& p) {
      return p.code != "migration-changed" && p.code != "migration-vanished";
    });
    return repairs(run, mended, reason);
  });
  for (MigrationProblem& problem : interrupted(run)) {
    if (problem.code != "journal-changed") continue;
    for (const auto& [key, entries] : run.record().journals)
      if (key.first == problem.version) accept_journal(run, key, entries);
    mended.push_back(std::move(problem));
  }
  for (MigrationProblem& problem : drop_invalid_indexes(run)) mended.push_back(std::move(problem));
  return mended;
}

MigrationReport Migrator::force(std::int64_t version, std::string_view reason) {
  if (reason.empty())
    throw Error(Error::Kind::invalid_argument, "force: say why; the reason is kept in the history");
  const Source source(component_, migrations_);
  if (version != 0) require_known(source, version);
  MigratorSession run(*database_->engine, source, run_options());
  run.lock();
  const auto events = run.write([&] {
    std::vector<MigrationEvent> all;
    for (const Migration& migration : migrations_) {
      const bool interrupted =
          run.record().journals.contains({migration.version, MigrationDirection::up}) ||
          run.record().journals.contains({migration.version, MigrationDirection::down});
      const bool applied = run.applied().contains(migration.version);
      const bool wanted = migration.version <= version;
      if (applied != wanted || interrupted)
        all.push_back(event_of(run, migration.version, migration.name,
                               wanted ? Action::forced : Action::withdrawn, reason));
    }
    for (const auto& [number, one] : run.applied())
      if (number > version && !source.has(number))
        all.push_back(event_of(run, number, one.name, Action::withdrawn, reason));
    for (const auto& entry : run.record().journals)  // of files that are gone
      if (!source.has(entry.first.first))
        all.push_back(event_of(run, entry.first.first, "", Action::withdrawn, reason));
    return all;
  });
  return report_of(run, events);
}

MigrationReport Migrator::adopt(const AdoptOptions& asked) {
  const Source source(component_, migrations_);
  MigratorSession run(*database_->engine, source, run_options());
  run.lock();
  const AdoptOptions options = detail::with_tool(run.on(), asked);
  std::optional<detail::GolangMigrateLock> theirs;
  if (options.tool == MigrationTool::golang_migrate && !run.on_sqlite())
    theirs.emplace(run.on(), options.table, lock_timeout_);
  const auto events = run.write([&] {
    refuse_a_history(run, "adopt");
    auto all = foreign_events(run.on(), run.dialect(), source, options);
    for (MigrationEvent& event : all)
      if (event.actor.empty()) event.actor = actor_;
    return all;
  });
  return report_of(run, events);
}

}  // namespace tenon
