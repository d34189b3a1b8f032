#include <algorithm>
#include <string>
#include <utility>

#include <tenon/backend/sql_lexer.hpp>

#include "execute.hpp"
#include "indexes.hpp"
#include "sha256.hpp"
#include "statement_nature.hpp"

namespace tenon::detail {
namespace {

bool is_foreign_keys(const ScriptStatement& statement) noexcept {
  return statement.role == ScriptStatement::Role::foreign_keys_off ||
         statement.role == ScriptStatement::Role::foreign_keys_on;
}

// A setting of the session: it is made anew where a file goes on, for the session is another one.
bool is_setting(const ScriptStatement& statement) {
  if (is_foreign_keys(statement)) return true;
  backend::SqlLexer lexer(statement.text);
  const backend::SqlToken first = lexer.next();
  if (!is_word(first, "set") && !is_word(first, "reset") && !is_word(first, "pragma")) return false;
  const backend::SqlToken second = lexer.next();
  return !is_word(second, "local") && !is_word(second, "constraints") && !is_word(second, "transaction") &&
         statement.transactional;
}

// What it calls may end transactions of its own, which no transaction around it allows.
bool may_commit(const ScriptStatement& statement) {
  backend::SqlLexer lexer(statement.text);
  const backend::SqlToken first = lexer.next();
  return is_word(first, "call") || is_word(first, "do");
}

std::string kept(std::size_t statement) {
  return "its statements before number " + std::to_string(statement + 1) +
         " are done, and the next run goes on there";
}

class JournaledRun {
 public:
  JournaledRun(MigratorSession& run, FileRun& file)
      : run_(run),
        file_(file),
        entries_(run.record().journals.contains(file.key()) ? run.record().journals.at(file.key())
                                                            : JournalEntries{}) {}

  bool operator()() {
    const auto& statements = file_.script().statements;
    const std::size_t first = resume_at(run_.source(), file_.script(), file_.key(), entries_);
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (i < first && !is_setting(statements[i])) continue;
      if (i >= first) file_.tell(MigrationProgress::Phase::statement, i + 1);
      if (!attempt(i, i >= first)) return false;
    }
    if (!run_.begin()) return false;
    check_keys();
    MigrationEvent event = file_.finished();
    run_.commit(event, true);
    return true;
  }

 private:
  // As all below: false when another migrator completed the file meanwhile.
  [[nodiscard]] bool attempt(std::size_t i, bool noted) {
    const ScriptStatement& statement = file_.script().statements[i];
    try {
      if (is_setting(statement)) {
        file_.execute(i);
        return !noted || note(i, true);
      }
      return statement.transactional && !may_commit(statement) ? in_transaction(i) : alone(i);
    } catch (const Error& error) {
      if (!error.detail().code.empty()) throw;  // it says all itself
      throw file_.failure(error, i, kept(i));
    }
  }

  // In the transaction of the file's end.
  void check_keys() {
    const auto& statements = file_.script().statements;
    if (std::none_of(statements.begin(), statements.end(), is_foreign_keys)) return;
    try {
      require_foreign_keys(run_.on());
    } catch (const Error& error) {
      run_.on().rollback();
      throw Error(error.kind(),
                  label(run_.source().component, file_.migration().version, file_.migration().name) +
                      " failed at its end; all its statements are done, and the next run checks again: " +
                      error.what(),
                  error.detail());
    }
  }

  void put(std::size_t i, bool finished) const {
    run_.journal().put(file_.key(), i + 1, journal_entry(file_.script(), i, finished));
  }

  // Within a transaction that knows the record, so that no note outlives the end of the file.
  template <class Work>
  [[nodiscard]] bool within_transaction(Work work) {
    if (!run_.begin()) return false;
    try {
      work();
      run_.on().commit();
    } catch (...) {
      run_.on().rollback();
      throw;
    }
    return true;
  }

  [[nodiscard]] bool note(std::size_t i, bool finished) {
    return within_transaction([&] { put(i, finished); });
  }

  // A statement that could run in a transaction does, with its note.
  [[nodiscard]] bool in_transaction(std::size_t i) {
    return within_transaction([&] {
      if (run_.journal().finished(file_.key(), i + 1)) return;
      file_.execute(i);
      put(i, true);
    });
  }

  [[nodiscard]] bool alone(std::size_t i) {
    if (!run_.on_sqlite()) {
      if (const auto index = concurrent_index(file_.script().statements[i].text)) {
        const IndexState state = state_of(run_.on(), *index);
        if (state == IndexState::invalid) throw to_error({invalid_index(run_.source(), index->name)});
        const auto before = entries_.find(i + 1);
        // Begun by a run whose end is not known; the index says that it came to its end.
        if (state == IndexState::valid && before != entries_.end() && !before->second.finished)
          return note(i, true);
      }
    }
    if (!note(i, false)) return false;
    if (run_.on_sqlite()) {  // one that found the file locked, as VACUUM may, did nothing
      run_.patiently([&] { file_.execute(i); });
    } else {
      file_.execute(i);
    }
    return note(i, true);
  }

  MigratorSession& run_;
  FileRun& file_;
  JournalEntries entries_;
};

}  // namespace

std::size_t resume_at(const Source& source, const Script& script, const JournalKey& key,
                      const JournalEntries& entries) {
  std::size_t next = 0;
  for (const auto& [number, entry] : entries) {
    if (!entry.finished) break;
    if (number > script.statements.size() ||
        entry.checksum != migration_checksum(script.statements[number - 1].text)) {
      const std::size_t at = source.find(key.first);
      const std::string name = at < source.migrations.size() ? source.migrations[at].name : "";
      throw to_error({{"journal-changed", key.first, name,
                       label(source.component, key.first, name) + " stopped half-way, and its statement " +
                           std::to_string(number) + ", which ran already, has another text now",
                       "restore the text, or accept it: " + command(source.component, "repair")}});
    }
    next = number;
  }
  return next;
}

JournalEntry journal_entry(const Script& script, std::size_t statement, bool finished) {
  return {migration_checksum(script.statements[statement].text), finished};
}

bool run_journaled(MigratorSession& run, FileRun& file) {
  return JournaledRun(run, file)();
}

}  // namespace tenon::detail
