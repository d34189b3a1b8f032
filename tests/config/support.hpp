#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tenon/config_source.hpp>
#include <tenon/error.hpp>

namespace tenon::test {

/// An environment of these variables and no others.
inline Environment environment(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

inline Config config_of(std::map<std::string, std::string> variables) {
  return read_config(environment(std::move(variables))).config;
}

/// What the Error of `work` says; it has to be one of invalid_argument.
template <class Work>
std::string refusal(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.kind()), to_string(Error::Kind::invalid_argument)) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "it was not refused";
  return {};
}

inline std::string refused_environment(std::map<std::string, std::string> variables) {
  return refusal([&] { (void)config_of(std::move(variables)); });
}

inline std::string refused_url(std::string_view url) {
  return refusal([&] { (void)Config::from_url(url); });
}

/// The value and origin of a setting, as "value from origin".
inline std::string told(const ConfigReading& reading, std::string_view name) {
  for (const ConfigValue& value : reading.values)
    if (value.name == name) return value.value + " from " + value.origin;
  return "nothing";
}

}  // namespace tenon::test
