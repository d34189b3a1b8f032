#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sqlite_scene.hpp"

namespace tenon::test {

// One thing that a tenant's SQL may try, and what must come of it.
struct Attack {
  std::string_view name;
  std::string_view columns;  // of its result: t text, i integer, r real; empty when it has none
  std::string_view sql;
  // "refused"; "rows N": that many rows, or rows changed; "value X": one row whose first column is X;
  // "any": what the attacker gets does not matter as long as it is nothing of the victim's
  std::string_view outcome;
};

[[nodiscard]] std::span<const Attack> attacks();

enum class Place { scope, transaction };

// Runs the attack as tenant `attacker`. Returns what went wrong, nothing when all walls held: the outcome
// is as it must be; no row and no error shows the victim's marker or the guard's inner name; what is not
// the attacker's is unchanged; and the connection still serves both tenants.
[[nodiscard]] std::string try_attack(const Scene& scene, const Attack& attack, Place place);

}  // namespace tenon::test
