#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/error.hpp>

#include "fixture.hpp"

namespace tenon::postgres::testing {

inline constexpr std::string_view attacker = "acme";
inline constexpr std::string_view victim = "globex";
/// Stands in every row of the victim and nowhere else.
inline constexpr std::string_view marker = "MARKER-7f3a";

/// SQL that the attacker runs. A query yields one text column.
struct Attack {
  const char* name;
  const char* sql;
  bool query = true;
  /// What the query must yield, rows joined by commas; nothing: anything without the victim's data.
  std::optional<std::string> expected{};
};

std::ostream& operator<<(std::ostream& out, const Attack& attack);

/// A database with two tenants, and tables of a host in every shape that PostgreSQL knows.
class AttackTest : public PostgresTest {
 protected:
  void SetUp() override;
  [[nodiscard]] std::string layout() const override { return "attacks"; }
  void prepare() override;

  struct Outcome {
    std::string rows;  // joined by commas
    std::string error;
    std::optional<Error::Kind> kind;
  };
  /// Runs the attack for the attacker, as a scope's own statement or in a transaction that commits.
  static Outcome run(backend::Engine& engine, const Attack& attack, bool raw, bool in_transaction = false);
  /// What is wrong after the attack: victim's data in the outcome, or the victim's rows changed.
  [[nodiscard]] std::string harm(const Attack& attack, const Outcome& outcome);
  /// Everything that the victim has, as one text.
  [[nodiscard]] std::string fingerprint();
  [[nodiscard]] std::unique_ptr<backend::Engine> open_one() const;

  std::string before_;
};

}  // namespace tenon::postgres::testing
