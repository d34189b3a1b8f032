#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <tenon/backend/sql_lexer.hpp>

namespace tenon::detail {

// Tells, token by token, which semicolons end a statement and which belong to a body within it.
//
// PostgreSQL: those in parentheses (CREATE RULE) and in BEGIN ATOMIC … END of a routine do not. SQLite:
// those of a trigger's body do not, up to END; as sqlite3_complete() has it
// (https://www.sqlite.org/c3ref/complete.html).
class StatementEnd {
 public:
  explicit StatementEnd(backend::Flavour flavour) noexcept : sqlite_(flavour == backend::Flavour::sqlite) {}

  // Takes the next token; true when it is the semicolon that ends the statement.
  [[nodiscard]] bool take(const backend::SqlToken& token) noexcept;
  // The word that opened a body which is still open: BEGIN of a routine, TRIGGER.
  [[nodiscard]] std::optional<backend::SqlToken> open_body() const noexcept;

 private:
  enum class Part : std::uint8_t { head, trigger, semicolon, end, other };

  [[nodiscard]] bool take_postgres(const backend::SqlToken& token) noexcept;
  [[nodiscard]] bool take_sqlite(const backend::SqlToken& token) noexcept;
  void head_word(const backend::SqlToken& token) noexcept;
  void routine_word(const backend::SqlToken& token) noexcept;

  bool sqlite_;
  std::size_t count_ = 0;  // tokens taken
  backend::SqlToken before_;
  backend::SqlToken body_;
  // PostgreSQL
  bool create_ = false;
  bool routine_ = false;
  std::size_t parentheses_ = 0;
  std::size_t blocks_ = 0;
  // SQLite
  Part part_ = Part::head;
};

}  // namespace tenon::detail
