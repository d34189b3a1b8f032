#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/config.hpp>

// Values of settings as text: what people write in URLs and the environment, and what `tenon config` shows.

namespace tenon::detail {

// Each throws BadValue, whose text completes "DB_POOL_SIZE: …".
struct BadValue {
  std::string why;
};

void read_value(std::string_view text, std::size_t& value);
void read_value(std::string_view text, bool& value);
void read_value(std::string_view text, std::string& value);
void read_value(std::string_view text, std::vector<std::string>& value);  // separated by commas
void read_value(std::string_view text, Synchronous& value);
void read_value(std::string_view text, TenantIds& value);
// A number with a unit (ms, s, min, h, d), or of seconds without one. Of whole seconds at least one.
void read_value(std::string_view text, std::chrono::milliseconds& value);
void read_value(std::string_view text, std::chrono::seconds& value);
// The same for a limit that need not be: `never` is zero.
void read_limit(std::string_view text, std::chrono::milliseconds& value);
void read_limit(std::string_view text, std::chrono::seconds& value);
std::uint16_t read_port(std::string_view text);

[[nodiscard]] std::string value_text(std::size_t value);
[[nodiscard]] std::string value_text(bool value);
[[nodiscard]] std::string value_text(const std::string& value);
[[nodiscard]] std::string value_text(const std::vector<std::string>& value);
[[nodiscard]] std::string value_text(Synchronous value);
[[nodiscard]] std::string value_text(TenantIds value);
[[nodiscard]] std::string value_text(std::chrono::milliseconds value);
[[nodiscard]] std::string value_text(std::chrono::seconds value);

}  // namespace tenon::detail
