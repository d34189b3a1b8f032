#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tenon/backend/value.hpp>
#include <tenon/blob.hpp>
#include <tenon/decimal.hpp>
#include <tenon/enum_name.hpp>
#include <tenon/export.hpp>
#include <tenon/json.hpp>
#include <tenon/time.hpp>
#include <tenon/uuid.hpp>

namespace tenon {

/// Keeps texts that a codec made alive until the statement has run.
class TENON_API Scratch {
 public:
  Scratch() noexcept = default;
  Scratch(Scratch&& other) noexcept : last_(std::exchange(other.last_, nullptr)) {}
  Scratch& operator=(Scratch&& other) noexcept {
    std::swap(last_, other.last_);
    return *this;
  }
  ~Scratch() {
    if (last_ != nullptr) release();
  }

  std::string_view keep(std::string text);

 private:
  struct Kept;
  void release() noexcept;

  Kept* last_ = nullptr;
};

namespace detail {

[[noreturn]] TENON_API void refuse_value(const char* why);         // Error invalid_argument
[[noreturn]] TENON_API void refuse_stored_value(const char* why);  // Error corrupt

template <class M>
concept integer_member =
    std::integral<M> && !std::same_as<M, bool> && !std::same_as<M, char> && !std::same_as<M, wchar_t> &&
    !std::same_as<M, char8_t> && !std::same_as<M, char16_t> && !std::same_as<M, char32_t>;

template <class M>
struct is_optional : std::false_type {};
template <class M>
struct is_optional<std::optional<M>> : std::true_type {};

template <class M>
struct always_false : std::false_type {};

}  // namespace detail

namespace detail {

// A value that may stand for a member of type M: no integer from a floating-point number, no bool from
// anything else, nothing from an optional.
template <class M, class V>
constexpr bool stands_for_value() {
  using Given = std::remove_cvref_t<V>;
  if constexpr (std::is_arithmetic_v<M>) {
    return std::is_arithmetic_v<Given> && std::same_as<M, bool> == std::same_as<Given, bool> &&
           (std::floating_point<M> || std::integral<Given>);
  } else {
    return !is_optional<Given>::value && std::constructible_from<M, V>;
  }
}
template <class M, class V>
concept stands_for = stands_for_value<M, V>();

template <class M, class V>
requires stands_for<M, V> M checked_value(V&& value) {
  if constexpr (integer_member<M> && integer_member<std::remove_cvref_t<V>>) {
    if (!std::in_range<M>(value))
      refuse_value("an integer does not fit the member that it is held against");
  }
  if constexpr (std::is_arithmetic_v<M>) {
    return static_cast<M>(value);
  } else {
    return M(std::forward<V>(value));
  }
}

}  // namespace detail

/// How a member's type crosses to the database and back. Specialise it for a type of your own:
///
///     template <> struct tenon::Codec<Money> {
///       static constexpr tenon::backend::Type type = tenon::backend::Type::int64;
///       static tenon::backend::Value encode(const Money& m, tenon::Scratch&) {
///         return tenon::backend::Value::integral(type, m.cents());
///       }
///       static void decode(const tenon::backend::Value& v, Money& m) { m =
///       Money::from_cents(v.integral()); }
///     };
///
/// `encode` may point into the member, or into text handed to `Scratch::keep`. `decode` gets no NULL.
/// M can be made by default and swapped. `std::optional<M>` of every M with a codec is a nullable column.
template <class M>
struct Codec {
  static_assert(
      detail::always_false<M>::value,
      "tenon: no column type for this member. Supported: bool, integers, float, double, std::string, "
      "described "
      "enums (BOOST_DESCRIBE_ENUM), Uuid, Timestamp, Date, Decimal, Json, Blob, std::optional of these, "
      "described structs with <tenon/json_column.hpp>, and any type with a tenon::Codec specialisation");
};

template <>
struct Codec<bool> {
  static constexpr backend::Type type = backend::Type::boolean;
  static backend::Value encode(bool value, Scratch&) noexcept { return backend::Value::boolean(value); }
  static void decode(const backend::Value& v, bool& value) noexcept { value = v.integral() != 0; }
};

template <detail::integer_member M>
struct Codec<M> {
  static constexpr backend::Type type =
      sizeof(M) * 2 + (std::is_unsigned_v<M> ? 1 : 0) <= 4   ? backend::Type::int16
      : sizeof(M) * 2 + (std::is_unsigned_v<M> ? 1 : 0) <= 8 ? backend::Type::int32
                                                             : backend::Type::int64;
  static backend::Value encode(M value, Scratch&) {
    if constexpr (std::is_unsigned_v<M> && sizeof(M) == 8) {
      if (value > static_cast<M>(std::numeric_limits<std::int64_t>::max()))
        detail::refuse_value("an unsigned integer is above 2^63-1, the largest that a column holds");
    }
    return backend::Value::integral(type, static_cast<std::int64_t>(value));
  }
  static void decode(const backend::Value& v, M& value) {
    if (!std::in_range<M>(v.integral()))
      detail::refuse_stored_value("an integer does not fit the member's type");
    value = static_cast<M>(v.integral());
  }
};

template <std::floating_point M>
requires(sizeof(M) <= sizeof(double)) struct Codec<M> {
  static constexpr backend::Type type = backend::Type::float64;
  static backend::Value encode(M value, Scratch&) {
    if (value != value) detail::refuse_value("a number is NaN; use std::optional for a missing number");
    return backend::Value::real(static_cast<double>(value) +
                                0.0);  // -0.0 becomes 0.0, which both databases keep
  }
  static void decode(const backend::Value& v, M& value) noexcept { value = static_cast<M>(v.real()); }
};

template <>
struct Codec<std::string> {
  static constexpr backend::Type type = backend::Type::text;
  static backend::Value encode(std::string_view value, Scratch&) noexcept {
    return backend::Value::text(value);
  }
  TENON_API static void decode(const backend::Value& v, std::string& value);
};

template <>
struct Codec<Json> {
  static constexpr backend::Type type = backend::Type::json;
  static backend::Value encode(const Json& value, Scratch&) noexcept {
    return backend::Value::json(value.text(), value.is_unchecked());
  }
  TENON_API static void decode(const backend::Value& v, Json& value);
};

template <>
struct Codec<Decimal> {
  static constexpr backend::Type type = backend::Type::decimal;
  static backend::Value encode(const Decimal& value, Scratch&) noexcept {
    return backend::Value::bytes(type, value.text());
  }
  TENON_API static void decode(const backend::Value& v, Decimal& value);
};

template <>
struct Codec<Uuid> {
  static constexpr backend::Type type = backend::Type::uuid;
  static backend::Value encode(const Uuid& value, Scratch&) noexcept {
    return backend::Value::uuid(value.bytes);
  }
  static void decode(const backend::Value& v, Uuid& value) noexcept { value.bytes = v.uuid(); }
};

template <>
struct Codec<Timestamp> {
  static constexpr backend::Type type = backend::Type::timestamp;
  // 4713-01-01 BC, the first that PostgreSQL keeps (docs, table 8.9).
  static constexpr std::int64_t earliest = -210'866'803'200'000'000;
  // The last microsecond of AD 294246.
  static constexpr std::int64_t latest = 9'223'371'244'799'999'999;
  static backend::Value encode(Timestamp value, Scratch&) {
    const std::int64_t microseconds = value.time_since_epoch().count();
    if (microseconds < earliest || microseconds > latest)
      detail::refuse_value("a timestamp lies outside 4713 BC to AD 294246");
    return backend::Value::integral(type, microseconds);
  }
  static void decode(const backend::Value& v, Timestamp& value) noexcept {
    value = Timestamp{std::chrono::microseconds{v.integral()}};
  }
};

template <>
struct Codec<Date> {
  static constexpr backend::Type type = backend::Type::date;
  // 4713-01-01 BC and AD 5874897-12-31 (PostgreSQL docs, table 8.9).
  static constexpr std::int64_t earliest = -2'440'588;
  static constexpr std::int64_t latest = 2'145'042'905;
  static backend::Value encode(Date value, Scratch&) {
    const std::int64_t days = value.time_since_epoch().count();
    if (days < earliest || days > latest) detail::refuse_value("a date lies outside 4713 BC to AD 5874897");
    return backend::Value::integral(type, days);
  }
  static void decode(const backend::Value& v, Date& value) {
    if (!std::in_range<Date::rep>(v.integral())) detail::refuse_stored_value("a date is out of range");
    using Days = std::chrono::duration<std::int64_t, std::chrono::days::period>;
    value = Date{std::chrono::duration_cast<std::chrono::days>(Days{v.integral()})};
  }
};

template <>
struct Codec<Blob> {
  static constexpr backend::Type type = backend::Type::blob;
  static backend::Value encode(const Blob& value, Scratch&) noexcept {
    return backend::Value::bytes(type, {reinterpret_cast<const char*>(value.data()), value.size()});
  }
  TENON_API static void decode(const backend::Value& v, Blob& value);
};

/// An enum is stored as text: its enumerator's name, without a trailing underscore.
template <DescribedEnum M>
struct Codec<M> {
  static_assert(detail::has_distinct_names<M>(),
                "tenon: two enumerators have one name, for a trailing underscore does not count");
  static constexpr backend::Type type = backend::Type::text;
  static backend::Value encode(M value, Scratch&) {
    const std::string_view name = enum_name(value);
    if (name.empty()) detail::refuse_value("an enum holds a value that is none of its enumerators");
    return backend::Value::text(name);
  }
  static void decode(const backend::Value& v, M& value) {
    const std::optional<M> parsed = parse_enum<M>(v.bytes());
    if (!parsed) detail::refuse_stored_value("a text is none of the enum's enumerators");
    value = *parsed;
  }
};

namespace detail {

// The codec of a member, seen through std::optional, with NULL dealt with.
template <class M>
struct MemberCodec {
  static constexpr backend::Type type = Codec<M>::type;
  static constexpr bool nullable = false;
  static backend::Value encode(const M& value, Scratch& scratch) {
    return Codec<M>::encode(value, scratch);
  }
  static void decode(const backend::Value& v, M& value) {
    if (v.is_null()) refuse_stored_value("a column is NULL where the member is not optional");
    Codec<M>::decode(v, value);
  }
};

template <class M>
struct MemberCodec<std::optional<M>> {
  static constexpr backend::Type type = Codec<M>::type;
  static constexpr bool nullable = true;
  static backend::Value encode(const std::optional<M>& value, Scratch& scratch) {
    return value ? Codec<M>::encode(*value, scratch) : backend::Value::null(type);
  }
  static void decode(const backend::Value& v, std::optional<M>& value) {
    if (v.is_null()) {
      value.reset();
      return;
    }
    if (!value) value.emplace();
    Codec<M>::decode(v, *value);
  }
};

}  // namespace detail
}  // namespace tenon
