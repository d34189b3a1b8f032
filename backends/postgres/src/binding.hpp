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

/// Whether a statement is the host's own, which also gets a search_path, and whether that may write.
enum class Raw : std::uint8_t { no, reads, writes };

/// How a principal is made known to PostgreSQL: role and settings, local to the transaction, in one
/// message. Immutable and thread-safe.
class Binding {
 public:
  static constexpr std::size_t most_values = 2;  // the tenant and the actor
  static constexpr std::array<backend::Type, most_values> value_types{backend::Type::text,
                                                                      backend::Type::text};

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
  /// The role is in the text: a value less to send and to read.
  /// For a `raw` statement the search_path is bound as well, and for one that reads, that the transaction
  /// does: what the text calls may write, and only the server knows.
  [[nodiscard]] Message message(const backend::Principal& principal, Raw raw) const noexcept;

  /// `set local search_path …` to what raw statements run with.
  [[nodiscard]] const std::string& search_path_sql() const noexcept { return search_path_sql_; }

 private:
  struct Text {
    std::string sql;
    std::uint64_t id;
  };
  struct Shape {
    Role role;
    Raw raw;
    bool with_actor;
  };
  static constexpr std::size_t shapes = 18;
  [[nodiscard]] static constexpr std::size_t index_of(const Shape& shape) noexcept {
    return static_cast<std::size_t>(shape.role) * 6 + static_cast<std::size_t>(shape.raw) * 2 +
           (shape.with_actor ? 1U : 0U);
  }
  [[nodiscard]] Text text_of(const Shape& shape) const;
  [[nodiscard]] std::array<Text, shapes> all_texts() const;
  [[nodiscard]] const std::string& role_of(Role role) const noexcept;

  PostgresOptions options_;
  std::string search_path_;
  std::string search_path_sql_;
  std::array<Text, shapes> texts_;  // by index_of()
};

}  // namespace tenon::postgres
