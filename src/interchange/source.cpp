#include "source.hpp"

#include <algorithm>
#include <string>

#include <tenon/error.hpp>

#include "json_syntax.hpp"

namespace tenon::interchange {

void Source::refuse(std::size_t offset, std::string_view pointer, std::string_view why) const {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::string_view on_line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0
  const auto column =
      std::count_if(on_line.begin(), on_line.end(),
                    [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }) +
      1;
  std::string message(name);
  (message += ':') += std::to_string(line);
  (message += ':') += std::to_string(column);
  message += ": ";
  for (const char c : pointer) message += static_cast<unsigned char>(c) < ' ' ? '?' : c;
  if (!pointer.empty()) message += ": ";
  message += why;
  throw Error(Error::Kind::invalid_argument, message);
}

void Source::check_syntax() const {
  const auto offset = tenon::detail::find_json_error(text);
  if (!offset) return;
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) refuse(0, "", "the file is empty");
  if (*offset >= text.size()) refuse(*offset, "", "the JSON ends too early; is the file truncated?");
  const char found = text[*offset];
  if (found < ' ' || found > '~') refuse(*offset, "", "not valid JSON: a character that cannot stand here");
  refuse(*offset, "", std::string("not valid JSON: '") + found + "' cannot stand here");
}

}  // namespace tenon::interchange
