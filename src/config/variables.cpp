#include "variables.hpp"

#include <tenon/detail/file_text.hpp>
#include <tenon/error.hpp>

namespace tenon::detail {
namespace {

const std::string file_suffix = "_FILE";

std::string text_of(const std::string& variable, const std::string& path) {
  std::optional<std::string> text = file_text(path);
  if (!text) throw Error(Error::Kind::invalid_argument, variable + ": cannot read the file " + path);
  return *std::move(text);
}

}  // namespace

std::vector<std::string> PlaceFamily::variables() const {
  std::vector<std::string> names;
  for (const std::string_view name : {host, port, database, user, password, sslmode})
    if (!name.empty()) names.emplace_back(name);
  return names;
}

std::optional<std::string> Variables::look_up(const std::string& name) const {
  std::optional<std::string> value = environment_(name);
  return value && !value->empty() ? value : std::nullopt;
}

bool Variables::is_set(const std::string& name) const {
  return look_up(name) || look_up(name + file_suffix);
}

bool Variables::any_set(const PlaceFamily& family) const {
  for (const std::string& name : family.variables())
    if (is_set(name)) return true;
  return false;
}

void Variables::refuse_both(const std::string& name) const {
  if (look_up(name) && look_up(name + file_suffix))
    throw Error(Error::Kind::invalid_argument,
                name + ": " + name + file_suffix + " is set too; set one of them");
}

std::optional<Variables::Value> Variables::take(const std::string& name) {
  refuse_both(name);
  if (auto path = take_path(name)) return Value{text_of(path->origin, path->text), path->origin};
  std::optional<std::string> value = look_up(name);
  if (!value) return std::nullopt;
  taken_.insert(name);
  return Value{*std::move(value), name};
}

std::optional<Variables::Value> Variables::take_path(const std::string& name) {
  refuse_both(name);
  const std::string variable = name + file_suffix;
  std::optional<std::string> path = look_up(variable);
  if (!path) return std::nullopt;
  taken_.insert(variable);
  return Value{*std::move(path), variable};
}

std::optional<Variables::Value> Variables::first_of(const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (is_set(name)) return take(name);
  return std::nullopt;
}

std::vector<std::string> Variables::ignored(const std::vector<std::string>& names) const {
  std::vector<std::string> left;
  for (const std::string& name : names) {
    for (const std::string& form : {name, name + file_suffix})
      if (look_up(form) && taken_.count(form) == 0) left.push_back(form);
  }
  return left;
}

}  // namespace tenon::detail
