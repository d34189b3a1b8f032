#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/config_source.hpp>

namespace tenon::detail {

// The variables of one naming habit that say where a PostgreSQL server is. Empty: that habit has none.
struct PlaceFamily {
  std::string_view host;
  std::string_view port;
  std::string_view database;
  std::string_view user;
  std::string_view password;
  std::string_view sslmode;

  [[nodiscard]] std::vector<std::string> variables() const;
};
// By precedence, the highest first.
inline constexpr std::array<PlaceFamily, 3> place_families{{
    {"DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_PASSWORD", "DB_SSLMODE"},
    {"POSTGRES_HOST", "POSTGRES_PORT", "POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD", ""},
    {"DATABASE_HOST", "DATABASE_PORT", "DATABASE_NAME", "DATABASE_USER", "DATABASE_PASSWORD",
     "DATABASE_SSLMODE"},
}};

// The environment, where NAME_FILE stands for NAME with the contents of a file, and an empty variable is
// one that is not set. Remembers what was read.
class Variables {
 public:
  struct Value {
    std::string text;
    std::string origin;  // the variable's name
  };

  explicit Variables(Environment environment) : environment_(std::move(environment)) {}

  [[nodiscard]] bool is_set(const std::string& name) const;
  [[nodiscard]] bool any_set(const PlaceFamily& family) const;
  // Throws Error invalid_argument when both forms are set or the file cannot be read.
  [[nodiscard]] std::optional<Value> take(const std::string& name);
  [[nodiscard]] std::optional<Value> first_of(const std::vector<std::string>& names);
  // The path in NAME_FILE itself, for what is read later. Throws as take().
  [[nodiscard]] std::optional<Value> take_path(const std::string& name);

  // Of `names`, those that are set and were not taken, in the form in which they are set.
  [[nodiscard]] std::vector<std::string> ignored(const std::vector<std::string>& names) const;

 private:
  [[nodiscard]] std::optional<std::string> look_up(const std::string& name) const;
  void refuse_both(const std::string& name) const;

  Environment environment_;
  std::set<std::string> taken_;
};

}  // namespace tenon::detail
