#include <algorithm>
#include <cstddef>

#include <tenon/backend/sql_lexer.hpp>
#include <tenon/detail/temporary_object.hpp>

namespace tenon::detail {
namespace {

bool begins_with(std::string_view text, std::string_view lower_case) noexcept {
  const auto same = [](char small, char any) {
    return (any >= 'A' && any <= 'Z' ? any - 'A' + 'a' : any) == small;
  };
  return text.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), text.begin(), same);
}

}  // namespace

bool may_make_temporary_object(std::string_view sql) {
  // The last that may be its schema stands behind VIRTUAL TABLE IF NOT EXISTS.
  constexpr int words_behind_create = 6;
  backend::SqlLexer lexer(sql, backend::Flavour::sqlite);
  const std::string_view first = lexer.next().text;
  if (first.size() != std::string_view("create").size() || !begins_with(first, "create")) return false;
  for (int i = 0; i < words_behind_create; ++i) {
    const backend::SqlToken token = lexer.next();
    const bool quoted = token.kind == backend::SqlToken::Kind::quoted_name || token.is_text();
    if (begins_with(token.text.substr(quoted ? 1 : 0), "temp")) return true;
  }
  return false;
}

}  // namespace tenon::detail
