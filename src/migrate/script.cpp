#include "migrate/script.hpp"

#include <algorithm>
#include <utility>

#include <tenon/error.hpp>

#include "migrate/script_splitter.hpp"

namespace tenon::detail {
namespace {

using Nature = StatementNature::Role;
using ScriptRole = ScriptStatement::Role;

struct Unwrapped {
  std::vector<ScriptStatement> statements;
  std::optional<std::size_t> begin;  // where the script's own BEGIN … COMMIT begins
};

ScriptRole role_of(Nature nature) {
  switch (nature) {
    case Nature::savepoint:
      return ScriptRole::savepoint;
    case Nature::foreign_keys_off:
      return ScriptRole::foreign_keys_off;
    case Nature::foreign_keys_on:
      return ScriptRole::foreign_keys_on;
    case Nature::ordinary:
    case Nature::begin:
    case Nature::commit:
    case Nature::refused:
      break;
  }
  return ScriptRole::ordinary;
}

/// Takes the script's own BEGIN and COMMIT away and sees that there is no more than one pair.
class Unwrap {
 public:
  Unwrap(std::string_view sql, std::string_view file, std::size_t first_line)
      : sql_(sql), file_(file), first_line_(first_line) {}

  [[nodiscard]] Unwrapped run(std::vector<ScriptPiece> pieces) {
    for (ScriptPiece& piece : pieces) take(piece);
    if (inside_) refuse(*result_.begin, "BEGIN without its COMMIT");
    if (result_.begin) refuse_what_needs_none();
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
    if (statement.role == ScriptRole::foreign_keys_off || statement.role == ScriptRole::foreign_keys_on) {
      if (inside_ && statement.role == ScriptRole::foreign_keys_on) return;  // without effect, as in SQLite
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
    if (result_.begin)
      refuse(statement.offset,
             "a second transaction; a migration is one, so put what follows into a migration of its own");
    inside_ = true;
    result_.begin = statement.offset;
  }

  void commit(const ScriptStatement& statement) {
    if (!inside_) refuse(statement.offset, "COMMIT without a BEGIN before it");
    inside_ = false;
  }

  void refuse_what_needs_none() const {
    for (const ScriptStatement& statement : result_.statements)
      if (!statement.transactional && statement.role == ScriptRole::ordinary)
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
};

Unwrapped unwrap(std::string_view sql, backend::Flavour flavour, std::string_view file,
                 std::size_t first_line) {
  return Unwrap(sql, file, first_line).run(ScriptSplitter(sql, flavour, file, first_line).run());
}

bool is_pragma(ScriptRole role) noexcept {
  return role == ScriptRole::foreign_keys_off || role == ScriptRole::foreign_keys_on;
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
      off = statement.role == ScriptRole::foreign_keys_off;
    } else if (!statement.transactional) {
      return std::nullopt;
    } else {
      (off ? seen_off : seen_on) = true;
    }
  }
  if (seen_off && seen_on) return std::nullopt;
  return seen_off;
}

// "no-transaction" of "-- tenon:no-transaction"; nothing for another line.
std::optional<std::string_view> directive_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  if (!line.starts_with("--")) return std::nullopt;
  line.remove_prefix(std::min(line.find_first_not_of(blanks, 2), line.size()));
  if (!line.starts_with("tenon:")) return std::nullopt;
  line.remove_prefix(6);
  return line.substr(0, line.find_last_not_of(blanks) + 1);
}

/// Looks for directives: lines that begin with -- tenon: and stand where a statement does not go on.
class Directives {
 public:
  explicit Directives(const Script& script) : script_(script) {}

  [[nodiscard]] bool ask_for_no_transaction() {
    std::size_t at = 0;
    for (const ScriptStatement& statement : script_.statements) {
      read(at, statement.offset, at == 0);
      const std::string_view last = statement.copy_data.value_or(statement.text);
      at = static_cast<std::size_t>(last.data() - script_.text.data()) + last.size();
    }
    read(at, script_.text.size(), at == 0);
    return found_;
  }

 private:
  void read(std::size_t at, std::size_t end, bool before_statements) {
    const std::string_view text = script_.text.substr(0, end);
    if (at > 0) at = after_line(text, at - 1);
    for (; at < end; at = after_line(text, at)) {
      std::string_view line = text.substr(at, text.find('\n', at) - at);
      if (at == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
      const auto directive = directive_of(line);
      if (!directive) continue;
      if (*directive != "no-transaction") refuse(at, "unknown directive; there is -- tenon:no-transaction");
      if (!before_statements) refuse(at, "the directive must stand before the first statement");
      found_ = true;
    }
  }

  [[nodiscard]] static std::size_t after_line(std::string_view text, std::size_t at) {
    const std::size_t newline = text.find('\n', at);
    return newline == std::string_view::npos ? text.size() : newline + 1;
  }

  [[noreturn]] void refuse(std::size_t at, const std::string& why) const {
    refuse_script(script_.text, script_.file, script_.first_line, at, why);
  }

  const Script& script_;
  bool found_ = false;
};

void refuse_savepoints(const Script& script) {
  for (const ScriptStatement& statement : script.statements)
    if (statement.role == ScriptRole::savepoint)
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
  if (Directives(script).ask_for_no_transaction() || no_transaction) {
    if (unwrapped.begin)
      refuse_script(sql, file, first_line, *unwrapped.begin,
                    "the file asks to run without a transaction, and has a BEGIN … COMMIT of its own");
    script.transactional = false;
    script.why_not = "the file asks for no transaction";
  } else if (const auto off = foreign_keys_off_for_all(script.statements)) {
    script.foreign_keys_off = *off;
    std::erase_if(script.statements, [](const ScriptStatement& s) { return is_pragma(s.role); });
  } else if (const auto first = first_alone(script.statements); first != script.statements.end()) {
    if (unwrapped.begin)
      refuse_script(sql, file, first_line, first->offset,
                    "PRAGMA foreign_keys would be off for a part of the file only; put it before the first "
                    "statement and, to switch it on again, after the last");
    script.transactional = false;
    script.why_not = first->why_not;
  }
  if (!script.transactional) refuse_savepoints(script);
  return script;
}

Script up_script(const Migration& migration, backend::Flavour flavour, bool no_transaction) {
  return read_script(migration.up, flavour, migration.up_file, migration.up_line,
                     migration.no_transaction || no_transaction);
}

Script down_script(const Migration& migration, backend::Flavour flavour, bool no_transaction) {
  return read_script(migration.down, flavour, migration.down_file, migration.down_line,
                     migration.no_transaction || no_transaction);
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
