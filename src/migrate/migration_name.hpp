#pragma once

#include <cstdint>
#include <string_view>

namespace tenon::detail {

// What a file's name tells about the migration in it.
struct MigrationName {
  enum class Kind : std::uint8_t {
    up,       // NUMBER_name.up.sql
    down,     // NUMBER_name.down.sql
    both,     // NUMBER_name.sql, a goose file
    foreign,  // not a migration
    misnamed  // looks like a migration and is none; `why` says so
  };
  Kind kind = Kind::foreign;
  std::int64_t version = 0;
  std::string_view digits;
  std::string_view name;
  std::string_view why;
};

// `file` is a name without folders; the result points into it.
[[nodiscard]] MigrationName parse_migration_name(std::string_view file) noexcept;

}  // namespace tenon::detail
