#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tenon/error.hpp>

#include "migrate/script.hpp"

namespace tenon::test {

inline constexpr auto postgres = backend::Flavour::postgres;
inline constexpr auto sqlite = backend::Flavour::sqlite;

inline std::vector<std::string> texts(std::string_view sql, backend::Flavour flavour) {
  std::vector<std::string> result;
  for (const detail::ScriptStatement& statement : detail::split_script(sql, flavour))
    result.emplace_back(statement.text);
  return result;
}

// The message of the error with which the action ends, "" when it ends without one.
template <typename Action>
std::string message_of(Action&& action, Error::Kind kind = Error::Kind::invalid_argument) {
  try {
    action();
  } catch (const Error& error) {
    return error.kind() == kind ? error.what()
                                : "kind " + std::string(to_string(error.kind())) + ": " + error.what();
  }
  return "";
}

inline std::string refusal(std::string_view sql, backend::Flavour flavour) {
  return message_of([&] { (void)detail::split_script(sql, flavour, "f.sql"); });
}

}  // namespace tenon::test
