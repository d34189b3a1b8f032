#pragma once

#include <map>
#include <string>
#include <string_view>

#include <tenon/config_source.hpp>

#include "setting.hpp"
#include "variables.hpp"

namespace tenon::detail {

// Settings as they are found, then made into a Config. Of a setting that is found twice the first stays.
class ConfigReader {
 public:
  // A database URL; its `tenon.*` parameters are settings. Throws Error invalid_argument.
  void take_url(std::string_view text, const std::string& origin);
  // What the settings' own variables say.
  void take_settings(Variables& variables);
  // Where the server is, by the variables DB_*, POSTGRES_* or DATABASE_*. Nothing when none is set.
  void take_place(Variables& variables);
  void take_enabled(Variables& variables);

  // Throws Error invalid_argument for values that cannot be, alone or together.
  [[nodiscard]] ConfigReading finish();

 private:
  struct Found {
    std::string text;
    std::string origin;
  };

  [[nodiscard]] const Found* found(std::string_view setting) const;
  void take_family(Variables& variables, const PlaceFamily& family);
  void take_password(Variables& variables, std::string_view name);
  void apply_preset();
  void apply_settings();
  void apply_max_open();
  void fit_min_idle();
  void check() const;
  [[nodiscard]] std::string origin_of(const Setting& setting) const;
  [[nodiscard]] std::vector<ConfigValue> values() const;

  Config config_;
  std::map<std::string_view, Found> found_;  // by the setting's name
  std::string enabled_origin_ = "default";
  std::string url_origin_ = "default";
  std::string password_origin_ = "default";
};

}  // namespace tenon::detail
