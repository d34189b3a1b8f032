#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon {

/// An exact decimal number, text in and text out: no digit is ever rounded on its way through a backend.
///
/// The canonical text is `-?digits[.digits]` without leading zeros or a negative zero; trailing zeros of
/// the fraction are kept ("1.50" stays "1.50"). At most 1000 digits. PostgreSQL: numeric; SQLite: TEXT.
/// Comparisons are of numbers: "1.50" equals "1.5". Sums are exact and have as many digits after the point
/// as the summand with more of them; one of more than 1000 digits throws `Error` (limit_exceeded).
class TENON_API Decimal {
 public:
  /// Zero.
  Decimal() : text_("0") {}
  /// Throws `Error` (invalid_argument) when the text is not a decimal number.
  explicit Decimal(std::string_view text);
  /// Returns nothing when the text is not a decimal number.
  [[nodiscard]] static std::optional<Decimal> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// The nearest double.
  [[nodiscard]] double to_double() const noexcept;

  TENON_API friend bool operator==(const Decimal& a, const Decimal& b) noexcept;
  TENON_API friend std::weak_ordering operator<=>(const Decimal& a, const Decimal& b);

  TENON_API friend Decimal operator-(const Decimal& a);
  TENON_API friend Decimal operator+(const Decimal& a, const Decimal& b);
  friend Decimal operator-(const Decimal& a, const Decimal& b) { return a + -b; }
  Decimal& operator+=(const Decimal& b) { return *this = *this + b; }
  Decimal& operator-=(const Decimal& b) { return *this = *this - b; }

 private:
  std::string text_;
};

}  // namespace tenon
