#include "random_script.hpp"

#include <array>
#include <span>
#include <vector>

#include <tenon/backend/sql_lexer.hpp>

#include "splitting.hpp"

namespace tenon::test {
namespace {

using Fragments = std::span<const std::string_view>;

constexpr auto common = std::to_array<std::string_view>({";",
                                                         ";",
                                                         ";",
                                                         ";\n",
                                                         " ",
                                                         "\n",
                                                         "\r\n",
                                                         "\t",
                                                         "'",
                                                         "''",
                                                         "'a;b'",
                                                         "\"",
                                                         "\"a;b\"",
                                                         "--",
                                                         "-- x\n",
                                                         "/*",
                                                         "*/",
                                                         "/* ; */",
                                                         "(",
                                                         ")",
                                                         ".",
                                                         ",",
                                                         "=",
                                                         "E'",
                                                         "'\\'",
                                                         "\\",
                                                         "1",
                                                         "0x1F",
                                                         "1e5",
                                                         "a",
                                                         "end",
                                                         "case",
                                                         "begin",
                                                         "END",
                                                         "CASE",
                                                         "BEGIN",
                                                         "CREATE",
                                                         "temp",
                                                         "TRIGGER",
                                                         "AS",
                                                         "SELECT",
                                                         "ä",
                                                         "€",
                                                         "COMMIT",
                                                         "WHEN",
                                                         "FOREIGN",
                                                         "KEYS",
                                                         "SAVEPOINT",
                                                         "RELEASE",
                                                         "x",
                                                         "END;",
                                                         "; END;",
                                                         "/*/",
                                                         "PRAGMA foreign_keys=OFF;",
                                                         "\n-- tenon:no-transaction\n",
                                                         "-",
                                                         "/",
                                                         "*",
                                                         "VACUUM"});

constexpr auto of_postgres = std::to_array<std::string_view>({"$$",
                                                              "$a$",
                                                              "$",
                                                              "$1",
                                                              "U&'",
                                                              "U&\"",
                                                              "UESCAPE",
                                                              "ATOMIC",
                                                              "FUNCTION",
                                                              "OR",
                                                              "REPLACE",
                                                              "PROCEDURE",
                                                              "BEGIN ATOMIC",
                                                              "COPY t FROM STDIN;\n",
                                                              "\\.\n",
                                                              "\\.",
                                                              "CREATE FUNCTION f() BEGIN ATOMIC",
                                                              "CREATE FUNCTION f() AS $a$ ; $$ ; $a$;",
                                                              "E'\\''",
                                                              "E'a'\n'b\\'c'",
                                                              "CONCURRENTLY",
                                                              "/* /* */ */"});

constexpr auto of_sqlite = std::to_array<std::string_view>(
    {"`", "`a;b`", "[", "]", "[a;b]", "$x", ":x", "@x", "?1", "CREATE TRIGGER t BEGIN SELECT 1;", "x'00'",
     "CREATE TEMP TRIGGER t BEGIN SELECT ';'; END;", "::", "#"});

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

std::string_view pick(Random& random, Fragments from) {
  return from[below(random, from.size())];
}

// A text in one of the spellings of the dialect, with what a splitter might trip over.
std::string literal(Random& random, backend::Flavour flavour) {
  constexpr auto contents = std::to_array<std::string_view>(
      {"a;b", "-- c", "/* d", "END;", "BEGIN", "\\.", "[e", "\"f;", "`g", "CREATE TRIGGER", "ä;ö", "x"});
  const std::string content(pick(random, contents));
  if (flavour == backend::Flavour::sqlite) return "'" + content + "'";
  switch (below(random, 5)) {
    case 0:
      return "$$" + content + "'$$";
    case 1:
      return "$t1$" + content + "$$'$t1$";
    case 2:
      return "E'" + content + "\\';'";
    case 3:
      return "U&'d;!0061' UESCAPE '!'";
    default:
      return "'" + content + "'';'";
  }
}

std::string blank(Random& random) {
  constexpr auto blanks = std::to_array<std::string_view>(
      {" ", "\n", " /* a; ' */ ", " -- b; \" $$\n", "\r\n", "\t", " /* BEGIN */\n"});
  return std::string(pick(random, blanks));
}

std::string sqlite_statement(Random& random, const std::string& table) {
  const std::string text = literal(random, backend::Flavour::sqlite);
  const std::string space = blank(random);
  switch (below(random, 6)) {
    case 0:
      return "CREATE TRIGGER [g;" + table + "] AFTER INSERT ON " + table + space + "BEGIN UPDATE " + table +
             " SET b = CASE WHEN new.a > 1 THEN " + text + " ELSE 'e' END WHERE a = new.a;" + space +
             "DELETE FROM " + table + " WHERE a > 100; END";
    case 1:
      return "CREATE VIEW \"v;" + table + "\" AS SELECT `a`," + space + text + " AS [x;y] FROM " + table;
    case 2:
      return "CREATE INDEX `i;" + table + "` ON" + space + table + " (a) WHERE b <> " + text;
    case 3:
      return "CREATE TEMP TRIGGER IF NOT EXISTS w" + table + " DELETE ON " + table + space +
             "BEGIN SELECT CASE 1 WHEN 1 THEN " + text + " END; END";
    default:
      return "INSERT INTO " + table + space + "VALUES (" + std::to_string(below(random, 9)) + ", " + text +
             ")";
  }
}

std::string postgres_statement(Random& random, const std::string& table) {
  const std::string text = literal(random, backend::Flavour::postgres);
  const std::string space = blank(random);
  switch (below(random, 8)) {
    case 0:
      return "CREATE OR REPLACE FUNCTION f" + table + "(a int) RETURNS text LANGUAGE sql" + space +
             "BEGIN ATOMIC SELECT " + text + "; SELECT CASE WHEN a > 1 THEN " + text + " ELSE 'e' END; END";
    case 1:
      return "CREATE OR REPLACE FUNCTION g" + table + "() RETURNS text LANGUAGE plpgsql AS $body$" + space +
             "BEGIN\n RETURN " + text + "; END; $body$";
    case 2:
      return "CREATE OR REPLACE FUNCTION h" + table + "() RETURNS int LANGUAGE sql AS" + space +
             "'SELECT 1; SELECT length(''a;b'');'";
    case 3:
      return "CREATE OR REPLACE RULE r AS ON DELETE TO " + table + " DO ALSO (SELECT 1;" + space +
             "SELECT " + text + "::text)";
    case 4:
      return "DO $do$ BEGIN PERFORM " + text + "; END $do$";
    case 5:
      return "CREATE OR REPLACE VIEW \"v;" + table + "\" AS SELECT a," + space + text +
             "::text AS \"x;y\" FROM " + table;
    default:
      return "INSERT INTO " + table + space + "VALUES (" + std::to_string(below(random, 9)) + ", " + text +
             ")";
  }
}

// Between two statements only these may stand, besides blanks and comments.
bool may_stand_between(const backend::SqlToken& token) {
  using Kind = backend::SqlToken::Kind;
  constexpr auto words = std::to_array<std::string_view>({"begin", "start", "commit", "end", "work",
                                                          "transaction", "read", "write", "and", "no",
                                                          "chain", "deferred", "immediate", "exclusive"});
  if (token.kind == Kind::symbol) return token.is(';') || token.is('\\') || token.is('.');
  if (token.kind != Kind::word) return false;
  std::string lower;
  for (const char c : token.text) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  for (const std::string_view word : words)
    if (lower == word) return true;
  // Without effect between BEGIN and COMMIT, so that the splitter leaves it out.
  return lower == "pragma" || lower == "foreign_keys" || lower == "on";
}

std::string stray_text(std::string_view gap, backend::Flavour flavour) {
  backend::SqlLexer lexer(gap, flavour);
  for (;;) {
    const backend::SqlToken token = lexer.next();
    if (token.kind == backend::SqlToken::Kind::end) return "";
    if (!may_stand_between(token)) return std::string(token.text);
  }
}

}  // namespace

std::string token_soup(Random& random, backend::Flavour flavour, std::size_t fragments) {
  const Fragments own = flavour == backend::Flavour::sqlite ? Fragments(of_sqlite) : Fragments(of_postgres);
  std::string text;
  for (std::size_t i = 0; i < fragments; ++i) {
    text += pick(random, below(random, 3) == 0 ? own : Fragments(common));
    if (below(random, 2) == 0) text += ' ';
  }
  return text;
}

std::string valid_script(Random& random, backend::Flavour flavour, std::size_t statements) {
  std::string script = below(random, 2) == 0 ? "" : blank(random);
  const bool on_sqlite = flavour == sqlite;
  for (std::size_t i = 0; i < statements; ++i) {
    const std::string table = "t" + std::to_string(i);
    script += "CREATE TABLE " + table + " (a int, b text);" + blank(random);
    script +=
        (on_sqlite ? sqlite_statement(random, table) : postgres_statement(random, table)) + blank(random);
    script += below(random, 3) == 0 ? ";;" : ";";
    script += blank(random);
  }
  return script;
}

std::string broken_rule_of_splitting(std::string_view sql, backend::Flavour flavour) {
  std::vector<detail::ScriptStatement> pieces;
  try {
    pieces = detail::split_script(sql, flavour);
    (void)detail::read_script(sql, flavour);
  } catch (const Error& error) {
    if (error.kind() == Error::Kind::invalid_argument) return "";
    throw;
  }
  std::size_t at = sql.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (const auto& piece : pieces) {
    if (piece.text.empty() || sql.substr(piece.offset, piece.text.size()).data() != piece.text.data())
      return "a piece is not where it says";
    if (piece.offset < at) return "pieces overlap";
    if (const std::string stray = stray_text(sql.substr(at, piece.offset - at), flavour); !stray.empty())
      return "lost between the statements: " + stray;
    const detail::Place place = detail::place_of(sql, piece.offset);
    if (place.line != piece.line || place.column != piece.column) return "wrong line or column";
    at = piece.offset + piece.text.size();
    if (piece.copy_data)
      at = static_cast<std::size_t>(piece.copy_data->data() - sql.data()) + piece.copy_data->size();

    // Behind a blank, because at the very start a byte order mark would be left out.
    const std::string alone = " " + std::string(piece.text) +
                              (piece.copy_data ? ";\n" + std::string(*piece.copy_data) + "\\." : "");
    const auto again = detail::split_script(alone, flavour);
    if (again.size() != 1 || again[0].text != piece.text || again[0].transactional != piece.transactional)
      return "alone it is not the same statement: " + std::string(piece.text);
  }
  if (const std::string stray = stray_text(sql.substr(at), flavour); !stray.empty())
    return "lost at the end: " + stray;
  return "";
}

}  // namespace tenon::test
