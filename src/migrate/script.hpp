#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/backend/dialect.hpp>
#include <tenon/export.hpp>
#include <tenon/migration.hpp>

#include "migrate/script_place.hpp"

namespace tenon::detail {

// One statement of a script. Views point into the script's text.
struct ScriptStatement {
  enum class Role : std::uint8_t {
    ordinary,
    savepoint,         // SAVEPOINT, RELEASE, ROLLBACK TO: inside a transaction only
    foreign_keys_off,  // SQLite's PRAGMA foreign_keys, without effect inside a transaction
    foreign_keys_on
  };
  std::string_view text;   // from its first token to its last, without the semicolon
  std::size_t offset = 0;  // bytes before it
  std::size_t line = 1;    // of its first token in the file, from 1
  std::size_t column = 1;  // from 1, in characters
  bool transactional = true;
  std::string_view why_not;  // "CREATE INDEX CONCURRENTLY cannot run in a transaction"
  Role role = Role::ordinary;
  // The lines for COPY … FROM STDIN, each with its line end, without the \. after them.
  std::optional<std::string_view> copy_data;
};

// Cuts a script into its statements. A script's own outermost BEGIN … COMMIT is left out: the caller wraps
// the script in a transaction anyway.
//
// Throws Error invalid_argument, with file, line, column and the line itself, for what cannot be run as it
// stands: a quote, comment or body without its end, commands of psql and of the sqlite3 shell, other
// transaction control, COPY without its data, standard_conforming_strings off, NUL.
//
// The session must have standard_conforming_strings on. Complexity: linear.
[[nodiscard]] TENON_API std::vector<ScriptStatement> split_script(std::string_view sql,
                                                                  backend::Flavour flavour,
                                                                  std::string_view file = {},
                                                                  std::size_t first_line = 1);

// How a script runs as a whole. Views point into its text.
struct Script {
  std::string_view text;
  std::string_view file;
  std::size_t first_line = 1;
  std::vector<ScriptStatement> statements;  // what to run, in order
  bool transactional = true;
  std::string_view why_not;  // when not transactional: for people, what asks for it
  // SQLite, transactional: to be run with foreign keys off, which is done before BEGIN, and only committed
  // when PRAGMA foreign_key_check finds nothing; then on again. The script's own PRAGMA foreign_keys are
  // not among the statements. Source: https://www.sqlite.org/lang_altertable.html section 7, the twelve
  // steps.
  bool foreign_keys_off = false;
};

// Splits a script and decides how it runs: without a transaction where `no_transaction`, a line
// `-- tenon:no-transaction` before its first statement or one of its statements ask for it.
// Throws as split_script does, and for directives that are unknown or come too late, and savepoints or
// BEGIN … COMMIT in a script without a transaction.
[[nodiscard]] TENON_API Script read_script(std::string_view sql, backend::Flavour flavour,
                                           std::string_view file = {}, std::size_t first_line = 1,
                                           bool no_transaction = false);

// One direction of a migration, without a transaction where it or the argument asks for none; the migration
// must outlive the result.
[[nodiscard]] TENON_API Script up_script(const Migration& migration, backend::Flavour flavour,
                                         bool no_transaction = false);
[[nodiscard]] TENON_API Script down_script(const Migration& migration, backend::Flavour flavour,
                                           bool no_transaction = false);

// What to tell about a statement that the database refused.
struct StatementFailure {
  std::size_t statement = 0;          // index into the script's statements
  std::optional<std::size_t> offset;  // bytes into the statement's text; nothing: the database does not say
  std::string_view message;           // the database's own
  std::string_view hint;
};

// Several lines: place and message, which statement, the line with a caret, the hint.
[[nodiscard]] TENON_API std::string describe(const Script& script, const StatementFailure& failure);

}  // namespace tenon::detail
