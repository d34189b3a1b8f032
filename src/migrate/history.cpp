#include "history.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <tenon/error.hpp>

namespace tenon::detail {
namespace {

std::int64_t to_integer(const std::optional<std::string>& text) {
  std::int64_t value = 0;
  const char* end = text ? text->data() + text->size() : nullptr;
  if (!text || std::from_chars(text->data(), end, value).ptr != end)
    throw Error(Error::Kind::corrupt, "migration history: a version or duration is not a number");
  return value;
}

}  // namespace

History::History(backend::Maintenance& on, const backend::Dialect& dialect, std::string component)
    : on_(on),
      dialect_(dialect),
      component_(std::move(component)),
      table_(dialect.flavour() == backend::Flavour::postgres ? "tenon.schema_history"
                                                             : "tenon_schema_history") {}

void History::create() {
  on_.execute(dialect_.create_schema_history());
}

std::vector<AppliedMigration> History::read() const {
  const std::string sql = "SELECT version, name, checksum, " +
                          std::string(dialect_.schema_history_applied_at()) + ", duration_ms FROM " +
                          table_ + " WHERE component = $1 ORDER BY version";
  const std::array<std::string_view, 1> parameters{component_};
  std::vector<backend::Maintenance::TextRow> rows;
  try {
    rows = on_.query(sql, parameters);
  } catch (const Error& error) {
    if (error.sqlstate() == "42P01" || error.sqlstate() == "3F000") return {};  // no such table or schema
    throw;
  }
  std::vector<AppliedMigration> applied;
  for (const auto& row : rows) {
    const std::optional<Timestamp> at = parse_timestamp(row[3].value_or(""));
    if (!at) throw Error(Error::Kind::corrupt, "migration history: applied_at is not a time");
    applied.push_back({to_integer(row[0]), row[1].value_or(""), row[2].value_or(""), *at,
                       std::chrono::milliseconds{to_integer(row[4])}});
  }
  return applied;
}

void History::add(const AppliedMigration& applied) {
  const std::string version = std::to_string(applied.version);
  const std::string at = to_string(applied.applied_at);
  const std::string duration = std::to_string(applied.duration.count());
  const std::array<std::string_view, 7> parameters{component_, version,  applied.name, applied.checksum,
                                                   at,         duration, TENON_VERSION};
  (void)on_.query("INSERT INTO " + table_ +
                      " (component, version, name, checksum, applied_at, duration_ms, tenon_version)"
                      " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                  parameters);
}

}  // namespace tenon::detail
