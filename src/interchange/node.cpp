#include "node.hpp"

#include <algorithm>
#include <charconv>

#include <tenon/detail/utf8.hpp>

#include "json_scan.hpp"

namespace tenon::interchange {
namespace {

std::string unescaped(const Node& at, std::string_view raw) {
  if (std::optional<std::string> text = tenon::detail::unescaped_json(raw)) return *std::move(text);
  at.refuse("a text holds half of a surrogate pair, which is no character");
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
  raw_ = tenon::detail::trimmed_json(source.text);
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
  tenon::detail::for_each_json_member(raw_, [&](std::string_view written, std::string_view value) {
    std::string name = unescaped(*this, written);
    Node member = child(name, value);
    found.emplace_back(std::move(name), std::move(member));
  });
  return found;
}

std::vector<Node> Node::elements() const {
  expect(Kind::array, "an array");
  std::vector<Node> found;
  std::string_view rest = tenon::detail::trimmed_json(raw_.substr(1));
  while (rest.front() != ']') {
    found.push_back(child(std::to_string(found.size()), tenon::detail::take_json_value(rest)));
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
  expect(Kind::object, "an object");
  const auto value = tenon::detail::find_json_member(raw_, name);
  if (!value || *value == "null") return std::nullopt;
  return child(name, *value);
}

bool Node::has(std::string_view name) const {
  return is_object() && tenon::detail::find_json_member(raw_, name).has_value();
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
