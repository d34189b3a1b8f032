#include "execute.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <tenon/backend/sql_lexer.hpp>
#include <tenon/detail/temporary_object.hpp>

#include "statement_nature.hpp"

namespace tenon::detail {
namespace {

using std::chrono::steady_clock;

// On PostgreSQL any function may; on SQLite only these statements do.
bool may_change_session(const MigratorSession& run, const Script& script) {
  if (!run.on_sqlite() || script.foreign_keys_off) return true;
  return std::any_of(script.statements.begin(), script.statements.end(), [](const ScriptStatement& one) {
    const backend::SqlToken first = backend::SqlLexer(one.text, backend::Flavour::sqlite).next();
    return is_word(first, "pragma") || is_word(first, "attach") || is_word(first, "detach") ||
           may_make_temporary_object(one.text);
  });
}

std::string name_of(const MigratorSession& run, const Migration& migration) {
  return label(run.source().component, migration.version, migration.name);
}

// Roles belong to the cluster, so that a migration of another of its databases may have made the same ones,
// and granted them, at the same moment.
bool met_the_same_role(const Error& error) {
  return error.sqlstate() == "23505" && (error.detail().constraint.starts_with("pg_auth_members_") ||
                                         error.detail().constraint.starts_with("pg_authid_"));
}

bool run_in_transaction_again(MigratorSession& run, FileRun& file) {
  constexpr int most_attempts = 4;  // one for each role of the bundled schema, and one more
  for (int attempt = 1;; ++attempt) {
    try {
      return run_in_transaction(run, file);
    } catch (const Error& error) {
      if (attempt == most_attempts || !met_the_same_role(error)) throw;
    }
    run.settle();
  }
}

}  // namespace

void require_foreign_keys(backend::Maintenance& on) {
  const auto rows = on.query("PRAGMA foreign_key_check", {});
  if (rows.empty()) return;
  constexpr std::size_t most_shown = 10;
  std::string text = "foreign keys refer to rows that are absent:";
  for (std::size_t i = 0; i < std::min(rows.size(), most_shown); ++i)
    text += "\n  " + rows[i][0].value_or("?") + ", row " + rows[i][1].value_or("without rowid") +
            ", refers to " + rows[i][2].value_or("?");
  if (rows.size() > most_shown) text += "\n  and " + std::to_string(rows.size() - most_shown) + " more";
  Error::Detail detail;
  detail.sqlstate = "23503";
  detail.code = "foreign-key-check";
  throw Error(Error::Kind::constraint_violation, text, std::move(detail));
}

Script script_of(const Source& source, const Step& step, const Record& record, backend::Flavour flavour) {
  const Migration& migration = source.migrations[step.index];
  const bool stopped = record.journals.contains({migration.version, step.direction});
  return step.direction == MigrationDirection::up ? up_script(migration, flavour, stopped)
                                                  : down_script(migration, flavour, stopped);
}

FileRun::FileRun(MigratorSession& run, const Step& step)
    : run_(run),
      step_(step),
      migration_(run.source().migrations[step.index]),
      script_(script_of(run.source(), step, run.record(), run.dialect().flavour())),
      may_change_session_(may_change_session(run, script_)) {}

void FileRun::execute(std::size_t statement) {
  const ScriptStatement& one = script_.statements[statement];
  if (may_change_session_) run_.unsettle();
  if (one.copy_data) {
    run_.on().copy_in(one.text, *one.copy_data);
  } else {
    run_.on().execute(one.text);
  }
}

std::chrono::milliseconds FileRun::elapsed() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began_);
}

void FileRun::tell(MigrationProgress::Phase phase, std::size_t statement) const {
  if (!run_.options().observer) return;
  MigrationProgress progress;
  progress.phase = phase;
  progress.component = run_.source().component;
  progress.version = migration_.version;
  progress.name = migration_.name;
  progress.file = script_.file;
  progress.direction = step_.direction;
  progress.statement = statement;
  progress.statements = script_.statements.size();
  progress.elapsed = elapsed();
  run_.options().observer(progress);
}

MigrationEvent FileRun::finished() const {
  MigrationEvent event =
      run_.event(step_, step_.direction == MigrationDirection::up ? MigrationEvent::Action::up
                                                                  : MigrationEvent::Action::down);
  event.duration = elapsed();
  return event;
}

Error FileRun::failure(const Error& error, std::size_t statement, const std::string& kept) const {
  StatementFailure failure;
  failure.statement = statement;
  if (error.detail().position > 0) failure.offset = error.detail().position - 1;
  failure.message = error.what();
  failure.hint = error.detail().hint;
  return {error.kind(), name_of(run_, migration_) + " failed, " + kept + ":\n" + describe(script_, failure),
          error.detail()};
}

bool run_file(MigratorSession& run, const Step& step) {
  FileRun file(run, step);
  run.settle();
  file.tell(MigrationProgress::Phase::started);
  const auto work = [&] {
    return file.script().transactional ? run_in_transaction_again(run, file) : run_journaled(run, file);
  };
  const bool done =
      run.options().around ? run.options().around(file.migration(), step.direction, work) : work();
  if (done) file.tell(MigrationProgress::Phase::finished);
  return done;
}

bool run_in_transaction(MigratorSession& run, FileRun& file) {
  static const std::string kept = "nothing of it was kept";
  const bool check_keys = file.script().foreign_keys_off;
  if (check_keys) {
    run.unsettle();
    run.on().execute("PRAGMA foreign_keys = OFF");  // no effect once the transaction is open
  }
  if (!run.begin()) return false;
  try {
    for (std::size_t i = 0; i < file.script().statements.size(); ++i) {
      file.tell(MigrationProgress::Phase::statement, i + 1);
      try {
        file.execute(i);
      } catch (const Error& error) {
        throw file.failure(error, i, kept);
      }
    }
    if (check_keys) require_foreign_keys(run.on());
  } catch (...) {
    run.on().rollback();
    throw;
  }
  MigrationEvent event = file.finished();
  try {
    run.commit(event, false);
  } catch (const Error& error) {
    if (error.kind() == Error::Kind::outcome_unknown || error.detail().code == "tenant-file-behind") throw;
    throw Error(
        error.kind(),
        name_of(run, file.migration()) + " failed when it was committed, " + kept + ": " + error.what(),
        error.detail());
  }
  return true;
}

}  // namespace tenon::detail
