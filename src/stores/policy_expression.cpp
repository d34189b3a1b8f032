#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include <tenon/json_document.hpp>
#include <tenon/policy_expression.hpp>

namespace tenon {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 10> operators{"==", "!=", ">",        ">=",          "<",
                                                     "<=", "in", "contains", "starts_with", "ends_with"};

std::string operator_list() {
  std::string list;
  for (const std::string_view op : operators) (list += list.empty() ? "" : " ") += op;
  return list;
}

// Not more than the first 32 bytes, and no half of a character.
std::string beginning(const std::string& text) {
  std::size_t length = std::min<std::size_t>(text.size(), 32);
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
  return text.substr(0, length);
}

constexpr int deepest = 64;  // of groups, and of a value: nobody's document exhausts the stack

std::optional<ExpressionProblem> check_value(std::string_view op, const json& value,
                                             const std::string& pointer) {
  if (detail::is_nested_deeper(value, deepest))
    return ExpressionProblem{pointer, "a value is nested deeper than 64"};
  const bool ordered = op == ">" || op == ">=" || op == "<" || op == "<=";
  if (op == "in" && !value.is_array()) return ExpressionProblem{pointer, "operator in takes an array"};
  if (ordered && !value.is_number() && !value.is_string())
    return ExpressionProblem{pointer, "operator " + std::string(op) + " takes a number or a text"};
  if ((op == "starts_with" || op == "ends_with") && !value.is_string())
    return ExpressionProblem{pointer, "operator " + std::string(op) + " takes a text"};
  if (op != "in" && op != "==" && op != "!=" && value.is_structured())
    return ExpressionProblem{pointer, "operator " + std::string(op) + " takes a single value"};
  return std::nullopt;
}

std::optional<ExpressionProblem> check_rule(const json& rule, const std::string& pointer) {
  for (const auto& [name, value] : rule.items())
    if (name != "field" && name != "operator" && name != "value")
      return ExpressionProblem{pointer + (json::json_pointer() / name).to_string(),
                               "not a field of a rule; a rule has field, operator and value"};
  for (const char* name : {"field", "operator", "value"})
    if (!rule.contains(name)) return ExpressionProblem{pointer, std::string("the rule has no ") + name};
  const json& field = rule["field"];
  if (!field.is_string() || field.get_ref<const std::string&>().empty())
    return ExpressionProblem{pointer + "/field", "a field's name is a text and not empty"};
  const json& op = rule["operator"];
  if (!op.is_string()) return ExpressionProblem{pointer + "/operator", "an operator is a text"};
  const auto& name = op.get_ref<const std::string&>();
  if (std::find(operators.begin(), operators.end(), name) == operators.end())
    return ExpressionProblem{pointer + "/operator",
                             "unknown operator '" + beginning(name) + "'; there are " + operator_list()};
  return check_value(name, rule["value"], pointer + "/value");
}

std::optional<ExpressionProblem> check_node(const json& node, const std::string& pointer, int depth) {
  if (depth > deepest) return ExpressionProblem{pointer, "groups are nested deeper than 64"};
  if (!node.is_object()) return ExpressionProblem{pointer, "a rule or group is an object"};
  const bool both = node.contains("and");
  if (!both && !node.contains("or")) return check_rule(node, pointer);
  const std::string name = both ? "and" : "or";
  if (node.size() != 1) return ExpressionProblem{pointer, "a group has nothing beside its '" + name + "'"};
  const json& members = node[name];
  if (!members.is_array() || members.empty())
    return ExpressionProblem{pointer + "/" + name, "a group is an array and not empty"};
  for (std::size_t i = 0; i < members.size(); ++i)
    if (auto problem = check_node(members[i], pointer + "/" + name + "/" + std::to_string(i), depth + 1))
      return problem;
  return std::nullopt;
}

}  // namespace

std::optional<ExpressionProblem> check_policy_expression(std::string_view text) {
  const json parsed = json::parse(text, nullptr, false);
  if (parsed.is_discarded())
    return ExpressionProblem{"", "not JSON, or a number larger than a double holds"};
  return check_node(parsed, "", 0);
}

}  // namespace tenon
