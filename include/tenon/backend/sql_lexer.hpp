#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <tenon/backend/dialect.hpp>
#include <tenon/export.hpp>

namespace tenon::backend {

/// One token of SQL text, as the database's own scanner would cut it.
struct SqlToken {
  enum class Kind : std::uint8_t {
    word,          ///< keyword or unquoted identifier, as it is written
    quoted_name,   ///< "identifier", with its quotes; on SQLite `identifier` and [identifier] too
    unicode_name,  ///< U&"identifier"
    text,          ///< 'text' or $tag$text$tag$, with its quotes
    escaped_text,  ///< E'text'
    parameter,     ///< $1; on SQLite $name, :name, @name and #name
    symbol,        ///< one character of a number, an operator or punctuation
    unterminated,  ///< a quote or comment without its end
    end
  };
  Kind kind = Kind::end;
  std::string_view text;

  [[nodiscard]] bool is(char symbol) const noexcept { return kind == Kind::symbol && text[0] == symbol; }
  [[nodiscard]] bool is_text() const noexcept { return kind == Kind::text || kind == Kind::escaped_text; }
};

/// Cuts SQL text into tokens and skips blanks and comments.
///
/// PostgreSQL: reads 'text' as with standard_conforming_strings on. Source: src/backend/parser/scan.l of
/// PostgreSQL 14 to 17; where versions differ (numbers that run into identifiers), it cuts at every place
/// where one of them does. SQLite: source is src/tokenize.c, except that a comment without its end is
/// unterminated, not a comment.
///
/// Thread safety: none. Complexity: linear. Views point into the text that the constructor was given.
class TENON_API SqlLexer {
 public:
  explicit SqlLexer(std::string_view sql, Flavour flavour = Flavour::postgres) noexcept
      : sql_(sql), sqlite_(flavour == Flavour::sqlite) {}

  [[nodiscard]] SqlToken next() noexcept;

  /// Whether a backslash escapes in the plain 'text' that comes next, as it does where it continues an
  /// E'text' of the line before.
  void backslashes_in_text(bool escape) noexcept { backslashes_ = escape; }
  /// Where the text begins that was not read yet.
  [[nodiscard]] std::size_t position() const noexcept { return at_; }
  /// Goes on at another place, for example behind what is not SQL.
  void move_to(std::size_t position) noexcept { at_ = position; }

 private:
  [[nodiscard]] bool skip_blanks() noexcept;  // false: a comment without its end
  [[nodiscard]] bool skip_comment() noexcept;
  [[nodiscard]] bool looking_at(std::string_view text) const noexcept;
  [[nodiscard]] SqlToken cut(SqlToken::Kind kind, std::size_t start, std::size_t end) noexcept;
  [[nodiscard]] SqlToken quoted(SqlToken::Kind kind, std::size_t start, char quote,
                                bool backslashes) noexcept;
  [[nodiscard]] SqlToken word(std::size_t start) noexcept;
  [[nodiscard]] SqlToken dollar(std::size_t start) noexcept;
  [[nodiscard]] SqlToken bracket(std::size_t start) noexcept;
  [[nodiscard]] SqlToken variable(std::size_t start) noexcept;

  std::string_view sql_;
  std::size_t at_ = 0;
  bool sqlite_;
  bool backslashes_ = false;
};

}  // namespace tenon::backend
