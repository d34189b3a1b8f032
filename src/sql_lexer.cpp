#include <algorithm>

#include <tenon/backend/sql_lexer.hpp>

namespace tenon::backend {

namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// Every byte of a character beyond ASCII is a letter to both databases.
bool starts_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

bool continues_word(char c) noexcept {
  return starts_word(c) || is_digit(c) || c == '$';
}

}  // namespace

bool SqlLexer::looking_at(std::string_view text) const noexcept {
  return sql_.substr(at_).starts_with(text);
}

SqlToken SqlLexer::cut(SqlToken::Kind kind, std::size_t start, std::size_t end) noexcept {
  at_ = end;
  return {kind, sql_.substr(start, end - start)};
}

// Comments nest on PostgreSQL.
bool SqlLexer::skip_comment() noexcept {
  if (sqlite_) {
    const std::size_t close = sql_.find("*/", at_ + 2);
    if (close != std::string_view::npos) at_ = close + 2;
    return close != std::string_view::npos;
  }
  std::size_t depth = 0;
  while (at_ < sql_.size()) {
    if (looking_at("/*")) {
      ++depth;
      at_ += 2;
    } else if (looking_at("*/")) {
      at_ += 2;
      if (--depth == 0) return true;
    } else {
      ++at_;
    }
  }
  return false;
}

bool SqlLexer::skip_blanks() noexcept {
  while (at_ < sql_.size()) {
    if (is_blank(sql_[at_])) {
      ++at_;
    } else if (sqlite_ && looking_at("\xEF\xBB\xBF")) {  // a byte order mark
      at_ += 3;
    } else if (looking_at("--")) {
      at_ = std::min(sql_.find_first_of(sqlite_ ? "\n" : "\r\n", at_), sql_.size());
    } else if (!looking_at("/*")) {
      return true;
    } else if (const std::size_t comment = at_; !skip_comment()) {
      at_ = comment;
      return false;
    }
  }
  return true;
}

// A doubled quote stands for one.
SqlToken SqlLexer::quoted(SqlToken::Kind kind, std::size_t start, char quote, bool backslashes) noexcept {
  while (at_ < sql_.size()) {
    const char c = sql_[at_++];
    if (backslashes && c == '\\') {
      if (at_ < sql_.size()) ++at_;
    } else if (c == quote) {
      if (at_ == sql_.size() || sql_[at_] != quote) return cut(kind, start, at_);
      ++at_;
    }
  }
  return cut(SqlToken::Kind::unterminated, start, sql_.size());
}

SqlToken SqlLexer::word(std::size_t start) noexcept {
  while (at_ < sql_.size() && continues_word(sql_[at_])) ++at_;
  const std::string_view word = sql_.substr(start, at_ - start);
  if (sqlite_) return cut(SqlToken::Kind::word, start, at_);
  if (word == "e" || word == "E") {
    if (looking_at("'")) return ++at_, quoted(SqlToken::Kind::escaped_text, start, '\'', true);
  } else if (word == "u" || word == "U") {
    if (looking_at("&\"")) return at_ += 2, quoted(SqlToken::Kind::unicode_name, start, '"', false);
    if (looking_at("&'")) return at_ += 2, quoted(SqlToken::Kind::text, start, '\'', false);
  }
  return cut(SqlToken::Kind::word, start, at_);
}

// $1, $$text$$ or $tag$text$tag$
SqlToken SqlLexer::dollar(std::size_t start) noexcept {
  std::size_t end = start + 1;
  if (end < sql_.size() && is_digit(sql_[end])) {
    while (end < sql_.size() && is_digit(sql_[end])) ++end;
    return cut(SqlToken::Kind::parameter, start, end);
  }
  if (end < sql_.size() && starts_word(sql_[end])) {
    while (end < sql_.size() && sql_[end] != '$' && continues_word(sql_[end])) ++end;
  }
  if (end == sql_.size() || sql_[end] != '$') return cut(SqlToken::Kind::symbol, start, start + 1);
  const std::string_view tag = sql_.substr(start, end + 1 - start);
  const std::size_t close = sql_.find(tag, end + 1);
  if (close == std::string_view::npos) return cut(SqlToken::Kind::unterminated, start, sql_.size());
  return cut(SqlToken::Kind::text, start, close + tag.size());
}

// [identifier] of SQLite
SqlToken SqlLexer::bracket(std::size_t start) noexcept {
  const std::size_t close = sql_.find(']', start);
  if (close == std::string_view::npos) return cut(SqlToken::Kind::unterminated, start, sql_.size());
  return cut(SqlToken::Kind::quoted_name, start, close + 1);
}

// $name, :name or @name of SQLite, with the :: and (suffix) that Tcl variables may have
SqlToken SqlLexer::variable(std::size_t start) noexcept {
  std::size_t end = start + 1;
  bool named = false;
  while (end < sql_.size()) {
    if (continues_word(sql_[end])) {
      named = true;
      ++end;
    } else if (sql_.substr(end).starts_with("::")) {
      end += 2;
    } else if (sql_[end] == '(' && named) {
      while (end < sql_.size() && sql_[end] != ')' && !is_blank(sql_[end])) ++end;
      if (end < sql_.size() && sql_[end] == ')') return cut(SqlToken::Kind::parameter, start, end + 1);
      break;
    } else {
      break;
    }
  }
  return named ? cut(SqlToken::Kind::parameter, start, end) : cut(SqlToken::Kind::symbol, start, start + 1);
}

SqlToken SqlLexer::next() noexcept {
  if (!skip_blanks()) return cut(SqlToken::Kind::unterminated, at_, sql_.size());
  if (at_ == sql_.size()) return {};
  const std::size_t start = at_;
  const char c = sql_[at_];
  if (starts_word(c)) return word(start);
  if (sqlite_) {
    if (c == '[') return bracket(start);
    if (c == '$' || c == ':' || c == '@' || c == '#') return variable(start);
    if (c == '`') return ++at_, quoted(SqlToken::Kind::quoted_name, start, '`', false);
  } else if (c == '$') {
    return dollar(start);
  }
  ++at_;
  if (c == '\'') return quoted(SqlToken::Kind::text, start, '\'', backslashes_);
  if (c == '"') return quoted(SqlToken::Kind::quoted_name, start, '"', false);
  return cut(SqlToken::Kind::symbol, start, at_);
}

}  // namespace tenon::backend
