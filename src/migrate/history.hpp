#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <tenon/backend/engine.hpp>
#include <tenon/migration_event.hpp>
#include <tenon/time.hpp>

#include "journal.hpp"

namespace tenon::detail {

// A migration that counts as applied, as the events tell.
struct AppliedMigration {
  std::int64_t version = 0;
  std::string name;
  std::string checksum;
  Timestamp applied_at{};
  std::chrono::milliseconds duration{0};
};
using Applied = std::map<std::int64_t, AppliedMigration>;

void play(Applied& applied, const MigrationEvent& event);
[[nodiscard]] Applied replay(const std::vector<MigrationEvent>& events);

// What the database holds of one component.
struct Record {
  std::vector<MigrationEvent> events;             // in their order
  std::map<JournalKey, JournalEntries> journals;  // of files outside a transaction that are not complete
};

// The events of one component in the table `schema_history`, on a maintenance connection.
class History {
 public:
  History(backend::Maintenance& on, const backend::Dialect& dialect, std::string component);

  // One statement. Nothing when the tables are absent; any other error is passed on: it is never taken for
  // an empty history.
  [[nodiscard]] Record read();
  // Makes the migrator's tables where read() found none, all or none. Outside a transaction.
  void create();
  [[nodiscard]] bool exists() const noexcept { return exists_; }

  // Whether an event was added by somebody else since read(). Within the transaction that adds.
  [[nodiscard]] bool moved() const;
  // Adds the event under the next number, which it is given. A number that is taken is an error of the
  // table's key. Count it with added() once it is committed.
  void add(MigrationEvent& event) const;
  void added(const MigrationEvent& event) noexcept { newest_ = event.seq; }

 private:
  backend::Maintenance& on_;
  const backend::Dialect& dialect_;
  std::string component_;
  std::string table_;
  bool exists_ = false;
  std::int64_t newest_ = 0;
};

// "tenon.schema_history" or "tenon_schema_history".
[[nodiscard]] std::string migrator_table(const backend::Dialect& dialect, std::string_view name);

}  // namespace tenon::detail
