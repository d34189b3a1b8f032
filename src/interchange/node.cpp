#include "node.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include <tenon/detail/utf8.hpp>

namespace tenon::interchange {
namespace {

constexpr std::string_view space = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(space);
  return first == text.npos ? std::string_view{}
                            : text.substr(first, text.find_last_not_of(space) - first + 1);
}

void skip_space(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(space), rest.size()));
}

// Length of the text, quotes included, at the front of `rest`.
std::size_t text_length(std::string_view rest) {
  std::size_t i = 1;
  while (rest[i] != '"') i += rest[i] == '\\' ? 2 : 1;
  return i + 1;
}

std::size_t bracketed_length(std::string_view rest) {
  std::size_t depth = 0;
  for (std::size_t i = 0;; ++i) {
    if (rest[i] == '"') {
      i += text_length(rest.substr(i)) - 1;
    } else if (rest[i] == '{' || rest[i] == '[') {
      ++depth;
    } else if ((rest[i] == '}' || rest[i] == ']') && --depth == 0) {
      return i + 1;
    }
  }
}

// Takes the value at the front of `rest`, which is valid JSON, with the space around it.
std::string_view take_value(std::string_view& rest) {
  skip_space(rest);
  const std::size_t length = rest.front() == '"' ? text_length(rest)
                             : rest.front() == '{' || rest.front() == '['
                                 ? bracketed_length(rest)
                                 : rest.find_first_of(",]} \t\r\n");
  const std::string_view value = rest.substr(0, length);
  rest.remove_prefix(value.size());
  skip_space(rest);
  return value;
}

std::string unescaped(const Node& at, std::string_view raw) {
  if (raw.find('\\') == raw.npos) return std::string(raw.substr(1, raw.size() - 2));
  try {
    return nlohmann::json::parse(raw).get<std::string>();
  } catch (const nlohmann::json::exception&) {
    at.refuse("a text holds half of a surrogate pair, which is no character");
  }
}

std::string_view describe(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::boolean:
      return "true or false";
    case Node::Kind::number:
      return "a number";
    case Node::Kind::text:
      return "a text";
    case Node::Kind::array:
      return "an array";
    case Node::Kind::object:
      break;
  }
  return "an object";
}

// A pointer's reference token, unescaped (RFC 6901, section 4).
std::string token_of(std::string_view escaped) {
  std::string token;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const bool escape = escaped[i] == '~' && i + 1 < escaped.size();
    token += escape ? (escaped[++i] == '1' ? '/' : '~') : escaped[i];
  }
  return token;
}

}  // namespace

Node::Node(const Source& source) : source_(&source) {
  source.check_syntax();
  raw_ = trimmed(source.text);
}

Node::Kind Node::kind() const noexcept {
  switch (raw_.front()) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::text;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    default:
      return Kind::number;
  }
}

void Node::refuse(std::string_view why) const {
  source_->refuse(static_cast<std::size_t>(raw_.data() - source_->text.data()), pointer_, why);
}

void Node::expect(Kind wanted, std::string_view what) const {
  if (kind() != wanted)
    refuse(std::string("expected ").append(what).append(", found ").append(describe(kind())));
}

Node Node::child(std::string_view token, std::string_view raw) const {
  std::string pointer = pointer_ + "/";
  for (const char c : token) pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return {*source_, std::move(pointer), raw};
}

std::vector<std::pair<std::string, Node>> Node::members() const {
  expect(Kind::object, "an object");
  std::vector<std::pair<std::string, Node>> found;
  std::string_view rest = raw_.substr(1);
  skip_space(rest);
  while (rest.front() != '}') {
    std::string name = unescaped(*this, take_value(rest));
    rest.remove_prefix(1);  // :
    Node member = child(name, take_value(rest));
    found.emplace_back(std::move(name), std::move(member));
    if (rest.front() == ',') rest.remove_prefix(1);
  }
  return found;
}

std::vector<Node> Node::elements() const {
  expect(Kind::array, "an array");
  std::vector<Node> found;
  std::string_view rest = raw_.substr(1);
  skip_space(rest);
  while (rest.front() != ']') {
    found.push_back(child(std::to_string(found.size()), take_value(rest)));
    if (rest.front() == ',') rest.remove_prefix(1);
  }
  return found;
}

std::string Node::text() const {
  expect(Kind::text, "a text");
  std::string value = unescaped(*this, raw_);
  if (!tenon::detail::is_storable_text(value))
    refuse("the text holds a NUL character, which the databases cannot keep");
  return value;
}

double Node::number() const {
  expect(Kind::number, "a number");
  double value = 0;
  if (std::from_chars(raw_.data(), raw_.data() + raw_.size(), value).ec != std::errc{})
    refuse("the number is beyond what a double holds");
  return value;
}

std::optional<Node> Node::find(std::string_view name) const {
  std::optional<Node> found;
  for (auto& [member_name, member] : members())
    if (member_name == name) found = std::move(member);
  if (found && found->is_null()) found.reset();
  return found;
}

bool Node::has(std::string_view name) const {
  if (!is_object()) return false;
  const auto all = members();
  return std::any_of(all.begin(), all.end(), [name](const auto& member) { return member.first == name; });
}

Node Node::require(std::string_view name) const {
  if (std::optional<Node> found = find(name)) return *std::move(found);
  refuse(std::string("the field ").append(name).append(has(name) ? " is null" : " is missing"));
}

Node Node::nearest(std::string_view pointer) const {
  Node at = *this;
  while (pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::string token = token_of(pointer.substr(0, pointer.find('/')));
    pointer.remove_prefix(std::min(pointer.find('/'), pointer.size()));
    std::optional<Node> next;
    if (at.is_object())
      for (auto& [name, member] : at.members())
        if (name == token) next = std::move(member);
    if (at.is_array())
      for (const Node& element : at.elements())
        if (element.pointer() == at.pointer() + "/" + token) next = element;
    if (!next) break;
    at = *std::move(next);
  }
  return at;
}

}  // namespace tenon::interchange
