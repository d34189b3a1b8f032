#include <cstdlib>
#include <utility>

#include <tenon/config_source.hpp>

#include "reader.hpp"
#include "setting.hpp"
#include "variables.hpp"

namespace tenon {
namespace {

const std::string url_variable = "DATABASE_URL";

std::vector<std::string> all_variables() {
  std::vector<std::string> names{url_variable};
  const auto add = [&](const std::vector<std::string>& more) {
    names.insert(names.end(), more.begin(), more.end());
  };
  for (const detail::PlaceFamily& family : detail::place_families) add(family.variables());
  for (const detail::Setting& setting : detail::settings()) add(setting.all_variables());
  return names;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& variable) -> std::optional<std::string> {
    const char* const value = std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe): documented
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
  };
}

ConfigReading read_config(const Environment& environment, std::string_view url,
                          std::string_view url_origin) {
  detail::Variables variables(environment);
  detail::ConfigReader reader;
  reader.take_enabled(variables);
  if (!url.empty()) {
    reader.take_url(url, std::string(url_origin));
  } else if (const auto value = variables.take(url_variable)) {
    reader.take_url(value->text, value->origin);
  } else {
    reader.take_place(variables);
  }
  reader.take_settings(variables);
  ConfigReading reading = reader.finish();
  reading.ignored = variables.ignored(all_variables());
  return reading;
}

std::vector<SettingName> setting_names() {
  std::vector<SettingName> names;
  for (const detail::Setting& setting : detail::settings())
    names.push_back({std::string(setting.name), setting.all_variables()});
  return names;
}

}  // namespace tenon
