#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon {

/// A point in time: microseconds since 1970-01-01T00:00:00Z, the resolution that both backends keep.
/// Range: 4713 BC to AD 294246 (PostgreSQL docs, section 8.5); outside it a statement is refused.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// A calendar day, without a time of day or a time zone.
using Date = std::chrono::sys_days;

/// The current time of the system's clock, in UTC.
[[nodiscard]] TENON_API Timestamp now() noexcept;

/// RFC 3339 in UTC with microseconds: "2026-11-21T03:35:00.000000Z".
[[nodiscard]] TENON_API std::string to_string(Timestamp time);
/// ISO 8601 calendar date: "2026-11-21".
[[nodiscard]] TENON_API std::string to_string(Date date);

/// Reads an RFC 3339 date-time ("2018-03-07T06:33:21.873077559-05:00"); digits past the microsecond are
/// cut. Returns nothing when the text is not one.
[[nodiscard]] TENON_API std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept;
/// Reads "YYYY-MM-DD". Returns nothing when the text is not a day of the calendar.
[[nodiscard]] TENON_API std::optional<Date> parse_date(std::string_view text) noexcept;

}  // namespace tenon
