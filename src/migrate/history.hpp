#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <tenon/backend/engine.hpp>
#include <tenon/time.hpp>

namespace tenon::detail {

// One row of the history: a migration that was applied.
struct AppliedMigration {
  std::int64_t version = 0;
  std::string name;
  std::string checksum;
  Timestamp applied_at{};
  std::chrono::milliseconds duration{0};
};

// The table `schema_history` of one component, read and written on a maintenance connection.
class History {
 public:
  History(backend::Maintenance& on, const backend::Dialect& dialect, std::string component);

  // Makes the table where it is absent.
  void create();
  // Ascending by version; nothing when the table is absent. Any other error is passed on: it is never
  // taken for an empty history.
  [[nodiscard]] std::vector<AppliedMigration> read() const;
  void add(const AppliedMigration& applied);

 private:
  backend::Maintenance& on_;
  const backend::Dialect& dialect_;
  std::string component_;
  std::string table_;
};

}  // namespace tenon::detail
