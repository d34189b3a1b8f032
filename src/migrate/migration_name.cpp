#include "migrate/migration_name.hpp"

#include <charconv>
#include <cstddef>

namespace tenon::detail {
namespace {

using Kind = MigrationName::Kind;

constexpr std::string_view digits = "0123456789";

MigrationName misnamed(std::string_view why) noexcept {
  MigrationName name;
  name.kind = Kind::misnamed;
  name.why = why;
  return name;
}

// V1__name.sql, U1__name.sql, B1__name.sql, R__name.sql
bool is_flyway(std::string_view stem) noexcept {
  if (stem.empty() || std::string_view("VUBR").find(stem[0]) == std::string_view::npos) return false;
  const std::size_t separator = stem.find("__");
  if (separator == std::string_view::npos) return false;
  const std::string_view version = stem.substr(1, separator - 1);
  return version.empty() == (stem[0] == 'R') &&
         version.find_first_not_of("0123456789._") == std::string_view::npos;
}

}  // namespace

MigrationName parse_migration_name(std::string_view file) noexcept {
  MigrationName result;
  std::string_view stem = file;
  const auto strip = [&](std::string_view suffix) {
    if (!stem.ends_with(suffix)) return false;
    stem.remove_suffix(suffix.size());
    return true;
  };
  if (file.starts_with('.') || !strip(".sql")) return result;
  const Kind kind = strip(".up") ? Kind::up : strip(".down") ? Kind::down : Kind::both;

  const std::size_t width = std::min(stem.find_first_not_of(digits), stem.size());
  if (width == 0 || width == stem.size() || stem[width] != '_') {
    if (kind != Kind::both)
      return misnamed("a migration's file is named NUMBER_name.up.sql or NUMBER_name.down.sql");
    if (is_flyway(stem))
      return misnamed(
          "this is Flyway's name for a migration; docs/migrations-from-flyway.md tells how to rename it");
    return result;
  }
  result.digits = stem.substr(0, width);
  result.name = stem.substr(width + 1);
  const auto read = std::from_chars(stem.data(), stem.data() + width, result.version);
  if (read.ec != std::errc{}) return misnamed("the version is larger than 9223372036854775807");
  if (result.version == 0) return misnamed("versions begin with 1");
  result.kind = kind;
  return result;
}

}  // namespace tenon::detail
