#include "rules.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace {

using nlohmann::json;

// Every value to which the path leads; an array there counts as its elements unless it is wanted whole.
// False when the path leads nowhere; an empty array is somewhere, without a value.
bool collect(const json& from, std::string_view path, bool whole, std::vector<const json*>& values) {
  if (from.is_array() && !(path.empty() && whole)) {
    bool there = from.empty();
    for (const json& element : from) there = collect(element, path, whole, values) || there;
    return there;
  }
  if (path.empty()) {
    values.push_back(&from);
    return true;
  }
  if (!from.is_object()) return false;
  const std::size_t dot = path.find('.');
  const auto found = from.find(std::string(path.substr(0, dot)));
  const auto rest = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  return found != from.end() && collect(*found, rest, whole, values);
}

bool ordered(const json& a, const json& b) {
  return (a.is_number() && b.is_number()) || (a.is_string() && b.is_string());
}

bool contains(const json& whole, const json& part) {
  if (whole.is_array()) return std::find(whole.begin(), whole.end(), part) != whole.end();
  return whole.is_string() && part.is_string() &&
         whole.get_ref<const std::string&>().find(part.get_ref<const std::string&>()) != std::string::npos;
}

bool holds(const json& value, const std::string& op, const json& wanted) {
  if (op == "==") return value == wanted;
  if (op == "!=") return value != wanted;
  if (op == "in") return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
  if (op == "contains") return contains(value, wanted);
  if (op == "starts_with" || op == "ends_with") {
    if (!value.is_string()) return false;
    const auto& text = value.get_ref<const std::string&>();
    const auto& part = wanted.get_ref<const std::string&>();
    return op == "starts_with" ? text.starts_with(part) : text.ends_with(part);
  }
  if (!ordered(value, wanted)) return false;
  if (op == ">") return value > wanted;
  if (op == ">=") return value >= wanted;
  if (op == "<") return value < wanted;
  if (op == "<=") return value <= wanted;
  throw std::logic_error("the store let an unknown operator pass: " + op);
}

std::string in_words(const json& rule, const std::string& is) {
  return rule["field"].get<std::string>() + " " + rule["operator"].get<std::string>() + " " +
         rule["value"].dump() + ", but it is " + is;
}

std::optional<std::string> broken(const json& rule, const json& facts) {
  const auto& op = rule["operator"].get_ref<const std::string&>();
  std::vector<const json*> values;
  if (!collect(facts, rule["field"].get_ref<const std::string&>(), op == "contains", values))
    return op == "!=" ? std::nullopt : std::optional(in_words(rule, "absent"));
  for (const json* value : values)
    if (!holds(*value, op, rule["value"])) return in_words(rule, value->dump());
  return std::nullopt;
}

}  // namespace

bool is_per_resource(const json& expression) {
  for (const char* group : {"and", "or"})
    if (const auto members = expression.find(group); members != expression.end())
      return std::any_of(members->begin(), members->end(), is_per_resource);
  return expression["field"].get_ref<const std::string&>().starts_with("resource.");
}

std::optional<std::string> broken_rule(const json& expression, const json& facts) {
  if (const auto all = expression.find("and"); all != expression.end()) {
    for (const json& member : *all)
      if (auto why = broken_rule(member, facts)) return why;
    return std::nullopt;
  }
  if (const auto any = expression.find("or"); any != expression.end()) {
    std::string reasons;
    for (const json& member : *any) {
      const auto why = broken_rule(member, facts);
      if (!why) return std::nullopt;
      reasons += (reasons.empty() ? "" : "; nor ") + *why;
    }
    return "neither " + reasons;
  }
  return broken(expression, facts);
}
