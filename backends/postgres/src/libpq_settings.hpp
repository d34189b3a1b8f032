#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "handles.hpp"

namespace tenon::postgres {

/// What libpq will connect with: what a URL says, else its service, else the environment, else a default.
/// Nothing here connects.
///
/// Thread safety: none.
class LibpqSettings {
 public:
  /// Throws `Error` (limit_exceeded) when out of memory.
  explicit LibpqSettings(std::string url);

  /// Empty where there is none.
  [[nodiscard]] std::string_view value(std::string_view keyword) const noexcept;
  /// Zero and less: no limit. Throws as require_usable().
  [[nodiscard]] std::optional<std::chrono::seconds> connect_timeout() const;
  /// Throws `Error` (invalid_argument) for what libpq will refuse before it connects to anything.
  void require_usable() const;

 private:
  [[nodiscard]] std::string refusal() const;

  std::string url_;
  OptionsHandle options_;
};

}  // namespace tenon::postgres
