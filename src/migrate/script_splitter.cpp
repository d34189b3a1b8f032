#include "migrate/script_splitter.hpp"

#include <utility>

#include <tenon/error.hpp>

namespace tenon::detail {
namespace {

using backend::Flavour;
using backend::SqlToken;

constexpr std::size_t head_size = 128;  // tokens that are kept of a statement, to tell its nature

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string what_has_no_end(std::string_view text) {
  if (text.starts_with("/*")) return "a comment that begins here has no end";
  if (text.starts_with('"') || text.starts_with('`') || text.starts_with('['))
    return "a quoted name that begins here has no end";
  if (text.starts_with('$'))
    return "a text that begins here with " + std::string(text.substr(0, text.find('$', 1) + 1)) +
           " has no end";
  return "a text that begins here has no end";
}

}  // namespace

void refuse_script(std::string_view sql, std::string_view file, std::size_t first_line, std::size_t offset,
                   const std::string& why) {
  const Place place = place_of(sql, offset, first_line);
  throw Error(Error::Kind::invalid_argument, to_string(place, file) + ": " + why + "\n" + excerpt(place));
}

ScriptSplitter::ScriptSplitter(std::string_view sql, Flavour flavour, std::string_view file,
                               std::size_t first_line)
    : sql_(sql),
      flavour_(flavour),
      file_(file),
      first_line_(first_line),
      lexer_(sql, flavour),
      end_(flavour),
      line_(first_line) {
  if (sql_.starts_with(byte_order_mark)) lexer_.move_to(byte_order_mark.size());
}

std::size_t ScriptSplitter::offset_of(std::string_view part) const noexcept {
  return static_cast<std::size_t>(part.data() - sql_.data());
}

void ScriptSplitter::refuse(std::size_t offset, const std::string& why) const {
  refuse_script(sql_, file_, first_line_, offset, why);
}

void ScriptSplitter::move_cursor(std::size_t offset) {
  for (; cursor_ < offset; ++cursor_) {
    const auto c = static_cast<unsigned char>(sql_[cursor_]);
    if (c == '\n') {
      ++line_;
      column_ = 1;
    } else if ((c & 0xC0U) != 0x80U) {
      ++column_;
    }
  }
}

// The lines of an E'text' that go on are escaped as the first.
SqlToken ScriptSplitter::read() {
  lexer_.backslashes_in_text(escapes_go_on_);
  const SqlToken token = lexer_.next();
  escapes_go_on_ = token.kind == SqlToken::Kind::escaped_text || (escapes_go_on_ && token.is_text());
  check(token);
  return token;
}

void ScriptSplitter::check(const SqlToken& token) const {
  if (token.kind == SqlToken::Kind::unterminated)
    refuse(offset_of(token.text), what_has_no_end(token.text));
  if (token.kind == SqlToken::Kind::end) return;
  if (token.is('\\') && flavour_ == Flavour::postgres) {
    const std::size_t at = offset_of(token.text);
    const std::string_view rest = sql_.substr(at, 32);
    const std::string command(rest.substr(0, rest.find_first_of(" \t\r\n;")));
    refuse(at, command + " is a command of psql, not SQL" +
                   (command.find("restrict") != std::string::npos
                        ? "; pg_dump writes it around its output, where it can be left out"
                        : ""));
  }
  if (token.is('.') && flavour_ == Flavour::sqlite && head_.empty())
    refuse(offset_of(token.text),
           "a line that begins with a dot is a command of the sqlite3 shell, not SQL");
  const bool is_setting = token.is_text() && token.text.find("standard_conforming_strings") == 1;
  if (is_setting && last_.is('(') && head_.size() >= 2 && is_word(head_[head_.size() - 2], "set_config"))
    refuse(offset_of(token.text), "a migration may not change standard_conforming_strings");
}

void ScriptSplitter::note_copy(const SqlToken& token) {
  if (head_.empty()) copy_.first = is_word(token, "copy");
  if (!copy_.first) return;
  if (token.is('(')) ++copy_.parentheses;
  if (token.is(')') && copy_.parentheses > 0) --copy_.parentheses;
  if (copy_.parentheses > 0) return;
  copy_.from_stdin = copy_.from_stdin || (is_word(token, "stdin") && is_word(last_, "from"));
  copy_.to_stdout = copy_.to_stdout || (is_word(token, "stdout") && is_word(last_, "to"));
}

void ScriptSplitter::add(const SqlToken& token) {
  if (flavour_ == Flavour::postgres) note_copy(token);
  if (head_.empty()) text_ = token.text;
  text_ = sql_.substr(offset_of(text_), offset_of(token.text) + token.text.size() - offset_of(text_));
  if (head_.size() < head_size) head_.push_back(token);
  last_ = token;
}

// The lines behind the statement's own, up to \. on a line of its own.
std::string_view ScriptSplitter::read_copy_data() {
  const std::size_t start = offset_of(text_);
  const std::size_t newline = sql_.find('\n', lexer_.position());
  const std::string_view beside = sql_.substr(lexer_.position(), newline - lexer_.position());
  const std::size_t other = beside.find_first_not_of(" \t\r");
  if (other != std::string_view::npos && !beside.substr(other).starts_with("--"))
    refuse(lexer_.position() + other, "the data of COPY … FROM STDIN begins on the line below it");
  if (newline == std::string_view::npos) refuse(start, "the data of COPY … FROM STDIN is missing");
  const std::size_t begin = newline + 1;
  for (std::size_t at = begin; at < sql_.size();) {
    const std::size_t end = std::min(sql_.find('\n', at), sql_.size());
    std::string_view line = sql_.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line == "\\.") {
      lexer_.move_to(end);
      return sql_.substr(begin, at - begin);
    }
    at = end + 1;
  }
  refuse(start, "the data of COPY … FROM STDIN has no end: a line with \\. alone");
}

void ScriptSplitter::finish(std::size_t end) {
  if (head_.empty()) return;
  // SQLite keeps blanks and comments before the semicolon in the schema, so that they belong to the text.
  if (flavour_ == Flavour::sqlite) text_ = sql_.substr(offset_of(text_), end - offset_of(text_));
  if (const auto body = end_.open_body())
    refuse(offset_of(body->text), "the body that begins here has no END");
  ScriptPiece piece;
  piece.nature = nature_of(head_, flavour_);
  ScriptStatement& statement = piece.statement;
  statement.text = text_;
  statement.offset = offset_of(text_);
  move_cursor(statement.offset);
  statement.line = line_;
  statement.column = column_;
  if (piece.nature.role == StatementNature::Role::refused)
    refuse(statement.offset, std::string(piece.nature.why));
  if (copy_.to_stdout) refuse(statement.offset, "nobody reads what COPY … TO STDOUT of a migration writes");
  if (copy_.from_stdin) statement.copy_data = read_copy_data();
  pieces_.push_back(std::move(piece));
}

std::vector<ScriptPiece> ScriptSplitter::run() {
  if (const std::size_t nul = sql_.find('\0'); nul != std::string_view::npos)
    refuse(nul, "the text has a NUL byte, where a database would take it to end");
  for (;;) {
    const SqlToken token = read();
    const bool last = token.kind == SqlToken::Kind::end;
    if (!last && !end_.take(token)) {
      add(token);
      continue;
    }
    finish(last ? sql_.size() : offset_of(token.text));
    if (last) return std::move(pieces_);
    head_.clear();
    last_ = {};
    end_ = StatementEnd(flavour_);
    copy_ = {};
    escapes_go_on_ = false;
  }
}

}  // namespace tenon::detail
