#include "migrate/statement_nature.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <string>

namespace tenon::detail {
namespace {

using backend::Flavour;
using backend::SqlToken;
using Nature = StatementNature::Role;
using Names = std::string_view;

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool equals(std::string_view text, std::string_view lower_case) noexcept {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return lower(a) == b; });
}

/// The statement's first tokens, asked about by place; beyond them there is nothing.
class Head {
 public:
  explicit Head(std::span<const SqlToken> tokens) : tokens_(tokens) {}

  [[nodiscard]] std::size_t size() const noexcept { return tokens_.size(); }
  [[nodiscard]] SqlToken at(std::size_t i) const noexcept {
    return i < tokens_.size() ? tokens_[i] : SqlToken{};
  }
  [[nodiscard]] bool is(std::size_t i, std::string_view keyword) const noexcept {
    return is_word(at(i), keyword);
  }
  [[nodiscard]] bool begins(std::initializer_list<std::string_view> keywords) const noexcept {
    std::size_t i = 0;
    return std::all_of(keywords.begin(), keywords.end(),
                       [&](std::string_view keyword) { return is(i++, keyword); });
  }
  [[nodiscard]] bool has(std::string_view keyword) const noexcept {
    return std::any_of(tokens_.begin(), tokens_.end(),
                       [&](const SqlToken& token) { return is_word(token, keyword); });
  }
  /// keyword [=] false, as options are written
  [[nodiscard]] bool switched_off(std::string_view option) const noexcept {
    for (std::size_t i = 0; i < size(); ++i) {
      if (!is(i, option)) continue;
      const SqlToken value = at(at(i + 1).is('=') ? i + 2 : i + 1);
      const std::string_view text =
          value.kind == SqlToken::Kind::text ? value.text.substr(1, value.text.size() - 2) : value.text;
      return equals(text, "false") || equals(text, "off") || text == "0";
    }
    return false;
  }

 private:
  std::span<const SqlToken> tokens_;
};

// Behind BEGIN, START TRANSACTION and COMMIT: nothing but the word for what is begun or ended.
bool only_noise(const Head& head, std::size_t from, std::initializer_list<std::string_view> words) {
  for (std::size_t i = from; i < head.size(); ++i) {
    const bool noise =
        std::any_of(words.begin(), words.end(), [&](std::string_view word) { return head.is(i, word); });
    if (!noise) return false;
  }
  return true;
}

StatementNature control(const Head& head, Flavour flavour) {
  const bool start = head.begins({"start", "transaction"});
  if (head.is(0, "begin") || start) {
    const bool plain = flavour == Flavour::sqlite
                           ? only_noise(head, 1, {"transaction", "deferred", "immediate", "exclusive"})
                           : only_noise(head, 1, {"work", "transaction", "read", "write"});
    if (plain && !head.has("only")) return {Nature::begin, {}};
    return {Nature::refused,
            "the file's transaction is begun by the migrator, which cannot take over modes of BEGIN; write "
            "BEGIN alone"};
  }
  if (head.is(0, "commit") || head.is(0, "end")) {
    if (only_noise(head, 1, {"work", "transaction"}) || head.begins({"commit", "and", "no", "chain"}))
      return {Nature::commit, {}};
    return {Nature::refused, "a migration may not end one transaction to begin or finish another"};
  }
  if (head.is(0, "rollback") || head.is(0, "abort")) {
    if (head.has("to")) return {Nature::savepoint, {}};
    return {Nature::refused, "a migration may not roll back: one that should not run should not be there"};
  }
  if (head.is(0, "savepoint") || head.is(0, "release")) return {Nature::savepoint, {}};
  if (flavour == Flavour::postgres && head.begins({"prepare", "transaction"}))
    return {Nature::refused, "a migration may not hand its transaction over with PREPARE TRANSACTION"};
  if (flavour == Flavour::postgres && head.begins({"discard", "all"}))
    return {Nature::refused,
            "DISCARD ALL would release the migrator's lock; write RESET ALL to give settings their first "
            "values back"};
  return {};
}

// REINDEX [(options)] {INDEX | TABLE | SCHEMA | DATABASE | SYSTEM} [CONCURRENTLY] [name]
std::string_view reindex(const Head& head) {
  if (head.has("concurrently")) return "REINDEX CONCURRENTLY cannot run in a transaction";
  std::size_t i = 1;
  if (head.at(1).is('('))
    while (i < head.size() && !head.at(i++).is(')')) continue;
  if (head.is(i, "schema") || head.is(i, "database") || head.is(i, "system"))
    return "REINDEX of a schema or database cannot run in a transaction";
  return {};
}

// CLUSTER [VERBOSE] or CLUSTER (options), without a table
bool clusters_everything(const Head& head) {
  std::size_t i = 1;
  if (head.at(1).is('('))
    while (i < head.size() && !head.at(i++).is(')')) continue;
  if (head.is(i, "verbose")) ++i;
  return i >= head.size();
}

std::string_view subscription(const Head& head) {
  if (head.begins({"drop", "subscription"})) return "DROP SUBSCRIPTION cannot run in a transaction";
  if (head.begins({"create", "subscription"}))
    return head.switched_off("create_slot") || head.switched_off("connect")
               ? std::string_view{}
               : "CREATE SUBSCRIPTION that makes its replication slot cannot run in a transaction";
  if (head.begins({"alter", "subscription"}) && head.has("publication") && !head.switched_off("refresh"))
    return "ALTER SUBSCRIPTION that refreshes cannot run in a transaction";
  return {};
}

std::string_view concurrent(const Head& head) {
  const bool unique = head.is(1, "unique");
  if (head.is(0, "create") && head.is(unique ? 2 : 1, "index") && head.is(unique ? 3 : 2, "concurrently"))
    return "CREATE INDEX CONCURRENTLY cannot run in a transaction";
  if (head.begins({"drop", "index", "concurrently"}))
    return "DROP INDEX CONCURRENTLY cannot run in a transaction";
  if (head.begins({"alter", "table"}) && head.has("detach") && head.has("concurrently"))
    return "DETACH PARTITION CONCURRENTLY cannot run in a transaction";
  return {};
}

std::string_view databases(const Head& head) {
  if (head.is(0, "create") || head.is(0, "drop")) {
    if (head.is(1, "database")) return "CREATE and DROP DATABASE cannot run in a transaction";
    if (head.is(1, "tablespace")) return "CREATE and DROP TABLESPACE cannot run in a transaction";
  }
  if (head.begins({"alter", "system"})) return "ALTER SYSTEM cannot run in a transaction";
  if (head.begins({"alter", "database"}) && head.has("tablespace"))
    return "ALTER DATABASE SET TABLESPACE cannot run in a transaction";
  return {};
}

std::string_view not_in_postgres_transaction(const Head& head) {
  if (head.is(0, "vacuum")) return "VACUUM cannot run in a transaction";
  if (head.is(0, "reindex")) return reindex(head);
  if (head.is(0, "cluster")) {
    return clusters_everything(head) ? "CLUSTER of all tables cannot run in a transaction"
                                     : std::string_view{};
  }
  if (const std::string_view why = concurrent(head); !why.empty()) return why;
  if (const std::string_view why = databases(head); !why.empty()) return why;
  return subscription(head);
}

std::string unquoted(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (c != '\'' && c != '"' && c != '`' && c != '[' && c != ']') result += lower(c);
  return result;
}

// SET [SESSION | LOCAL] name {= | TO} value, for the settings that say how the server reads the script.
std::string_view reads_text_another_way(const Head& head) {
  if (!head.is(0, "set")) return {};
  const std::size_t at = head.is(1, "session") || head.is(1, "local") ? 2 : 1;
  const std::string name = unquoted(head.at(at).text);
  const bool names = head.is(at, "names");
  const std::string value = unquoted(head.at(at + (names ? 1 : 2)).text);
  if (name == "standard_conforming_strings" && value != "on" && value != "true")
    return "a migration may not turn standard_conforming_strings off; write texts with backslashes as E'…'";
  if ((name == "client_encoding" || names) && value != "utf8" && value != "utf-8" && value != "unicode")
    return "a migration is UTF-8 text; it may not set another client_encoding";
  return {};
}

// Of PRAGMA [schema.]name = value or (value): the name and, in lower case and without quotes, the value.
struct Pragma {
  std::string name;
  std::string value;
};

Pragma pragma_of(const Head& head) {
  std::size_t i = head.at(2).is('.') ? 3 : 1;
  Pragma pragma{unquoted(head.at(i++).text), {}};
  if (head.at(i).is('=') || head.at(i).is('('))
    while (++i < head.size() && !head.at(i).is(')')) pragma.value += unquoted(head.at(i).text);
  return pragma;
}

// As sqlite3GetBoolean takes it.
bool is_true(const std::string& value) {
  if (value.empty() || value[0] < '0' || value[0] > '9')
    return value == "on" || value == "yes" || value == "true" || value == "extra" || value == "full";
  return value.find_first_of("123456789") != std::string::npos;
}

StatementNature pragma_nature(const Pragma& pragma) {
  constexpr auto while_none_is_open =
      std::to_array<Names>({"journal_mode", "synchronous", "temp_store", "temp_store_directory",
                            "auto_vacuum", "page_size", "locking_mode", "encoding"});
  if (pragma.name == "foreign_keys" && !pragma.value.empty()) {
    return is_true(pragma.value) ? StatementNature{Nature::foreign_keys_on, {}}
                                 : StatementNature{Nature::foreign_keys_off, {}};
  }
  if (pragma.name == "wal_checkpoint" || pragma.name == "incremental_vacuum")
    return {Nature::ordinary, "this PRAGMA cannot run in a transaction"};
  if (!pragma.value.empty() && std::find(while_none_is_open.begin(), while_none_is_open.end(),
                                         pragma.name) != while_none_is_open.end())
    return {Nature::ordinary, "this PRAGMA cannot be set in a transaction"};
  return {};
}

StatementNature sqlite_nature(const Head& head) {
  if (head.is(0, "vacuum")) return {Nature::ordinary, "VACUUM cannot run in a transaction"};
  if (head.is(0, "attach") || head.is(0, "detach"))
    return {Nature::ordinary, "ATTACH and DETACH cannot run in a transaction"};
  if (head.is(0, "pragma")) return pragma_nature(pragma_of(head));
  return {};
}

}  // namespace

bool sets_session(std::span<const SqlToken> tokens, Flavour flavour) {
  const Head head(tokens);
  if (flavour == Flavour::sqlite) {
    if (head.is(0, "attach") || head.is(0, "detach")) return true;
    constexpr auto works = std::to_array<Names>({"wal_checkpoint", "incremental_vacuum", "optimize"});
    return head.is(0, "pragma") &&
           std::find(works.begin(), works.end(), pragma_of(head).name) == works.end();
  }
  if (head.is(0, "select")) {
    const std::size_t at = head.is(1, "pg_catalog") && head.at(2).is('.') ? 3 : 1;
    return head.is(at, "set_config") && head.at(at + 1).is('(');
  }
  return (head.is(0, "set") || head.is(0, "reset")) && !head.is(1, "local") && !head.is(1, "constraints") &&
         !head.is(1, "transaction");
}

bool is_word(const SqlToken& token, std::string_view keyword) noexcept {
  return token.kind == SqlToken::Kind::word && equals(token.text, keyword);
}

StatementNature nature_of(std::span<const SqlToken> tokens, Flavour flavour) {
  const Head head(tokens);
  if (const StatementNature found = control(head, flavour); found.role != Nature::ordinary) return found;
  if (flavour == Flavour::sqlite) return sqlite_nature(head);
  if (const std::string_view why = reads_text_another_way(head); !why.empty())
    return {Nature::refused, why};
  return {Nature::ordinary, not_in_postgres_transaction(head)};
}

}  // namespace tenon::detail
