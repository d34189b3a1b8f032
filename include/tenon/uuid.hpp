#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon {

/// A universally unique identifier, 16 bytes in network order (RFC 9562). Default: the nil UUID.
struct TENON_API Uuid {
  std::array<std::uint8_t, 16> bytes{};

  /// A random UUID (version 4, RFC 9562 section 5.4). Thread-safe.
  [[nodiscard]] static Uuid random();
  /// A time-ordered UUID (version 7, RFC 9562 section 5.7): later calls of one process sort after earlier
  /// ones. Thread-safe.
  [[nodiscard]] static Uuid time_ordered();
  /// Reads the 36-character form, either case. Returns nothing when the text is not one.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text) noexcept;

  [[nodiscard]] bool is_nil() const noexcept { return *this == Uuid{}; }
  /// Writes the 36 lower-case characters to `out`, which has room for them; no terminator.
  void write(char* out) const noexcept;

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// The 36-character lower-case form.
[[nodiscard]] TENON_API std::string to_string(const Uuid& id);

}  // namespace tenon

/// \cond
template <>
struct std::hash<tenon::Uuid> {
  std::size_t operator()(const tenon::Uuid& id) const noexcept {
    std::uint64_t mixed = 14695981039346656037ULL;
    for (const std::uint8_t byte : id.bytes) mixed = (mixed ^ byte) * 1099511628211ULL;
    return std::hash<std::uint64_t>{}(mixed);
  }
};
/// \endcond
