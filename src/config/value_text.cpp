#include "value_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <system_error>

namespace tenon::detail {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string_view trimmed(std::string_view text) {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return folded;
}

// Short and without control characters, for a message.
std::string quoted(std::string_view text) {
  std::string shown = "'";
  for (const char c : text.substr(0, 32)) shown += c >= ' ' && c != '\x7f' ? c : '?';
  return shown + (text.size() > 32 ? "…'" : "'");
}

std::size_t whole_number(std::string_view text, std::size_t most) {
  text = trimmed(text);
  if (text.starts_with('-')) throw BadValue{quoted(text) + " is negative"};
  std::size_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size() || problem == std::errc::invalid_argument)
    throw BadValue{quoted(text) + " is not a whole number"};
  if (problem != std::errc{} || value > most)
    throw BadValue{quoted(text) + " is more than " + std::to_string(most)};
  return value;
}

struct Unit {
  std::string_view name;
  double milliseconds;
};
constexpr std::array<Unit, 7> units{Unit{"ms", 1},     Unit{"s", 1e3},     Unit{"m", 60e3},
                                    Unit{"min", 60e3}, Unit{"h", 3'600e3}, Unit{"d", 86'400e3},
                                    Unit{"sec", 1e3}};
constexpr double longest = 100.0 * 365 * 86'400e3;

bool is_never(std::string_view text) {
  return lower(trimmed(text)) == "never";
}

milliseconds duration(std::string_view text) {
  text = trimmed(text);
  if (is_never(text)) throw BadValue{"never is no duration here; write seconds, or 500ms, 30s, 5min, 1h"};
  if (text.starts_with('-')) throw BadValue{quoted(text) + " is negative"};
  double number = 0;
  const auto [end, problem] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const std::string unit = lower(trimmed({end, static_cast<std::size_t>(text.data() + text.size() - end)}));
  const auto* const known =
      std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == unit; });
  const bool digits =
      !text.empty() && (text.front() == '.' || (text.front() >= '0' && text.front() <= '9'));
  if (!digits || problem != std::errc{} || (known == units.end() && !unit.empty()))
    throw BadValue{quoted(text) + " is not a duration; write seconds, or 500ms, 30s, 5min, 1h"};
  const double wanted = number * (unit.empty() ? 1e3 : known->milliseconds);
  if (wanted > longest) throw BadValue{quoted(text) + " is longer than 100 years"};
  if (wanted > 0 && wanted < 1) throw BadValue{quoted(text) + " is below one millisecond"};
  return milliseconds{static_cast<milliseconds::rep>(wanted)};
}

}  // namespace

void read_value(std::string_view text, std::size_t& value) {
  value = whole_number(text, 1'000'000);
}

void read_value(std::string_view text, bool& value) {
  const std::string word = lower(trimmed(text));
  if (word == "true" || word == "1" || word == "yes" || word == "on") {
    value = true;
  } else if (word == "false" || word == "0" || word == "no" || word == "off") {
    value = false;
  } else {
    throw BadValue{quoted(text) + " is neither true nor false"};
  }
}

void read_value(std::string_view text, std::string& value) {
  if (text.find('\0') != std::string_view::npos) throw BadValue{"it holds a NUL byte"};
  value = text;
}

void read_value(std::string_view text, std::vector<std::string>& value) {
  value.clear();
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = trimmed(text.substr(0, comma));
    if (item.empty()) throw BadValue{"a name between the commas is missing"};
    value.emplace_back(item);
    if (comma == text.size()) return;
    text.remove_prefix(comma + 1);
    if (text.empty()) throw BadValue{"a name after the last comma is missing"};
  }
}

void read_value(std::string_view text, Synchronous& value) {
  const std::string word = lower(trimmed(text));
  if (word != "full" && word != "normal") throw BadValue{quoted(text) + " is neither full nor normal"};
  value = word == "full" ? Synchronous::full : Synchronous::normal;
}

void read_value(std::string_view text, TenantIds& value) {
  const std::string word = lower(trimmed(text));
  if (word == "text") {
    value = TenantIds::text;
  } else if (word == "integer") {
    value = TenantIds::integer;
  } else if (word == "uuid") {
    value = TenantIds::uuid;
  } else {
    throw BadValue{quoted(text) + " is none of text, integer and uuid"};
  }
}

void read_value(std::string_view text, milliseconds& value) {
  value = duration(text);
}

void read_value(std::string_view text, seconds& value) {
  const milliseconds wanted = duration(text);
  if (wanted < seconds{1}) throw BadValue{quoted(text) + " is below 1 s; write never for no limit"};
  value = std::chrono::duration_cast<seconds>(wanted);
}

void read_limit(std::string_view text, milliseconds& value) {
  if (is_never(text)) {
    value = milliseconds{0};
  } else {
    read_value(text, value);
  }
}

void read_limit(std::string_view text, seconds& value) {
  if (is_never(text)) {
    value = seconds{0};
  } else {
    read_value(text, value);
  }
}

std::uint16_t read_port(std::string_view text) {
  const std::size_t port = whole_number(text, std::numeric_limits<std::uint16_t>::max());
  if (port == 0) throw BadValue{"a port is 1 to 65535"};
  return static_cast<std::uint16_t>(port);
}

std::string value_text(std::size_t value) {
  return std::to_string(value);
}

std::string value_text(bool value) {
  return value ? "true" : "false";
}

std::string value_text(const std::string& value) {
  return value;
}

std::string value_text(const std::vector<std::string>& value) {
  std::string text;
  for (const std::string& item : value) text += (text.empty() ? "" : ",") + item;
  return text;
}

std::string value_text(Synchronous value) {
  return value == Synchronous::full ? "full" : "normal";
}

std::string value_text(TenantIds value) {
  switch (value) {
    case TenantIds::integer:
      return "integer";
    case TenantIds::uuid:
      return "uuid";
    case TenantIds::text:
      break;
  }
  return "text";
}

std::string value_text(milliseconds value) {
  if (value.count() % 1'000 == 0) return std::to_string(value.count() / 1'000) + "s";
  return std::to_string(value.count()) + "ms";
}

std::string value_text(seconds value) {
  if (value.count() == 0) return "never";
  return std::to_string(value.count()) + "s";
}

}  // namespace tenon::detail
