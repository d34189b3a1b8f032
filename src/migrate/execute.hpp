#pragma once

#include <chrono>
#include <cstddef>

#include <tenon/error.hpp>

#include "migrate/script.hpp"
#include "plan.hpp"
#include "run.hpp"

namespace tenon::detail {

// A file under way: what runs and how far it is.
class FileRun {
 public:
  FileRun(MigratorSession& run, const Step& step);

  [[nodiscard]] const Migration& migration() const noexcept { return migration_; }
  [[nodiscard]] const Script& script() const noexcept { return script_; }
  [[nodiscard]] JournalKey key() const noexcept { return {migration_.version, step_.direction}; }
  // Sends one statement, by its place in the script. Throws Error with the database's own text.
  void execute(std::size_t statement);
  void tell(MigrationProgress::Phase phase, std::size_t statement = 0) const;
  // The event for its end, with the time it took.
  [[nodiscard]] MigrationEvent finished() const;
  // The database's error with the place in the file; `kept` says what became of the rest.
  [[nodiscard]] Error failure(const Error& error, std::size_t statement, const std::string& kept) const;

 private:
  [[nodiscard]] std::chrono::milliseconds elapsed() const;

  MigratorSession& run_;
  Step step_;
  const Migration& migration_;
  Script script_;
  bool may_change_session_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

// Runs one file and writes its history. False when somebody was faster and nothing of it ran here.
[[nodiscard]] bool run_file(MigratorSession& run, const Step& step);

// The two ways of it.
[[nodiscard]] bool run_in_transaction(MigratorSession& run, FileRun& file);
[[nodiscard]] bool run_journaled(MigratorSession& run, FileRun& file);

// Throws Error (constraint_violation, foreign-key-check) when a row refers to one that is absent. SQLite's
// documented way to rebuild a table ends with this check (lang_altertable.html, section 7).
void require_foreign_keys(backend::Maintenance& on);

// The script of a step. One that stopped half-way goes on without a transaction, whatever became of the
// statement that asked for none. Throws Error as up_script does.
[[nodiscard]] Script script_of(const Source& source, const Step& step, const Record& record,
                               backend::Flavour flavour);

// Whether it sets something of the session: that is made anew where a file goes on, for the session is
// another one.
[[nodiscard]] bool is_setting(const ScriptStatement& statement, backend::Flavour flavour);

// The statement at which a journaled script goes on, from 0; the number of statements when only its end is
// missing. Throws Error (schema_mismatch, journal-changed) when one that ran has another text now.
[[nodiscard]] std::size_t resume_at(const Source& source, const Script& script, const JournalKey& key,
                                    const JournalEntries& entries);

// What the journal keeps of a statement, by its place in the script.
[[nodiscard]] JournalEntry journal_entry(const Script& script, std::size_t statement, bool finished);

}  // namespace tenon::detail
