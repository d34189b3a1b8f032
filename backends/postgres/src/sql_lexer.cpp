#include "sql_lexer.hpp"

namespace tenon::postgres {

namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// Every byte of a character beyond ASCII is a letter to PostgreSQL.
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

Token SqlLexer::cut(Token::Kind kind, std::size_t start, std::size_t end) noexcept {
  at_ = end;
  return {kind, sql_.substr(start, end - start)};
}

// Comments nest.
bool SqlLexer::skip_comment() noexcept {
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
    } else if (looking_at("--")) {
      while (at_ < sql_.size() && sql_[at_] != '\n' && sql_[at_] != '\r') ++at_;
    } else if (!looking_at("/*")) {
      return true;
    } else if (!skip_comment()) {
      return false;
    }
  }
  return true;
}

// A doubled quote stands for one.
Token SqlLexer::quoted(Token::Kind kind, std::size_t start, char quote, bool backslashes) noexcept {
  while (at_ < sql_.size()) {
    const char c = sql_[at_++];
    if (backslashes && c == '\\') {
      if (at_ < sql_.size()) ++at_;
    } else if (c == quote) {
      if (at_ == sql_.size() || sql_[at_] != quote) return cut(kind, start, at_);
      ++at_;
    }
  }
  return cut(Token::Kind::unterminated, start, sql_.size());
}

Token SqlLexer::word(std::size_t start) noexcept {
  while (at_ < sql_.size() && continues_word(sql_[at_])) ++at_;
  const std::string_view word = sql_.substr(start, at_ - start);
  if (word == "e" || word == "E") {
    if (looking_at("'")) return ++at_, quoted(Token::Kind::escaped_text, start, '\'', true);
  } else if (word == "u" || word == "U") {
    if (looking_at("&\"")) return at_ += 2, quoted(Token::Kind::unicode_name, start, '"', false);
    if (looking_at("&'")) return at_ += 2, quoted(Token::Kind::text, start, '\'', false);
  }
  return cut(Token::Kind::word, start, at_);
}

// $1, $$text$$ or $tag$text$tag$
Token SqlLexer::dollar(std::size_t start) noexcept {
  std::size_t end = start + 1;
  if (end < sql_.size() && is_digit(sql_[end])) {
    while (end < sql_.size() && is_digit(sql_[end])) ++end;
    return cut(Token::Kind::parameter, start, end);
  }
  if (end < sql_.size() && starts_word(sql_[end])) {
    while (end < sql_.size() && sql_[end] != '$' && continues_word(sql_[end])) ++end;
  }
  if (end == sql_.size() || sql_[end] != '$') return cut(Token::Kind::symbol, start, start + 1);
  const std::string_view tag = sql_.substr(start, end + 1 - start);
  const std::size_t close = sql_.find(tag, end + 1);
  if (close == std::string_view::npos) return cut(Token::Kind::unterminated, start, sql_.size());
  return cut(Token::Kind::text, start, close + tag.size());
}

Token SqlLexer::next() noexcept {
  if (!skip_blanks()) return cut(Token::Kind::unterminated, at_, sql_.size());
  if (at_ == sql_.size()) return {};
  const std::size_t start = at_;
  const char c = sql_[at_];
  if (starts_word(c)) return word(start);
  if (c == '$') return dollar(start);
  ++at_;
  if (c == '\'') return quoted(Token::Kind::text, start, '\'', false);
  if (c == '"') return quoted(Token::Kind::quoted_name, start, '"', false);
  return cut(Token::Kind::symbol, start, at_);
}

}  // namespace tenon::postgres
