#include "plain_values.hpp"

#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "settings.hpp"

namespace tenon::cli {
namespace {

constexpr const char* is_empty = " is empty; give it a value or leave it out";

// Each gets the value, which is not empty, may change it, and returns what is wrong with it.

std::string plain_text(std::string&) {
  return "";
}

std::string plain_integer(std::string& value) {
  const bool negative = value.starts_with('-');
  std::string digits = value.substr(negative ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos)
    return "takes a whole number, not '" + value + "'";
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  value = (negative ? "-" : "") + digits;
  return "";
}

std::string plain_number(std::string& value) {
  const bool plain = value.find_first_not_of("+-.0123456789eE") == std::string::npos;
  return plain ? "" : "takes a number, not '" + value + "'";
}

void require_plain_value(CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return;  // a flag
  const std::string type = option.get_type_name();
  const auto rule = type.starts_with("INT") || type.starts_with("UINT") ? plain_integer
                    : type.starts_with("FLOAT")                         ? plain_number
                                                                        : plain_text;
  option.transform(CLI::Validator(
      [rule](std::string& value) { return value.empty() ? std::string(is_empty + 1) : rule(value); }, ""));
}

}  // namespace

void require_plain_values(CLI::App& program) {
  for (CLI::Option* option : program.get_options()) require_plain_value(*option);
  for (CLI::App* command : program.get_subcommands([](CLI::App*) { return true; }))
    require_plain_values(*command);
}

void refuse_options_without_value(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--") return;
    if (argument.starts_with("--") && argument.find('=') + 1 == argument.size())
      throw UsageError(std::string(argument.substr(0, argument.size() - 1)) + is_empty);
  }
}

}  // namespace tenon::cli
