#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tenon::postgres {

/// One token of SQL text, as PostgreSQL's own scanner would cut it.
struct Token {
  enum class Kind : std::uint8_t {
    word,          ///< keyword or unquoted identifier, as it is written
    quoted_name,   ///< "identifier", with its quotes
    unicode_name,  ///< U&"identifier"
    text,          ///< 'text' or $tag$text$tag$, with its quotes
    escaped_text,  ///< E'text'
    parameter,     ///< $1
    symbol,        ///< one character of a number, an operator or punctuation
    unterminated,  ///< a quote or comment without its end
    end
  };
  Kind kind = Kind::end;
  std::string_view text;

  [[nodiscard]] bool is(char symbol) const noexcept { return kind == Kind::symbol && text[0] == symbol; }
  [[nodiscard]] bool is_text() const noexcept { return kind == Kind::text || kind == Kind::escaped_text; }
};

/// Cuts SQL text into tokens and skips blanks and comments. Reads 'text' as with
/// standard_conforming_strings on. Source: src/backend/parser/scan.l of PostgreSQL 14 to 17; where versions
/// differ (numbers that run into identifiers), it cuts at every place where one of them does.
///
/// Complexity: linear. Views point into the text that the constructor was given.
class SqlLexer {
 public:
  explicit SqlLexer(std::string_view sql) noexcept : sql_(sql) {}
  [[nodiscard]] Token next() noexcept;

 private:
  [[nodiscard]] bool skip_blanks() noexcept;  // false: a comment without its end
  [[nodiscard]] bool skip_comment() noexcept;
  [[nodiscard]] bool looking_at(std::string_view text) const noexcept;
  [[nodiscard]] Token cut(Token::Kind kind, std::size_t start, std::size_t end) noexcept;
  [[nodiscard]] Token quoted(Token::Kind kind, std::size_t start, char quote, bool backslashes) noexcept;
  [[nodiscard]] Token word(std::size_t start) noexcept;
  [[nodiscard]] Token dollar(std::size_t start) noexcept;

  std::string_view sql_;
  std::size_t at_ = 0;
};

}  // namespace tenon::postgres
