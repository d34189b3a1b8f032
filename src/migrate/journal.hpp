#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include <tenon/backend/engine.hpp>
#include <tenon/migration_step.hpp>

namespace tenon::detail {

// What is known of one statement of a file that runs outside a transaction.
struct JournalEntry {
  std::string checksum;   // of its text
  bool finished = false;  // false: begun, and nothing is known of its end
};
using JournalEntries = std::map<std::size_t, JournalEntry>;  // by number, from 1
using JournalKey = std::pair<std::int64_t, MigrationDirection>;

// The table `schema_journal`: how far files outside a transaction came. It holds nothing of a file that is
// complete. History::read() reads it.
class Journal {
 public:
  Journal(backend::Maintenance& on, const backend::Dialect& dialect, std::string component);

  void put(const JournalKey& key, std::size_t statement, const JournalEntry& entry) const;
  // Whether the statement is journaled as finished.
  [[nodiscard]] bool finished(const JournalKey& key, std::size_t statement) const;
  void clear(std::int64_t version) const;

 private:
  backend::Maintenance& on_;
  std::string component_;
  std::string table_;
};

}  // namespace tenon::detail
