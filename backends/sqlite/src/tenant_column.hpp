#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tenon::sqlite {

// The column by which a table's rows are known to be a tenant's: of those that are known for it and are
// text or integer, the first in the order in which they are known.
struct TenantColumn {
  enum class Kind : std::uint8_t {
    none,   // the table has no such column
    other,  // it has one of a type in which two tenants could compare equal
    text,
    integer
  };

  // Takes the column when it is a better one. `type` in upper case, `known` in lower case.
  void offer(const std::string& column, std::string_view type, std::span<const std::string> known);
  [[nodiscard]] bool usable() const noexcept { return kind == Kind::text || kind == Kind::integer; }

  std::string name{};  // as the table spells it
  Kind kind = Kind::none;
  std::size_t rank = 0;
};

}  // namespace tenon::sqlite
