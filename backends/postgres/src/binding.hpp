#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tenon/backend/session.hpp>
#include <tenon/backend/value.hpp>
#include <tenon/config.hpp>

namespace tenon::postgres {

/// How a principal is made known to PostgreSQL: role and settings, local to the transaction, in one
/// message. Immutable and thread-safe.
class Binding {
 public:
  static constexpr std::size_t most_values = 4;
  static constexpr std::array<backend::Type, most_values> value_types{
      backend::Type::text, backend::Type::text, backend::Type::text, backend::Type::text};

  explicit Binding(const PostgresOptions& options);

  /// One text of the binding, with its values $1 … for a principal.
  struct Message {
    const std::string& sql;
    std::uint64_t id;
    std::array<std::string_view, most_values> values;
    int count;
  };
  /// Each setting costs the server about half a microsecond, so those without a name are left out, and the
  /// actor's where there is no actor: unbound it reads as ''.
  /// For a `raw` statement the search_path is bound as well.
  [[nodiscard]] Message message(const backend::Principal& principal, bool raw) const noexcept;

  /// `set local search_path …` to what raw statements run with.
  [[nodiscard]] const std::string& search_path_sql() const noexcept { return search_path_sql_; }

 private:
  struct Text {
    std::string sql;
    std::uint64_t id;
  };
  [[nodiscard]] Text text_of(bool with_actor, bool raw) const;
  [[nodiscard]] const std::string& role_of(Role role) const noexcept;

  PostgresOptions options_;
  std::string search_path_;
  std::string search_path_sql_;
  std::array<Text, 4> texts_;  // [raw * 2 + with actor]
};

}  // namespace tenon::postgres
