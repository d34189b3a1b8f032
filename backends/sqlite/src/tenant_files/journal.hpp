#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/backend/maintenance.hpp>

#include "../engine.hpp"

namespace tenon::sqlite {

// One statement, or text of statements, that changed the schema file.
struct JournalEntry {
  std::int64_t number = 0;
  bool within_transaction = false;
  bool foreign_keys_off = false;  // ran while the keys were not enforced
  std::string sql;
  std::vector<std::string> parameters;
};

// What was done to the schema file, in its order, kept in that file; doing the same brings a tenant's file
// to the same schema and migration histories, whoever's migrations they were.
//
// Thread safety: all members may be called from any thread.
class Journal {
 public:
  // Makes the journal where the schema file has none. The engine must live longer.
  explicit Journal(Engine& schema);

  // Random; tells the files of one directory from another's.
  [[nodiscard]] const std::string& directory_id() const noexcept { return directory_id_; }
  // The number of the newest entry; 0 before the first. What is committed counts.
  [[nodiscard]] std::int64_t newest() const;
  [[nodiscard]] std::vector<JournalEntry> after(std::int64_t number) const;
  // Adds an entry within whatever transaction the schema file's connection has, and numbers it.
  static void add(backend::Maintenance& schema, JournalEntry& entry);

 private:
  Engine& schema_;
  std::string directory_id_;
};

// Turns the keys' enforcement off or on. No effect within a transaction (pragma.html#pragma_foreign_keys).
inline constexpr std::string_view foreign_keys_off = "PRAGMA foreign_keys = OFF";
inline constexpr std::string_view foreign_keys_on = "PRAGMA foreign_keys = ON";
// An entry with this text is what the migrator asked after such statements: no row may be found.
inline constexpr std::string_view foreign_key_check = "PRAGMA foreign_key_check";

// Whether the text's first word is this one, in whatever case.
[[nodiscard]] bool begins_with_word(std::string_view sql, const char* word);

// Runs what the entry says.
void replay(backend::Maintenance& on, const JournalEntry& entry);

}  // namespace tenon::sqlite
