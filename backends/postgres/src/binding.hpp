#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <tenon/backend/session.hpp>
#include <tenon/config.hpp>

namespace tenon::postgres {

/// How a principal is made known to PostgreSQL: role and settings, local to the transaction, in one
/// message. Immutable and thread-safe.
class Binding {
 public:
  explicit Binding(const PostgresOptions& options);

  /// One text of the binding, with its values $1 … for a principal.
  struct Message {
    const std::string& sql;
    std::uint64_t id;
    std::array<std::string_view, 4> values;
    int count;
  };
  /// Without an actor its setting is left out: each costs about a microsecond, and unbound it reads as ''.
  [[nodiscard]] Message message(const backend::Principal& principal) const noexcept;

 private:
  struct Text {
    std::string sql;
    std::uint64_t id;
  };
  [[nodiscard]] static Text text_of(const SessionSettings& settings, bool with_actor);
  [[nodiscard]] const std::string& role_of(Role role) const noexcept;

  PostgresOptions options_;
  Text with_actor_;
  Text without_actor_;
};

}  // namespace tenon::postgres
