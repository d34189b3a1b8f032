#pragma once

#include <string>
#include <string_view>

#include "data.hpp"

namespace tenon_bench {

/// 36 characters into `out`.
void write_id(const Id& id, char* out);
/// Throws std::runtime_error for what is no UUID.
[[nodiscard]] Id read_id(std::string_view text);

[[nodiscard]] inline std::string id_text(const Id& id) {
  std::string text(36, '-');
  write_id(id, text.data());
  return text;
}

}  // namespace tenon_bench
