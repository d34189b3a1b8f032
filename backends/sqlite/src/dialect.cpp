#include "dialect.hpp"

#include <string>

namespace tenon::sqlite {
namespace {

constexpr std::string_view second = "1000000";
constexpr std::string_view day = "86400000000";
constexpr std::string_view week = "604800000000";
constexpr std::string_view first_monday = "345600000000";  // 1970-01-05; the epoch was a Thursday

// `value` rounded down to a multiple of `step`, below zero too: SQLite's % takes the sign of its left side.
std::string floored(std::string_view value, std::string_view step) {
  std::string text("(");
  for (const std::string_view part : {value, std::string_view(" - ("), value, std::string_view(" % "), step,
                                      std::string_view(" + "), step, std::string_view(") % "), step}) {
    text.append(part);
  }
  return text.append(")");
}

}  // namespace

std::string_view Dialect::name() const noexcept {
  return "sqlite";
}

backend::Flavour Dialect::flavour() const noexcept {
  return backend::Flavour::sqlite;
}

std::string Dialect::start_of(backend::CalendarUnit unit, std::string_view timestamp_column) const {
  std::string text("(");
  switch (unit) {
    case backend::CalendarUnit::day:
      return floored(timestamp_column, day);
    case backend::CalendarUnit::week: {
      std::string since_monday("(");
      since_monday.append(timestamp_column).append(" - ").append(first_monday).append(")");
      return text.append(floored(since_monday, week)).append(" + ").append(first_monday).append(")");
    }
    case backend::CalendarUnit::month:
      // Years 0000 to 9999 (https://sqlite.org/lang_datefunc.html); NULL outside them.
      text.append("unixepoch(").append(floored(timestamp_column, second)).append(" / ").append(second);
      return text.append(", 'unixepoch', 'start of month') * ").append(second).append(")");
  }
  return std::string(timestamp_column);
}

std::string_view Dialect::create_schema_history() const noexcept {
  return "CREATE TABLE IF NOT EXISTS tenon_schema_history ("
         "component TEXT NOT NULL, seq INTEGER NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, "
         "action TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL, duration_ms INTEGER NOT "
         "NULL, "
         "tenon_version TEXT NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL, "
         "PRIMARY KEY (component, seq)) STRICT;"
         "CREATE TABLE IF NOT EXISTS tenon_schema_journal ("
         "component TEXT NOT NULL, version INTEGER NOT NULL, direction TEXT NOT NULL, "
         "statement INTEGER NOT NULL, checksum TEXT NOT NULL, finished INTEGER NOT NULL, "
         "PRIMARY KEY (component, version, direction, statement)) STRICT";
}

std::string_view Dialect::schema_history_applied_at() const noexcept {
  return "applied_at";
}

}  // namespace tenon::sqlite
