#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/config.hpp>

namespace tenon::detail {

// One setting of tenon's own: how it is called in a URL and in the environment, and which member it is.
struct Setting {
  std::string_view name;                               // `pool.size`: URL parameter tenon.pool.size
  std::array<std::string_view, 2> variables;           // beside TENON_POOL_SIZE, by precedence; empty: none
  void (*set)(Config& config, std::string_view text);  // throws BadValue
  std::string (*text)(const Config& config);

  // All its variables by precedence, TENON_… first.
  [[nodiscard]] std::vector<std::string> all_variables() const;
};

// In the order in which they are shown. The preset comes first, because the others refine it, and
// pool.max_open last of the pool's, because it depends on them.
[[nodiscard]] std::span<const Setting> settings();
// Throws Error invalid_argument that names the nearest; `name` without `tenon.`.
[[nodiscard]] const Setting& find_setting(std::string_view name);
// As URL parameters: `tenon.pool.size`.
[[nodiscard]] std::span<const std::string_view> setting_parameters();

inline constexpr std::string_view preset_setting = "pool.preset";
inline constexpr std::string_view max_open_setting = "pool.max_open";

}  // namespace tenon::detail
