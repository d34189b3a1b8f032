#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe/class.hpp>

#include <tenon/config.hpp>
#include <tenon/export.hpp>

namespace tenon {

/// One setting as it was found. Secrets are shown as `***`.
struct ConfigValue {
  std::string name;    ///< `url`, `password`, `pool.size`: in a URL with `tenon.` before it
  std::string value;   ///< `30s`, `true`, `normal`: as it can be written
  std::string origin;  ///< `default`, `preset high_load`, or the variable or parameter it was taken from
};
BOOST_DESCRIBE_STRUCT(ConfigValue, (), (name, value, origin))

/// A configuration, and what became of everything that was set.
struct ConfigReading {
  Config config;
  std::vector<ConfigValue> values;   ///< every setting, in the order of docs/configuration.md
  std::vector<std::string> ignored;  ///< variables that are set but that something stronger goes before
};

/// Looks a variable up; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& variable)>;

/// The process's own environment. Thread safety: as `getenv`, safe while nobody changes it.
[[nodiscard]] TENON_API Environment process_environment();

/// Reads the configuration as Config::from_env() does and tells where each value came from. A `url` that is
/// not empty stands in for the variables that say where the database is, with `url_origin` as its origin.
/// Throws `Error` (invalid_argument) that names the variable; never shows a secret.
[[nodiscard]] TENON_API ConfigReading read_config(const Environment& environment = process_environment(),
                                                  std::string_view url = {},
                                                  std::string_view url_origin = "the URL");

/// The names of all settings, which a URL takes behind "tenon." and the environment in capitals behind
/// "TENON_", each with the further variables that set it.
struct SettingName {
  std::string name;
  std::vector<std::string> variables;  ///< by precedence, the highest first
};
[[nodiscard]] TENON_API std::vector<SettingName> setting_names();

}  // namespace tenon
