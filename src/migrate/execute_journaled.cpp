#include <algorithm>
#include <array>
#include <string>
#include <string_view>
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

std::array<backend::SqlToken, 6> first_tokens(std::string_view statement, backend::Flavour flavour) {
  backend::SqlLexer lexer(statement, flavour);
  std::array<backend::SqlToken, 6> tokens;
  for (backend::SqlToken& token : tokens) token = lexer.next();
  return tokens;
}

// PostgreSQL: a statement of which the text does not tell whether it can run in a transaction. What it
// calls may end transactions of its own; a table may be partitioned; a subscription may have its slot
// changed.
bool may_refuse_a_transaction(const ScriptStatement& statement) {
  const auto tokens = first_tokens(statement.text, backend::Flavour::postgres);
  return is_word(tokens[0], "call") || is_word(tokens[0], "do") || is_word(tokens[0], "cluster") ||
         is_word(tokens[0], "reindex") ||
         (is_word(tokens[0], "alter") && is_word(tokens[1], "subscription"));
}

std::string kept(std::size_t statement) {
  return "its statements before number " + std::to_string(statement + 1) +
         " are done, and the next run goes on there";
}

}  // namespace

bool is_setting(const ScriptStatement& statement, backend::Flavour flavour) {
  return sets_session(first_tokens(statement.text, flavour), flavour);
}

namespace {

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
      if (i < first && !is_setting(statements[i], flavour())) continue;
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
      if (is_setting(statement, flavour())) {
        execute_alone(i);
        return !noted || note(i, true);
      }
      const bool can_run_in_one =
          statement.transactional && (run_.on_sqlite() || !may_refuse_a_transaction(statement));
      return can_run_in_one ? in_transaction(i) : alone(i);
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
    run_.as_itself(
        [&] { run_.journal().put(file_.key(), i + 1, journal_entry(file_.script(), i, finished)); });
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
      if (run_.as_itself([&] { return run_.journal().finished(file_.key(), i + 1); })) return;
      file_.execute(i);
      put(i, true);
    });
  }

  // On SQLite one that found the file locked, as VACUUM may, did nothing.
  void execute_alone(std::size_t i) {
    if (run_.on_sqlite()) {
      run_.patiently([&] { file_.execute(i); });
    } else {
      file_.execute(i);
    }
  }

  [[nodiscard]] bool alone(std::size_t i) {
    const bool begun = entries_.contains(i + 1);
    const bool index_is_there = finds_index(i);
    if (index_is_there && begun) return note(i, true);
    // An index that nobody began here is another one: no note may say that it was begun.
    if (!index_is_there && !note(i, false)) return false;
    execute_alone(i);
    return note(i, true);
  }

  // Whether the index that the statement builds is there. One that was begun by a run whose end is not
  // known says so itself that it came to its end.
  [[nodiscard]] bool finds_index(std::size_t i) {
    if (run_.on_sqlite()) return false;
    const auto index = concurrent_index(file_.script().statements[i].text);
    if (!index) return false;
    const IndexState state = state_of(run_.on(), *index);
    if (state == IndexState::invalid) throw to_error({invalid_index(run_.source(), index->name)});
    if (state != IndexState::valid) return false;
    const auto before = entries_.find(i + 1);
    if (before != entries_.end() &&
        before->second.checksum != journal_entry(file_.script(), i, false).checksum)
      throw to_error({built_from_another_text(i, index->name)});
    return true;
  }

  [[nodiscard]] MigrationProblem built_from_another_text(std::size_t i, const std::string& index) const {
    const Source& source = run_.source();
    const Migration& migration = file_.migration();
    return {
        "journal-changed", migration.version, migration.name,
        label(source.component, migration.version, migration.name) + " stopped half-way, and index " +
            index + " was built by its statement " + std::to_string(i + 1) + ", which has another text now",
        "restore the text, or drop the index to have it built again: " + command(source.component, "up")};
  }

  [[nodiscard]] backend::Flavour flavour() const noexcept { return run_.dialect().flavour(); }

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
