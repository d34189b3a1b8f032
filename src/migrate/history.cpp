#include "history.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <tenon/enum_name.hpp>
#include <tenon/error.hpp>

namespace tenon::detail {
namespace {

using Action = MigrationEvent::Action;

constexpr std::string_view columns = "seq, version, name, action, checksum, ";

bool table_is_absent(const Error& error) {
  return error.sqlstate() == "42P01" || error.sqlstate() == "3F000";  // no such table or schema
}

std::int64_t number(const std::optional<std::string>& text) {
  std::int64_t value = 0;
  const char* end = text ? text->data() + text->size() : nullptr;
  if (!text || std::from_chars(text->data(), end, value).ptr != end)
    throw Error(Error::Kind::corrupt, "migration history: a number is none");
  return value;
}

MigrationEvent event_of(const backend::Maintenance::TextRow& row) {
  const std::optional<Timestamp> at = parse_timestamp(row[5].value_or(""));
  if (!at) throw Error(Error::Kind::corrupt, "migration history: applied_at is not a time");
  const std::optional<Action> action = parse_enum<Action>(row[3].value_or(""));
  if (!action)
    throw Error(Error::Kind::corrupt, "migration history: action '" + row[3].value_or("") +
                                          "' is unknown to this version of tenon; run a newer one");
  MigrationEvent event;
  event.seq = number(row[0]);
  event.version = number(row[1]);
  event.name = row[2].value_or("");
  event.action = *action;
  event.checksum = row[4].value_or("");
  event.at = *at;
  event.duration = std::chrono::milliseconds{number(row[6])};
  event.tenon_version = row[7].value_or("");
  event.actor = row[8].value_or("");
  event.reason = row[9].value_or("");
  return event;
}

// Journal rows come in the same shape: number 0, then version, direction, checksum, statement, finished.
void add_journal_row(Record& record, const backend::Maintenance::TextRow& row) {
  const auto direction = parse_enum<MigrationDirection>(row[3].value_or(""));
  if (!direction) throw Error(Error::Kind::corrupt, "migration journal: a direction is unknown");
  const auto statement = static_cast<std::size_t>(number(row[6]));
  record.journals[{number(row[1]), *direction}][statement] = {row[4].value_or(""), row[9] == "1"};
}

}  // namespace

std::string migrator_table(const backend::Dialect& dialect, std::string_view name) {
  return std::string(dialect.flavour() == backend::Flavour::postgres ? "tenon." : "tenon_").append(name);
}

void play(Applied& applied, const MigrationEvent& event) {
  switch (event.action) {
    case Action::up:
    case Action::baseline:
    case Action::adopted:
    case Action::forced:
      applied[event.version] = {event.version, event.name, event.checksum, event.at, event.duration};
      break;
    case Action::repaired:
      if (const auto found = applied.find(event.version); found != applied.end()) {
        found->second.checksum = event.checksum;
        found->second.name = event.name;
      }
      break;
    case Action::down:
    case Action::withdrawn:
    case Action::forgotten:
      applied.erase(event.version);
      break;
  }
}

Applied replay(const std::vector<MigrationEvent>& events) {
  Applied applied;
  for (const MigrationEvent& event : events) play(applied, event);
  return applied;
}

History::History(backend::Maintenance& on, const backend::Dialect& dialect, std::string component)
    : on_(on),
      dialect_(dialect),
      component_(std::move(component)),
      table_(migrator_table(dialect, "schema_history")) {}

void History::create() {
  if (exists_) return;
  on_.begin();
  try {
    on_.execute(dialect_.create_schema_history());
    on_.commit();
  } catch (...) {
    on_.rollback();
    throw;
  }
  exists_ = true;
}

Record History::read() {
  const std::string sql = "SELECT " + std::string(columns) +
                          std::string(dialect_.schema_history_applied_at()) +
                          ", duration_ms, tenon_version, actor, reason FROM " + table_ +
                          " WHERE component = $1 UNION ALL SELECT 0, version, '', direction, checksum, '',"
                          " statement, '', '', CAST(finished AS text) FROM " +
                          migrator_table(dialect_, "schema_journal") + " WHERE component = $1 ORDER BY 1";
  const std::array<std::string_view, 1> parameters{component_};
  Record record;
  newest_ = 0;
  try {
    for (const auto& row : on_.query(sql, parameters)) {
      if (number(row[0]) == 0) {
        add_journal_row(record, row);
      } else {
        record.events.push_back(event_of(row));
      }
    }
    exists_ = true;
  } catch (const Error& error) {
    if (!table_is_absent(error)) throw;
    exists_ = false;
  }
  if (!record.events.empty()) newest_ = record.events.back().seq;
  return record;
}

bool History::moved() const {
  const std::array<std::string_view, 1> parameters{component_};
  const auto rows =
      on_.query("SELECT coalesce(max(seq), 0) FROM " + table_ + " WHERE component = $1", parameters);
  return number(rows.at(0).at(0)) != newest_;
}

void History::add(MigrationEvent& event) const {
  event.seq = event.seq > newest_ ? event.seq : newest_ + 1;
  event.tenon_version = TENON_VERSION;
  const std::string seq = std::to_string(event.seq);
  const std::string version = std::to_string(event.version);
  const std::string at = tenon::to_string(event.at);
  const std::string duration = std::to_string(event.duration.count());
  const std::array<std::string_view, 11> parameters{
      component_,     seq, version,  event.name,          enum_name(event.action),
      event.checksum, at,  duration, event.tenon_version, event.actor,
      event.reason};
  (void)on_.query("INSERT INTO " + table_ + " (component, " + std::string(columns) +
                      "applied_at, duration_ms, tenon_version, actor, reason)"
                      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                  parameters);
}

}  // namespace tenon::detail
