#include "journal.hpp"

#include <array>

#include <tenon/enum_name.hpp>

#include "history.hpp"

namespace tenon::detail {

Journal::Journal(backend::Maintenance& on, const backend::Dialect& dialect, std::string component)
    : on_(on), component_(std::move(component)), table_(migrator_table(dialect, "schema_journal")) {}

void Journal::put(const JournalKey& key, std::size_t statement, const JournalEntry& entry) const {
  const std::string version = std::to_string(key.first);
  const std::string number = std::to_string(statement);
  const std::array<std::string_view, 6> parameters{component_, version,        enum_name(key.second),
                                                   number,     entry.checksum, entry.finished ? "1" : "0"};
  (void)on_.query("INSERT INTO " + table_ +
                      " (component, version, direction, statement, checksum, finished)"
                      " VALUES ($1, $2, $3, $4, $5, $6)"
                      " ON CONFLICT (component, version, direction, statement)"
                      " DO UPDATE SET checksum = excluded.checksum, finished = excluded.finished",
                  parameters);
}

bool Journal::finished(const JournalKey& key, std::size_t statement) const {
  const std::string version = std::to_string(key.first);
  const std::string number = std::to_string(statement);
  const std::array<std::string_view, 4> parameters{component_, version, enum_name(key.second), number};
  return !on_.query("SELECT 1 FROM " + table_ +
                        " WHERE component = $1 AND version = $2 AND direction = $3 AND statement = $4"
                        " AND finished = 1",
                    parameters)
              .empty();
}

void Journal::clear(std::int64_t version) const {
  const std::string number = std::to_string(version);
  const std::array<std::string_view, 2> parameters{component_, number};
  (void)on_.query("DELETE FROM " + table_ + " WHERE component = $1 AND version = $2", parameters);
}

}  // namespace tenon::detail
