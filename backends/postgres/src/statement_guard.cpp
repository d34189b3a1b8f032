#include "statement_guard.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include <tenon/error.hpp>

namespace tenon::postgres {

namespace {

constexpr auto allowed_first =
    std::to_array<std::string_view>({"select", "insert", "update", "delete", "with", "values", "table",
                                     "merge", "lock", "explain", "call", "notify"});

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

// Lower case, with each comment made a space. Quoted text stays: a function may be called by its quoted
// name.
std::string folded(std::string_view sql) {
  std::string text;
  text.reserve(sql.size());
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql.substr(i).starts_with("--")) {
      i = std::min(sql.find('\n', i), sql.size() - 1);
      text += ' ';
    } else if (sql.substr(i).starts_with("/*")) {
      for (std::size_t depth = 0; i < sql.size(); ++i) {
        if (sql.substr(i).starts_with("/*")) {
          ++depth;
          ++i;
        } else if (sql.substr(i).starts_with("*/")) {
          ++i;
          if (--depth == 0) break;
        }
      }
      text += ' ';
    } else {
      text += lower(sql[i]);
    }
  }
  return text;
}

std::string_view next_word(std::string_view text, std::size_t& at) {
  while (at < text.size() && !is_word(text[at])) ++at;
  const std::size_t start = at;
  while (at < text.size() && is_word(text[at])) ++at;
  return text.substr(start, at - start);
}

[[noreturn]] void refuse(std::string_view statement, const std::string& what) {
  Error::Detail detail;
  detail.statement = statement;
  throw Error(Error::Kind::permission_denied,
              std::string(statement) + ": " + what +
                  " is not allowed in a scope; use a Transaction's own verbs, or a migration",
              detail);
}

}  // namespace

void check_statement(std::string_view statement, std::string_view sql) {
  const std::string text = folded(sql);
  std::size_t at = 0;
  const std::string_view first = next_word(text, at);
  if (std::find(allowed_first.begin(), allowed_first.end(), first) == allowed_first.end()) {
    refuse(statement, "a statement that begins with '" + std::string(first) + "'");
  }
  std::string_view before;
  for (at = 0; at < text.size();) {
    const std::string_view word = next_word(text, at);
    if (word == "set_config") refuse(statement, "set_config");
    if (before == "into" && (word == "local" || word == "global")) continue;  // noise before TEMP
    if (before == "into" &&
        (word == "temp" || word == "temporary" || word == "pg_temp" || word == "unlogged")) {
      refuse(statement, "select into a temporary table");
    }
    before = word;
  }
  if (text.find("u&\"") != std::string::npos) refuse(statement, "an identifier in Unicode escapes");
}

}  // namespace tenon::postgres
