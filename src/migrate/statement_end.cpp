#include "migrate/statement_end.hpp"

#include "migrate/statement_nature.hpp"

namespace tenon::detail {

using backend::SqlToken;

bool StatementEnd::take(const SqlToken& token) noexcept {
  const bool ends = sqlite_ ? take_sqlite(token) : take_postgres(token);
  before_ = token;
  ++count_;
  return ends;
}

std::optional<SqlToken> StatementEnd::open_body() const noexcept {
  const bool open = sqlite_ ? part_ == Part::trigger || part_ == Part::semicolon : blocks_ > 0;
  return open ? std::optional(body_) : std::nullopt;
}

bool StatementEnd::take_postgres(const SqlToken& token) noexcept {
  if (token.is('(')) ++parentheses_;
  if (token.is(')') && parentheses_ > 0) --parentheses_;
  if (token.kind == SqlToken::Kind::word) {
    head_word(token);
    if (routine_) routine_word(token);
  }
  return token.is(';') && parentheses_ == 0 && blocks_ == 0;
}

// CREATE [OR REPLACE] {FUNCTION | PROCEDURE}
void StatementEnd::head_word(const SqlToken& token) noexcept {
  if (count_ == 0) create_ = is_word(token, "create");
  if (create_ && (count_ == 1 || count_ == 3) &&
      (is_word(token, "function") || is_word(token, "procedure")))
    routine_ = count_ == 1 || is_word(before_, "replace");
}

// A keyword may be a name behind a dot or AS, and BEGIN may be a column's.
void StatementEnd::routine_word(const SqlToken& token) noexcept {
  if (before_.is('.') || is_word(before_, "as")) return;
  if (is_word(token, "atomic") && is_word(before_, "begin")) {
    if (blocks_ == 0) body_ = before_;
    if (parentheses_ == 0) ++blocks_;
  } else if (blocks_ > 0 && is_word(token, "case")) {
    ++blocks_;
  } else if (blocks_ > 0 && is_word(token, "end")) {
    --blocks_;
  }
}

bool StatementEnd::take_sqlite(const SqlToken& token) noexcept {
  switch (part_) {
    case Part::head:  // [EXPLAIN [QUERY PLAN]] CREATE [TEMP | TEMPORARY] TRIGGER
      if (is_word(token, "trigger") && create_) {
        part_ = Part::trigger;
        body_ = token;
      } else if (is_word(token, "create") && !create_) {
        create_ = true;
      } else if (!(create_
                       ? is_word(token, "temp") || is_word(token, "temporary")
                       : is_word(token, "explain") || is_word(token, "query") || is_word(token, "plan"))) {
        part_ = Part::other;
      }
      return token.is(';');
    case Part::trigger:
      if (token.is(';')) part_ = Part::semicolon;
      return false;
    case Part::semicolon:
      if (is_word(token, "end")) {
        part_ = Part::end;
      } else if (!token.is(';')) {
        part_ = Part::trigger;
      }
      return false;
    case Part::end:
      if (token.is(';')) return true;
      part_ = Part::trigger;
      return false;
    case Part::other:
      break;
  }
  return token.is(';');
}

}  // namespace tenon::detail
