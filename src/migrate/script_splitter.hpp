#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/backend/sql_lexer.hpp>

#include "migrate/script.hpp"
#include "migrate/statement_end.hpp"
#include "migrate/statement_nature.hpp"

namespace tenon::detail {

// A statement as it stands in the script, transaction control included.
struct ScriptPiece {
  ScriptStatement statement;
  StatementNature nature;
};

// Throws Error invalid_argument: the place, what is wrong there, and the line with a caret.
[[noreturn]] void refuse_script(std::string_view sql, std::string_view file, std::size_t first_line,
                                std::size_t offset, const std::string& why);

// Cuts one script into pieces; see split_script.
class ScriptSplitter {
 public:
  ScriptSplitter(std::string_view sql, backend::Flavour flavour, std::string_view file,
                 std::size_t first_line);

  [[nodiscard]] std::vector<ScriptPiece> run();

 private:
  struct Copy {
    bool first = false;  // the statement is a COPY
    bool from_stdin = false;
    bool to_stdout = false;
    std::size_t parentheses = 0;
  };

  [[nodiscard]] backend::SqlToken read();
  void check(const backend::SqlToken& token) const;
  void add(const backend::SqlToken& token);
  void note_copy(const backend::SqlToken& token);
  void finish(std::size_t end);  // `end`: where its semicolon stands, or the text ends
  [[nodiscard]] std::string_view read_copy_data();
  void move_cursor(std::size_t offset);
  [[nodiscard]] std::size_t offset_of(std::string_view part) const noexcept;
  [[noreturn]] void refuse(std::size_t offset, const std::string& why) const;

  std::string_view sql_;
  backend::Flavour flavour_;
  std::string_view file_;
  std::size_t first_line_;
  backend::SqlLexer lexer_;

  std::vector<ScriptPiece> pieces_;
  // The statement that is being read
  std::vector<backend::SqlToken> head_;  // its first tokens
  backend::SqlToken last_;
  std::string_view text_;
  StatementEnd end_;
  Copy copy_;
  bool escapes_go_on_ = false;
  // A place that only moves on, so that counting lines and columns is linear
  std::size_t cursor_ = 0;
  std::size_t line_;
  std::size_t column_ = 1;
};

}  // namespace tenon::detail
