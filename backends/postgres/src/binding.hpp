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

  [[nodiscard]] const std::string& sql() const noexcept { return sql_; }
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }

  /// Values of $1 … $4.
  static constexpr int parameter_count = 4;
  [[nodiscard]] std::array<std::string_view, parameter_count> values(
      const backend::Principal& principal) const noexcept;

 private:
  [[nodiscard]] const std::string& role_of(Role role) const noexcept;

  PostgresOptions options_;
  std::string sql_;
  std::uint64_t id_;
};

}  // namespace tenon::postgres
