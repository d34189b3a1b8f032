#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tenon/export.hpp>

namespace tenon::backend {

/// The two spellings in which statement texts exist, both made at compile time. Everything else in the
/// library's SQL is common to both.
enum class Flavour : std::uint8_t {
  postgres,  ///< tables as `schema.name`; strpos(text, part)
  sqlite     ///< tables as `schema_name`;  instr(text, part)
};

enum class CalendarUnit : std::uint8_t { day, week, month };

/// What a backend's SQL needs said differently, beyond the flavour. Immutable and thread-safe.
class TENON_API Dialect {
 public:
  virtual ~Dialect() = default;
  /// For people: "sqlite", "postgresql".
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  [[nodiscard]] virtual Flavour flavour() const noexcept = 0;
  /// An expression for the start, in UTC, of the day, ISO week (Monday) or month in which the timestamp
  /// column lies; its result has Type::timestamp.
  [[nodiscard]] virtual std::string start_of(CalendarUnit unit,
                                             std::string_view timestamp_column) const = 0;
  /// Statements that create the tables of the migrator where they are absent, in schema `tenon` or with
  /// prefix `tenon_`:
  /// `schema_history`, one row for every event: component text, seq bigint, version bigint, name text,
  /// action text, checksum text, applied_at text or timestamptz (RFC 3339 text is accepted), duration_ms
  /// bigint, tenon_version text, actor text, reason text; key (component, seq);
  /// `schema_journal`, how far files outside a transaction came: component text, version bigint, direction
  /// text, statement bigint, checksum text, finished bigint; key (component, version, direction,
  /// statement).
  [[nodiscard]] virtual std::string_view create_schema_history() const noexcept = 0;
  /// An expression that gives the history's applied_at as RFC 3339 text in UTC.
  [[nodiscard]] virtual std::string_view schema_history_applied_at() const noexcept = 0;
  /// A statement that notifies, when its transaction commits, the listeners of channel $1 of payload $2;
  /// empty: the database cannot.
  [[nodiscard]] virtual std::string_view notify() const noexcept { return {}; }
};

}  // namespace tenon::backend
