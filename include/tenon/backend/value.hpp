#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tenon::backend {

/// What crosses the border between the library and a backend. How a backend stores each is its own affair,
/// as long as a value comes back as it went in.
enum class Type : std::uint8_t {
  boolean,
  int16,
  int32,
  int64,
  float64,    ///< finite or infinite, never NaN
  text,       ///< UTF-8 without NUL
  json,       ///< RFC 8259 text, kept byte for byte
  uuid,       ///< 16 bytes
  timestamp,  ///< microseconds since 1970-01-01T00:00:00Z
  date,       ///< days since 1970-01-01
  decimal,    ///< canonical decimal text (tenon/decimal.hpp)
  blob        ///< raw bytes
};

/// One typed value or NULL that does not own what it points to. As a parameter it lives until the call
/// returns; as a column it lives until the row callback returns.
class Value {
 public:
  using UuidBytes = std::array<std::uint8_t, 16>;

  constexpr Value() noexcept : integer_(0) {}  ///< a NULL text

  static constexpr Value null(Type type) noexcept {
    Value v;
    v.type_ = type;
    return v;
  }
  static constexpr Value boolean(bool value) noexcept { return integral(Type::boolean, value ? 1 : 0); }
  /// For boolean, int16, int32, int64, timestamp (microseconds) and date (days).
  static constexpr Value integral(Type type, std::int64_t value) noexcept {
    Value v = null(type);
    v.null_ = false;
    v.integer_ = value;
    return v;
  }
  static constexpr Value real(double value) noexcept {
    Value v = null(Type::float64);
    v.null_ = false;
    v.real_ = value;
    return v;
  }
  /// For text, json, decimal and blob.
  static constexpr Value bytes(Type type, std::string_view value) noexcept {
    Value v = null(type);
    v.null_ = false;
    v.bytes_ = value;
    return v;
  }
  static constexpr Value text(std::string_view value) noexcept { return bytes(Type::text, value); }
  /// `unchecked`: it is known to be JSON, of a parameter to whoever made it, of a column to the backend; a
  /// backend whose database does not look at what is stored need not, either.
  static constexpr Value json(std::string_view value, bool unchecked) noexcept {
    Value v = bytes(Type::json, value);
    v.unchecked_ = unchecked;
    return v;
  }
  /// Text that is known to be UTF-8 without NUL: a tenant's id, which its context has looked at.
  static constexpr Value known_text(std::string_view value) noexcept {
    Value v = text(value);
    v.unchecked_ = true;
    return v;
  }
  static constexpr Value uuid(const UuidBytes& value) noexcept {
    Value v = null(Type::uuid);
    v.null_ = false;
    v.uuid_ = value;
    return v;
  }

  [[nodiscard]] constexpr Type type() const noexcept { return type_; }
  [[nodiscard]] constexpr bool is_null() const noexcept { return null_; }
  [[nodiscard]] constexpr bool is_unchecked() const noexcept { return unchecked_; }
  // Each may be called only for a non-NULL value of a type named at its factory.
  [[nodiscard]] constexpr std::int64_t integral() const noexcept { return integer_; }
  [[nodiscard]] constexpr double real() const noexcept { return real_; }
  [[nodiscard]] constexpr std::string_view bytes() const noexcept { return bytes_; }
  [[nodiscard]] constexpr const UuidBytes& uuid() const noexcept { return uuid_; }

 private:
  union {
    std::int64_t integer_;
    double real_;
    std::string_view bytes_;
    UuidBytes uuid_;
  };
  Type type_ = Type::text;
  bool null_ = true;
  bool unchecked_ = false;
};

}  // namespace tenon::backend
