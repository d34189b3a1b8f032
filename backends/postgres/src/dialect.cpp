#include "dialect.hpp"

namespace tenon::postgres {

std::string PostgresDialect::start_of(backend::CalendarUnit unit, std::string_view timestamp_column) const {
  const char* name = "day";
  if (unit == backend::CalendarUnit::week) name = "week";
  if (unit == backend::CalendarUnit::month) name = "month";
  return std::string("date_trunc('") + name + "', " + std::string(timestamp_column) + ", 'UTC')";
}

std::string_view PostgresDialect::create_schema_history() const noexcept {
  return R"(create schema if not exists tenon;
create table if not exists tenon.schema_history (
  component text collate "C" not null,
  seq bigint not null,
  version bigint not null,
  name text not null,
  action text collate "C" not null,
  checksum text not null,
  applied_at timestamptz not null,
  duration_ms bigint not null,
  tenon_version text not null,
  actor text not null,
  reason text not null,
  constraint schema_history_pkey primary key (component, seq)
);
create table if not exists tenon.schema_journal (
  component text collate "C" not null,
  version bigint not null,
  direction text collate "C" not null,
  statement bigint not null,
  checksum text not null,
  finished bigint not null,
  constraint schema_journal_pkey primary key (component, version, direction, statement)
))";
}

std::string_view PostgresDialect::schema_history_applied_at() const noexcept {
  return R"(to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))";
}

std::string_view PostgresDialect::notify() const noexcept {
  return "select pg_catalog.pg_notify($1, $2)";
}

}  // namespace tenon::postgres
