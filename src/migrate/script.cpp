#include "migrate/script.hpp"

#include <algorithm>
#include <utility>

#include <tenon/error.hpp>

#include "migrate/script_splitter.hpp"

namespace tenon::detail {
namespace {

using Nature = StatementNature::Role;
using Role = ScriptStatement::Role;

struct Unwrapped {
  std::vector<ScriptStatement> statements;
  bool own_transaction = false;  // the script has a BEGIN … COMMIT of its own
};

Role role_of(Nature nature) {
  switch (nature) {
    case Nature::savepoint:
      return Role::savepoint;
    case Nature::foreign_keys_off:
      return Role::foreign_keys_off;
    case Nature::foreign_keys_on:
      return Role::foreign_keys_on;
    case Nature::ordinary:
    case Nature::begin:
    case Nature::commit:
    case Nature::refused:
      break;
  }
  return Role::ordinary;
}

/// Takes the script's own BEGIN and COMMIT away and sees that there is no more than one pair.
class Unwrap {
 public:
  Unwrap(std::string_view sql, std::string_view file, std::size_t first_line)
      : sql_(sql), file_(file), first_line_(first_line) {}

  [[nodiscard]] Unwrapped run(std::vector<ScriptPiece> pieces) {
    for (ScriptPiece& piece : pieces) take(piece);
    if (inside_) refuse(begin_, "BEGIN without its COMMIT");
    if (result_.own_transaction) refuse_what_needs_none();
    return std::move(result_);
  }

 private:
  void take(ScriptPiece& piece) {
    ScriptStatement& statement = piece.statement;
    const Nature nature = piece.nature.role;
    if (nature == Nature::begin) return begin(statement);
    if (nature == Nature::commit) return commit(statement);
    statement.role = role_of(nature);
    statement.transactional = true;
    if (statement.role == Role::foreign_keys_off || statement.role == Role::foreign_keys_on) {
      if (inside_ && statement.role == Role::foreign_keys_on) return;  // without effect, as in SQLite
      if (inside_)
        refuse(statement.offset,
               "PRAGMA foreign_keys has no effect inside a transaction; move it before BEGIN");
      statement.transactional = false;
      statement.why_not = "PRAGMA foreign_keys has no effect inside a transaction";
    } else if (!piece.nature.why.empty()) {
      statement.transactional = false;
      statement.why_not = piece.nature.why;
    }
    result_.statements.push_back(statement);
  }

  void begin(const ScriptStatement& statement) {
    if (inside_) refuse(statement.offset, "BEGIN inside a transaction");
    if (result_.own_transaction)
      refuse(statement.offset,
             "a second transaction; a migration is one, so put what follows into a migration of its own");
    inside_ = true;
    result_.own_transaction = true;
    begin_ = statement.offset;
  }

  void commit(const ScriptStatement& statement) {
    if (!inside_) refuse(statement.offset, "COMMIT without a BEGIN before it");
    inside_ = false;
  }

  void refuse_what_needs_none() const {
    for (const ScriptStatement& statement : result_.statements)
      if (!statement.transactional && statement.role == Role::ordinary)
        refuse(statement.offset, std::string(statement.why_not) +
                                     ", but the file has a BEGIN … COMMIT of its own; put the statement "
                                     "into a migration of its own");
  }

  [[noreturn]] void refuse(std::size_t offset, const std::string& why) const {
    refuse_script(sql_, file_, first_line_, offset, why);
  }

  std::string_view sql_;
  std::string_view file_;
  std::size_t first_line_;
  Unwrapped result_;
  bool inside_ = false;
  std::size_t begin_ = 0;
};

Unwrapped unwrap(std::string_view sql, backend::Flavour flavour, std::string_view file,
                 std::size_t first_line) {
  return Unwrap(sql, file, first_line).run(ScriptSplitter(sql, flavour, file, first_line).run());
}

constexpr std::string_view no_transaction_directive = "-- tenon:no-transaction";

bool is_pragma(Role role) noexcept {
  return role == Role::foreign_keys_off || role == Role::foreign_keys_on;
}

auto first_alone(const std::vector<ScriptStatement>& statements) {
  return std::find_if(statements.begin(), statements.end(),
                      [](const ScriptStatement& s) { return !s.transactional; });
}

// Whether PRAGMA foreign_keys would be the same, off or on, for every other statement of the script;
// nothing when it would not, or when another statement cannot run in a transaction.
std::optional<bool> foreign_keys_off_for_all(const std::vector<ScriptStatement>& statements) {
  bool off = false;
  bool seen_off = false;
  bool seen_on = false;
  for (const ScriptStatement& statement : statements) {
    if (is_pragma(statement.role)) {
      off = statement.role == Role::foreign_keys_off;
    } else if (!statement.transactional) {
      return std::nullopt;
    } else {
      (off ? seen_off : seen_on) = true;
    }
  }
  if (seen_off && seen_on) return std::nullopt;
  return seen_off;
}

// Line by line, so that a directive is found wherever a comment can be; `head` is what stands before the
// first statement.
bool asks_for_no_transaction(const Script& script) {
  const std::size_t head = script.statements.empty() ? script.text.size() : script.statements[0].offset;
  bool found = false;
  for (std::size_t at = 0; at < head;) {
    const std::size_t end = std::min(script.text.find('\n', at), script.text.size());
    std::string_view line = script.text.substr(at, end - at);
    if (at == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
      line.remove_suffix(1);
    if (line == no_transaction_directive) {
      found = true;
    } else if (line.starts_with("-- tenon:")) {
      refuse_script(script.text, script.file, script.first_line, at,
                    "unknown directive; there is -- tenon:no-transaction");
    }
    at = end + 1;
  }
  return found;
}

void refuse_savepoints(const Script& script) {
  for (const ScriptStatement& statement : script.statements)
    if (statement.role == Role::savepoint)
      refuse_script(script.text, script.file, script.first_line, statement.offset,
                    "a savepoint needs a transaction, and this file runs without one (" +
                        std::string(script.why_not) + ")");
}

}  // namespace

std::vector<ScriptStatement> split_script(std::string_view sql, backend::Flavour flavour,
                                          std::string_view file, std::size_t first_line) {
  return unwrap(sql, flavour, file, first_line).statements;
}

Script read_script(std::string_view sql, backend::Flavour flavour, std::string_view file,
                   std::size_t first_line, bool no_transaction) {
  Script script{sql, file, first_line, {}, true, {}, false};
  Unwrapped unwrapped = unwrap(sql, flavour, file, first_line);
  script.statements = std::move(unwrapped.statements);
  if (asks_for_no_transaction(script) || no_transaction) {
    if (unwrapped.own_transaction)
      refuse_script(sql, file, first_line, 0,
                    "the file asks to run without a transaction and has a BEGIN … COMMIT of its own");
    script.transactional = false;
    script.why_not = "the file asks for no transaction";
  } else if (const auto off = foreign_keys_off_for_all(script.statements)) {
    script.foreign_keys_off = *off;
    std::erase_if(script.statements, [](const ScriptStatement& s) { return is_pragma(s.role); });
  } else if (const auto first = first_alone(script.statements); first != script.statements.end()) {
    if (unwrapped.own_transaction)
      refuse_script(sql, file, first_line, first->offset,
                    "PRAGMA foreign_keys would be off for a part of the file only; put it before the first "
                    "statement and, to switch it on again, after the last");
    script.transactional = false;
    script.why_not = first->why_not;
  }
  if (!script.transactional) refuse_savepoints(script);
  return script;
}

Script up_script(const Migration& migration, backend::Flavour flavour) {
  return read_script(migration.up, flavour, migration.up_file, migration.up_line, migration.no_transaction);
}

Script down_script(const Migration& migration, backend::Flavour flavour) {
  return read_script(migration.down, flavour, migration.down_file, migration.down_line,
                     migration.no_transaction);
}

std::string describe(const Script& script, const StatementFailure& failure) {
  const ScriptStatement& statement = script.statements.at(failure.statement);
  const std::size_t offset = std::min(failure.offset.value_or(0), statement.text.size());
  const Place place = place_of(script.text, statement.offset + offset, script.first_line);
  std::string_view first_line = statement.text.substr(0, statement.text.find_first_of("\r\n"));
  std::string text = to_string(place, script.file) + ": " + std::string(failure.message);
  text += "\n  in statement " + std::to_string(failure.statement + 1) + " of " +
          std::to_string(script.statements.size());
  if (place.line != statement.line)
    text += ", which begins on line " + std::to_string(statement.line) + ": " + std::string(first_line);
  text += "\n" + excerpt(place);
  if (!failure.hint.empty()) text += "\n  hint: " + std::string(failure.hint);
  return text;
}

}  // namespace tenon::detail
