#pragma once

#include <string>
#include <string_view>

#include <tenon/config.hpp>

namespace tenon::detail {

// What a Config holds that cannot work, alone or with another. Members are called as settings are.
struct BadMember {
  std::string_view member;
  std::string_view beside;  // the other member; empty: alone
  const char* why;

  [[nodiscard]] std::string text() const;
};

// Throws BadMember.
void check_members(const Config& config);

}  // namespace tenon::detail
